"""Effects that may be undone, in a process other than the expense claim."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.workflow.booking import BookingCase
from tests.workflow.office import CASE
from tests.workflow.town import Town, at_work
from workflows.contracts import CaseOutcome


@pytest.fixture
async def town(idle_town: Town) -> AsyncIterator[Town]:
    idle_town.process, idle_town.processes = "booking", (BookingCase,)
    async with at_work(idle_town) as town:
        yield town


def booked(town: Town) -> list[str]:
    return [key.removeprefix(f"{CASE}/") for key in town.bank.booked]


async def test_what_was_done_before_people_decide_is_undone_when_they_reject(town: Town) -> None:
    await town.start()
    await town.office.rejects("manager")
    assert await town.ends() is CaseOutcome.REJECTED
    assert booked(town) == ["book/1", "unbook/1"]


async def test_a_withdrawal_stops_an_effect_that_waits_and_undoes_what_it_may_have_done(town: Town) -> None:
    town.bank.outages = 10**6
    await town.start()
    async with town.time_flies():
        await town.office.waits("book")
    await town.office.withdraws()
    async with town.time_flies():
        await town.office.until(lambda office: ("book/1", "refused") in office.noted)
    town.bank.outages = 0
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert booked(town)[-1] == "unbook/1"
    assert town.office.noted[-1] == ("unbook/1", "done")


async def test_undoing_is_not_interrupted_by_the_withdrawal_that_caused_it(town: Town) -> None:
    await town.start()
    await town.office.asked("manager")
    town.bank.outages = 4 * 3
    await town.office.withdraws()
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert booked(town) == ["book/1", "unbook/1"]


async def test_a_withdrawal_in_the_last_moment_undoes_what_was_approved(town: Town) -> None:
    """The process does not seal: the approval service says at the end that it was taken back."""
    await town.start()
    await town.office.approves("manager", told=False)
    await town.office.withdraws(told=False)
    await town.office.tells_of(f"{CASE}/claim/manager#1")
    await town.office.until(lambda office: office.log[-1] == "close approved")
    await town.office.tells_of_withdrawal("")
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert booked(town) == ["book/1", "unbook/1"]
