"""The life of an activity, on an engine that skips time: every path, every moment that it waits for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio import workflow

from tests.builders.routes import a_chain
from tests.workflow.deciding import Deciding
from tests.workflow.fair import Fair
from tests.workflow.town import Town, at_work, runs_of
from workflows import patience
from workflows.contracts import (
    ACTIVITY_CANCELLED,
    ALL_CLAIMED,
    CLOSURE_SUBMITTED,
    ENDED_EARLY,
    RESUBMITTED,
    TERMS_CHANGED,
    CaseOutcome,
    Outcome,
)

LIVED = ["approve", "start", "end", "settle", "close"]


@pytest.fixture
async def town(idle_town: Town) -> AsyncIterator[Town]:
    idle_town.process = "marketing-activity"
    idle_town.office = Deciding(
        routes={"request": a_chain("manager"), "closure": a_chain("controller")},
        signal=idle_town.signal,
        changed=idle_town.office.changed,
    )
    async with at_work(idle_town) as town:
        yield town


@pytest.fixture
def office(town: Town) -> Deciding:
    """Who is asked about the request approves it; what is said of the closure a test says."""
    assert isinstance(town.office, Deciding)
    town.office.says("manager")
    return town.office


@pytest.fixture
def fair(town: Town) -> Fair:
    return town.fair


def closes_after(town: Town, verb: str, cost: int = 2800) -> None:
    """Whoever closes it does so right after that verb."""

    async def close() -> None:
        await town.office.tells(CLOSURE_SUBMITTED, town.fair.submit_closure(cost))

    town.fair.when[verb] = close


async def test_an_activity_lives_from_its_request_to_the_day_after_which_nothing_is_claimed(
    town: Town, office: Deciding, fair: Fair
) -> None:
    closes_after(town, "end")
    office.says("controller")
    await town.start()
    assert await town.ends() is CaseOutcome.APPROVED
    assert fair.log == LIVED
    assert town.purse.log == ["reserve", "commit", "settle", "close"]
    assert (town.purse.claimable, town.purse.free) == (2800, 10_000)
    assert fair.reminders == []
    assert [line for line in office.log if line.startswith(("seal", "close"))] == [
        "seal execution",
        "close approved",
    ]


async def test_an_activity_of_which_all_is_claimed_waits_for_no_day(
    town: Town, office: Deciding, fair: Fair
) -> None:
    fair.claimable_days = 50_000

    async def claimed() -> None:
        await office.tells(ALL_CLAIMED, fair.version)

    closes_after(town, "end")
    office.says("controller")
    fair.when["settle"] = claimed
    await town.start()
    assert await town.ends() is CaseOutcome.APPROVED
    assert fair.log == LIVED


async def test_without_a_budget_nobody_is_asked_until_it_is_asked_for_again(
    town: Town, office: Deciding, fair: Fair
) -> None:
    town.purse.free = 2000
    closes_after(town, "end", 1500)
    office.says("controller")

    async def asks_for_less() -> None:
        fair.budget = 1500
        await office.tells(RESUBMITTED, fair.resubmit())

    fair.when["refuse"] = asks_for_less
    await town.start()
    assert await town.ends() is CaseOutcome.APPROVED
    assert fair.log == ["refuse", *LIVED]
    assert town.purse.log == ["reserve", "commit", "settle", "close"]
    assert office.noted[0] == ("reserve-1/1", "refused")
    assert [line for line in office.log if line.startswith("open")] == ["open manager#1", "open controller#1"]


async def test_a_refused_reservation_says_why_in_the_words_of_expense(town: Town) -> None:
    town.purse.free = 0
    await town.start()
    await town.office.until(lambda office: ("reserve-1/1", "refused") in office.noted)
    await town.office.until(lambda _: town.fair.state == "draft")
    await town.office.withdraws()
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert town.fair.log == ["refuse", "withdraw draft"]
    assert town.purse.log == ["release"]


async def test_a_rejected_request_holds_no_budget(town: Town) -> None:
    await town.start()
    await town.office.rejects("manager", comment="too dear")
    assert await town.ends() is CaseOutcome.REJECTED
    assert (town.fair.log, town.fair.reason) == (["reject"], "too dear")
    assert (town.purse.log, town.purse.free) == (["reserve", "release"], 10_000)


async def test_a_returned_request_gives_its_budget_back_and_takes_it_again(town: Town) -> None:
    await town.start()
    await town.office.returns("manager", comment="where?")
    await town.office.until(lambda _: town.fair.state == "draft")
    assert (town.purse.held, town.fair.reason) == (0, "where?")
    await town.office.tells(RESUBMITTED, town.fair.resubmit())
    await town.office.asked("manager", 2)
    assert town.purse.held == 3000
    await town.office.withdraws()
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert town.fair.log == ["return", "withdraw draft"]
    assert town.purse.log == ["reserve", "release", "reserve", "release"]


async def test_a_request_taken_back_while_people_decide_holds_no_budget(town: Town) -> None:
    await town.start()
    await town.office.asked("manager")
    await town.office.withdraws("no more")
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert (town.fair.log, town.fair.reason) == (["withdraw draft"], "no more")
    assert town.purse.held == 0


async def test_an_approved_activity_taken_back_before_it_begins_is_cancelled(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.until(lambda _: "commit" in town.purse.log)
    await town.office.withdraws("the hall has burnt down")
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert (town.fair.log, town.fair.state) == (["approve", "withdraw"], "cancelled")
    assert (town.purse.log, town.purse.free) == (["reserve", "commit", "release"], 10_000)


async def test_a_cancelled_activity_gives_everything_back(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.until(lambda _: "commit" in town.purse.log)
    town.fair.cancel()
    await town.office.tells(ACTIVITY_CANCELLED, town.fair.version)
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert town.fair.log == ["approve"]
    assert (town.purse.log, town.purse.free) == (["reserve", "commit", "release"], 10_000)


async def test_who_cancels_in_the_moment_in_which_it_begins_was_first_if_its_owner_says_so(
    town: Town, office: Deciding, fair: Fair
) -> None:
    """The news of it comes after the day did."""

    async def cancels() -> None:
        fair.cancel()

    fair.when["approve"] = cancels
    await town.start()
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert (fair.log, town.purse.held) == (["approve"], 0)


async def test_who_cancels_and_takes_back_at_once_is_heard_once(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.until(lambda _: "commit" in town.purse.log)
    town.fair.cancel()
    await town.office.withdraws()
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert (town.fair.log, town.purse.held) == (["approve"], 0)


async def test_a_withdrawal_in_the_moment_in_which_it_begins_ends_it(
    town: Town, office: Deciding, fair: Fair
) -> None:
    async def withdraws() -> None:
        await office.withdraws("not today")

    fair.when["start"] = withdraws
    await town.start()
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert (fair.log, fair.state) == (["approve", "start", "withdraw"], "cancelled")
    assert town.purse.held == 0


async def test_an_activity_that_is_moved_begins_and_ends_on_its_new_days(
    town: Town, office: Deciding, fair: Fair
) -> None:
    async def moves() -> None:
        later = fair.change_terms(fair.first + timedelta(days=20), fair.last + timedelta(days=25))
        await office.tells(TERMS_CHANGED, later)

    async def extends() -> None:
        await office.tells(TERMS_CHANGED, fair.change_terms(fair.first, fair.last + timedelta(days=10)))

    fair.when |= {"approve": moves, "start": extends}
    closes_after(town, "end")
    office.says("controller")
    await town.start()
    assert await town.ends() is CaseOutcome.APPROVED
    assert fair.log == LIVED
    assert set(fair_days(fair)) == {"2030-03-21", "2030-04-07"}


async def test_a_change_of_which_the_news_is_late_counts_all_the_same(
    town: Town, office: Deciding, fair: Fair
) -> None:
    async def extends() -> None:
        fair.change_terms(fair.first, fair.last + timedelta(days=10))

    fair.when["start"] = extends
    closes_after(town, "end")
    office.says("controller")
    await town.start()
    assert await town.ends() is CaseOutcome.APPROVED
    assert fair.log == LIVED
    assert set(fair_days(fair)) == {"2030-03-01", "2030-03-13"}


async def test_an_activity_that_is_ended_early_is_to_be_closed_at_once(
    town: Town, office: Deciding, fair: Fair
) -> None:
    async def ends_early() -> None:
        fair.end_early()
        await office.tells(ENDED_EARLY, fair.version)
        await office.tells(CLOSURE_SUBMITTED, fair.submit_closure(1000))

    fair.when["start"] = ends_early
    office.says("controller")
    await town.start()
    assert await town.ends() is CaseOutcome.APPROVED
    assert fair.log == ["approve", "start", "settle", "close"]
    assert town.purse.claimable == 1000


async def test_whoever_does_not_close_is_reminded_and_then_those_responsible_hear_of_it(
    town: Town, office: Deciding, fair: Fair
) -> None:
    closes_after(town, "remind 3")
    office.says("controller")
    await town.start()
    assert await town.ends() is CaseOutcome.APPROVED
    assert fair.reminders == [(1, False), (2, False), (3, True)]


async def test_nobody_closes_for_a_year_and_each_month_it_is_said(
    town: Town, office: Deciding, fair: Fair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its history grows long on the way: the case goes on in new runs, and says nothing twice."""
    monkeypatch.setattr(patience, "is_long", lambda: workflow.info().get_current_history_length() > 40)
    closes_after(town, "remind 15")
    office.says("controller")
    await town.start()
    assert await town.ends() is CaseOutcome.APPROVED
    assert [n for n, _ in fair.reminders] == list(range(1, 16))
    assert fair.log == LIVED
    assert town.purse.log == ["reserve", "commit", "settle", "close"]
    assert [line for line in office.log if line.startswith("open")] == ["open manager#1", "open controller#1"]
    assert len(await runs_of(town)) > 2


async def test_a_returned_closure_is_waited_for_anew(town: Town, office: Deciding, fair: Fair) -> None:
    closes_after(town, "end", 3500)
    closes_after(town, "return closure", 2900)
    office.says("controller", Outcome.RETURNED, "prove it")
    office.says("controller")
    await town.start()
    assert await town.ends() is CaseOutcome.APPROVED
    assert fair.log == ["approve", "start", "end", "return closure", "settle", "close"]
    assert town.purse.log == ["reserve", "commit", "change", "abandon", "settle", "close"]
    assert (town.purse.claimable, town.purse.free) == (2900, 10_000)


async def test_an_administrator_has_a_closure_go_on_with_somebody_else(
    town: Town, office: Deciding, fair: Fair
) -> None:
    office.routes["closure"] = a_chain("manager-again", "controller")
    closes_after(town, "end")
    office.says("controller")
    await town.start()
    async with town.time_flies():
        await office.asked("manager-again", stage="closure")
    assert not office.sealed
    await office.jumps("closure", "controller", over=["manager-again"], drops=["manager-again"])
    assert await town.ends() is CaseOutcome.APPROVED
    assert fair.log == LIVED


async def test_a_rejected_closure_leaves_nothing_to_be_claimed(
    town: Town, office: Deciding, fair: Fair
) -> None:
    closes_after(town, "end")
    office.says("controller", Outcome.REJECTED, "it never took place")
    await town.start()
    assert await town.ends() is CaseOutcome.REJECTED
    assert (fair.log[-1], fair.reason) == ("reject closure", "it never took place")
    assert (town.purse.log, town.purse.claimable, town.purse.free) == (
        ["reserve", "commit", "release"],
        0,
        10_000,
    )


async def test_an_overrun_is_reserved_before_anybody_decides_on_it(
    town: Town, office: Deciding, fair: Fair
) -> None:
    closes_after(town, "end", 3300)
    office.says("controller")
    await town.start()
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.purse.log == ["reserve", "commit", "change", "settle", "close"]
    assert town.purse.claimable == 3300


async def test_an_overrun_without_a_budget_sends_the_closure_back(
    town: Town, office: Deciding, fair: Fair
) -> None:
    town.purse.free = 3100
    closes_after(town, "end", 3300)
    closes_after(town, "refuse overrun", 3000)
    office.says("controller")
    await town.start()
    assert await town.ends() is CaseOutcome.APPROVED
    assert fair.log == ["approve", "start", "end", "refuse overrun", "settle", "close"]
    assert town.purse.log == ["reserve", "commit", "settle", "close"]
    assert [line for line in office.log if line == "open controller#1"] == ["open controller#1"]


async def test_expense_that_is_down_is_waited_for_visibly(town: Town) -> None:
    town.purse.outages = 6
    await town.start()
    await town.office.waits("reserve-1")
    await town.retry_until(lambda office: office.is_asked("manager"))
    await town.office.withdraws()
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert town.purse.log == ["reserve", "release"]


async def test_an_activity_that_was_rejected_is_decided_anew(town: Town) -> None:
    town.fair.state = "rejected"
    await town.start(
        reopens="marketing-activity/AC-2030-000001/0",
        reopened_version=1,
        reopening_reason="it is cheaper now",
    )
    await town.office.asked("manager")
    assert town.purse.held == 3000
    await town.office.rejects("manager")
    assert await town.ends() is CaseOutcome.REJECTED
    assert (town.fair.log, town.purse.held) == (["reopen", "reject"], 0)


async def test_an_activity_ended_by_an_administrator_before_it_begins_is_cancelled(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.until(lambda _: "commit" in town.purse.log)
    await town.office.terminates()
    assert await town.ends() is CaseOutcome.TERMINATED
    assert (town.fair.state, town.purse.held) == ("cancelled", 0)


def fair_days(fair: Fair) -> list[str]:
    """The days on which it began and ended."""
    days = [
        getattr(asked, "start_date", None) or getattr(asked, "end_date", None)
        for asked in fair.asked.values()
    ]
    return [f"{day.year}-{day.month:02}-{day.day:02}" for day in days if day is not None]
