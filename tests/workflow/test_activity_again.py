"""An activity whose workflow is lost, in each phase of its life: nothing is done twice, nobody is asked twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from temporalio.client import WorkflowFailureError

from tests.builders.routes import a_chain
from tests.workflow.deciding import Deciding
from tests.workflow.town import Town, at_work
from workflows.contracts import CLOSURE_SUBMITTED, RESUBMITTED, CaseOutcome, Outcome

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

    def loses_its_workflow_at(self, verb: str) -> None:
        happens = self.town.fair.when.get(verb)

        async def lost() -> None:
            if happens is not None:
                await happens()
            await self.town.case.terminate()

        self.town.fair.when[verb] = lost

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


@pytest.mark.parametrize("verb", DONE)
async def test_an_activity_whose_workflow_is_lost_goes_on_where_it_was(
    story: Story, town: Town, verb: str
) -> None:
    story.loses_its_workflow_at(verb)
    await town.start()
    with pytest.raises(WorkflowFailureError):
        await town.ends()
    await story.begins_again()
    assert await town.ends() is CaseOutcome.APPROVED
    assert (town.fair.log, town.purse.log) == (DONE, MONEY)
    assert town.purse.claimable == 2900
    opened = [line for line in town.office.log if line.startswith("open")]
    assert opened == [f"open {key}#{visit}" for key in ("manager", "controller") for visit in (1, 2)]


@pytest.fixture
def town(idle_town: Town) -> Town:
    return idle_town
