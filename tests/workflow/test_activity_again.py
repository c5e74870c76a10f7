"""An activity whose workflow is lost, in each phase of its life: nothing is done twice, nobody is asked twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from temporalio.api.enums.v1.event_type_pb2 import EVENT_TYPE_TIMER_STARTED

from kernel.errors import Unavailable
from tests.builders.routes import a_chain
from tests.workflow.deciding import Deciding
from tests.workflow.office import Office
from tests.workflow.town import Town, at_work
from workflows.contracts import CLOSURE_SUBMITTED, RESUBMITTED, CaseOutcome, Outcome
from zhupi.approval.v1.case_pb2 import Effect

# Whatever can go wrong does, once.
DONE = ["refuse", "return", "approve", "start", "end", "refuse overrun", "return closure", "settle", "close"]
MONEY = ["reserve", "release", "reserve", "commit", "change", "abandon", "settle", "close"]


@dataclass
class Story:
    """What people say in answer to each verb. A workflow that begins again is told all of it once more."""

    town: Town
    told: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        office = Deciding(
            routes={"request": a_chain("manager"), "closure": a_chain("controller")},
            signal=self.town.signal,
            changed=self.town.office.changed,
        )
        for key in ("manager", "controller"):
            office.says(key, Outcome.RETURNED, "not like that")
            office.says(key)
        self.town.process, self.town.office = "marketing-activity", office
        self.town.fair.budget = 20_000
        self.town.fair.when = {
            "refuse": self.asks_for(3000),
            "return": self.asks_for(3000),
            "end": self.closes_with(12_000),
            "refuse overrun": self.closes_with(3200),
            "return closure": self.closes_with(2900),
        }

    async def loses_its_workflow_at(self, verb: str) -> None:
        """The verb is done; before anybody hears of it the workflow is gone."""
        happens, fair = self.town.fair.when.get(verb), self.town.fair

        async def done_and_down() -> None:
            if happens is not None:
                await happens()
            fair.outages = 1_000_000
            raise Unavailable(what="marketing")

        fair.when[verb] = done_and_down
        await self.town.start()
        async with self.town.time_flies():
            await self.town.office.until(is_waiting)
        await self.is_at_rest()
        await self.town.case.terminate()
        fair.outages = 0

    async def is_at_rest(self) -> None:
        """An engine whose workflow ends in the middle of a task never skips time again."""
        async with asyncio.timeout(10):
            while (await self.town.case.fetch_history()).events[-1].event_type != EVENT_TYPE_TIMER_STARTED:
                pass

    def asks_for(self, yuan: int) -> Callable[[], Awaitable[None]]:
        async def asks() -> None:
            self.town.fair.budget = yuan
            await self.tells(RESUBMITTED, self.town.fair.resubmit())

        return asks

    def closes_with(self, yuan: int) -> Callable[[], Awaitable[None]]:
        async def closes() -> None:
            await self.tells(CLOSURE_SUBMITTED, self.town.fair.submit_closure(yuan))

        return closes

    async def tells(self, name: str, version: int) -> None:
        self.told.append((name, version))
        await self.town.office.tells(name, version)

    async def begins_again(self) -> None:
        await self.town.start(again=True)
        for name, version in tuple(self.told):
            await self.town.office.tells(name, version)


def is_waiting(office: Office) -> bool:
    return any(effect.state == Effect.STATE_WAITING for effect in office.effects.values())


@pytest.fixture
async def story(idle_town: Town) -> AsyncIterator[Story]:
    story = Story(idle_town)
    async with at_work(idle_town):
        yield story


async def test_an_activity_meets_with_every_refusal_and_is_closed_in_the_end(
    story: Story, town: Town
) -> None:
    await town.start()
    assert await town.ends() is CaseOutcome.APPROVED
    assert (town.fair.log, town.purse.log) == (DONE, MONEY)


@pytest.mark.parametrize("verb", DONE, ids=lambda verb: verb.replace(" ", "-"))
async def test_an_activity_whose_workflow_is_lost_goes_on_where_it_was(
    story: Story, town: Town, verb: str
) -> None:
    await story.loses_its_workflow_at(verb)
    await story.begins_again()
    assert await town.ends() is CaseOutcome.APPROVED
    assert (town.fair.log, town.purse.log) == (DONE, MONEY)
    assert town.purse.claimable == 2900
    opened = [line for line in town.office.log if line.startswith("open")]
    assert opened == [f"open {key}#{visit}" for key in ("manager", "controller") for visit in (1, 2)]


@pytest.fixture
def town(idle_town: Town) -> Town:
    return idle_town
