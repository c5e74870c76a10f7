"""The life of an activity from its request to its end, and who wins where a person and a moment meet."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from chassis.cases.commands import Decided, Reopened
from chassis.security.authorisation import NotPermitted
from chassis.timeline.store import verify
from kernel.actor import Actor
from kernel.decided import DocumentChanged
from kernel.errors import IllegalTransition, NotFound, Refusal
from services.marketing.domain.activity import Activity
from services.marketing.domain.life import ActivityState
from services.marketing.domain.reminders import NotOverYet, Reminder
from services.marketing.use_cases import activity_case
from services.marketing.use_cases.reminders import NextReminder, next_reminder
from tests.builders.activities import a_closure
from tests.builders.marketing_desk import BOSS, LIHUA, MARKET, NEEDED, WORKER, ZHANGWEI, Desk, Weekdays
from zhupi.approval.v1.events_pb2 import CaseFact, CaseRequested, NoticeRequested


async def test_an_activity_goes_from_its_request_to_its_end(desk: Desk) -> None:
    activity = await desk.settled(None, 2800, 2000)
    assert activity.state is ActivityState.SETTLED
    assert [str(cost.amount.amount) for cost in activity.claimable] == ["2800.00", "2000.00"]
    closed = await desk.close(activity)
    assert (closed.state, closed.case_open, closed.version) == (ActivityState.CLOSED, False, 2)
    assert await desk.kinds(activity.name) == [
        "ActivityCreated",
        "ActivitySubmitted",
        "ActivityApproved",
        "ActivityStarted",
        "ActivityEnded",
        *["EvidenceKept"] * len(NEEDED),
        "ClosureEdited",
        "ClosureSubmitted",
        "ActivitySettled",
        "ActivityClosed",
    ]
    assert await desk.messages(activity.name) == [
        "ActivitySubmitted",
        "CaseRequested",
        "ActivityApproved",
        "ActivityMoved",
        "ActivityMoved",
        "ClosureSubmitted",
        "CaseFact",
        "ActivityMoved",
        "ActivityMoved",
    ]
    assert (await verify(desk.database)).breaks == []


async def test_the_case_is_asked_for_with_what_the_route_depends_on(desk: Desk) -> None:
    activity = await desk.submit()
    requested = CaseRequested.FromString(await desk.body(activity.name))
    assert (requested.process, requested.document) == ("marketing-activity", activity.name)
    assert (requested.title, requested.requester) == ("心血管学术会议", "people/lihua")
    assert requested.facts["total"].money.units == requested.amount.units == 5000
    assert list(requested.facts["classes"].texts.values) == ["academic-meeting", "academic"]
    assert requested.facts["overrun_percent"].whole == 0
    assert requested.policy == "policies/marketing-activity/versions/1"


async def test_what_was_returned_is_submitted_again_to_the_same_case(desk: Desk) -> None:
    submitted = await desk.submit()
    returned = await desk.say(activity_case.return_activity, submitted, "写清地点")
    assert (returned.state, returned.reason, returned.case_open) == (ActivityState.DRAFT, "写清地点", True)
    edited = await desk.edit(returned, replace(returned.terms, address="人民医院三楼"))
    again = await desk.submit(edited)
    assert (again.version, again.reason) == (2, "")
    told = CaseFact.FromString(await desk.body(again.name))
    assert (told.name, told.document_version) == ("resubmitted", 2)


async def test_without_a_budget_it_goes_back_with_the_reason(desk: Desk) -> None:
    refused = await desk.refuse_reservation(await desk.submit(), "2026-03 会议费预算不足")
    assert (refused.state, refused.reason) == (ActivityState.DRAFT, "2026-03 会议费预算不足")


async def test_a_verb_of_the_case_is_done_once_whatever_becomes_of_the_workflow(desk: Desk) -> None:
    submitted = await desk.submit()
    approved = await desk.decide(submitted)
    assert await desk.decide(submitted) == approved
    running = await desk.start(approved)
    assert await desk.decide(submitted) == running
    assert (await desk.kinds(submitted.name)).count("ActivityApproved") == 1


async def test_only_the_version_that_was_decided_on_is_approved_and_only_by_the_worker(desk: Desk) -> None:
    submitted = await desk.submit()
    with pytest.raises(DocumentChanged):
        await desk.decide(replace(submitted, version=2))
    command = Decided(submitted.number, 1, "x/1")
    for stranger in (LIHUA, MARKET, Actor(service="expense")):
        with pytest.raises(NotPermitted):
            await desk.ask(activity_case.approve_activity, command, stranger)


async def test_cancelled_before_it_begins_it_does_not_begin(desk: Desk) -> None:
    approved = await desk.approved()
    cancelled = await desk.cancel(approved)
    told = CaseFact.FromString(await desk.body(approved.name))
    assert (told.name, told.fact_id) == ("cancelled", "cancelled/1")
    assert await desk.start(approved) == cancelled
    assert cancelled.state is ActivityState.CANCELLED


async def test_once_it_has_begun_it_is_not_cancelled_and_the_refusal_says_what_was_first(desk: Desk) -> None:
    running = await desk.running()
    with pytest.raises(IllegalTransition) as caught:
        await desk.cancel(running)
    assert caught.value.values["state"] == "RUNNING"


async def test_of_a_start_and_a_cancellation_at_the_same_moment_one_wins(desk: Desk) -> None:
    """Whichever it is, the other sees it: nobody is told of both."""
    approved = await desk.approved()
    start, cancel = await asyncio.gather(desk.start(approved), desk.cancel(approved), return_exceptions=True)
    state = (await desk.stored(approved)).state
    if state is ActivityState.CANCELLED:
        assert isinstance(start, Activity)
        assert start.state is ActivityState.CANCELLED
    else:
        assert state is ActivityState.RUNNING
        assert isinstance(cancel, Refusal)


async def test_a_day_that_was_moved_meanwhile_is_not_the_day(desk: Desk) -> None:
    approved = await desk.approved()
    assert (await desk.start(approved, date(2026, 3, 8))).state is ActivityState.APPROVED
    running = await desk.start(approved)
    assert (await desk.end(running, date(2026, 3, 9))).state is ActivityState.RUNNING


async def test_ended_early_it_is_to_be_closed_from_that_day_on(desk: Desk) -> None:
    running = await desk.running()
    ended = await desk.end_early(running)
    assert (ended.state, ended.ended_early) == (ActivityState.TO_CLOSE, True)
    assert ended.overdue_date == date(2026, 3, 30)  # twenty working days from today
    told = CaseFact.FromString(await desk.body(running.name))
    assert told.name == "ended_early"
    assert await desk.end(ended) == ended


async def test_whoever_is_responsible_may_close_in_the_requester_s_place(desk: Desk) -> None:
    over = await desk.over()
    evidence = await desk.evidence(over, *NEEDED)
    written = await desk.write_closure(over, a_closure(3600, 2000, evidence=evidence), BOSS)
    submitted = await desk.submit_closure(written, BOSS)
    assert (submitted.closer, submitted.version) == ("boss", 2)
    told = CaseFact.FromString(await desk.body(over.name))
    assert (told.name, told.document_version) == ("closure_submitted", 2)
    assert (told.facts["overrun_percent"].whole, told.facts["overrun"].money.units) == (20, 600)
    assert told.facts["closer"].person == "people/boss"
    with pytest.raises(NotFound):
        await desk.write_closure(over, a_closure(), ZHANGWEI)


async def test_reminders_tell_the_requester_then_those_responsible_and_nobody_once_it_is_submitted(
    desk: Desk,
) -> None:
    over = await desk.over()
    await desk.remind(over, 1)
    told = NoticeRequested.FromString(await desk.body(over.name))
    assert (list(told.people), told.escalated_to) == (["people/lihua"], "")
    await desk.remind(over, 3, escalate=True)
    told = NoticeRequested.FromString(await desk.body(over.name))
    assert told.escalated_to == "organisations/henan"
    written = await desk.write_closure(over, a_closure(evidence=await desk.evidence(over, *NEEDED)))
    submitted = await desk.submit_closure(written)
    assert await desk.remind(over, 4, escalate=True) == submitted
    assert (await desk.messages(over.name)).count("NoticeRequested") == 2


async def test_a_returned_closure_is_submitted_again_as_another_version(desk: Desk) -> None:
    closing = await desk.closing()
    returned = await desk.say(activity_case.return_closure, closing, "补签到表")
    assert (returned.state, returned.reason) == (ActivityState.TO_CLOSE, "补签到表")
    again = await desk.submit_closure(returned)
    assert again.version == 3
    with pytest.raises(DocumentChanged):
        await desk.settle(closing, "settle/9")


async def test_an_overrun_without_a_budget_goes_back_once_and_with_the_reason(desk: Desk) -> None:
    closing = await desk.closing()
    command = activity_case.Refused(closing.number, closing.version, "预算不足", "overrun/1")
    returned = await desk.ask(activity_case.refuse_overrun, command, WORKER)
    assert (returned.state, returned.reason) == (ActivityState.TO_CLOSE, "预算不足")
    again = await desk.submit_closure(returned)
    assert await desk.ask(activity_case.refuse_overrun, command, WORKER) == again
    with pytest.raises(DocumentChanged):
        await desk.ask(activity_case.refuse_overrun, replace(command, effect="overrun/2"), WORKER)


async def test_whoever_cancels_and_takes_back_at_once_has_cancelled(desk: Desk) -> None:
    cancelled = await desk.cancel(await desk.approved())
    assert await desk.say(activity_case.withdraw_activity, cancelled, "撤回") == cancelled


async def test_it_is_said_again_and_again_that_an_activity_is_to_be_closed(desk: Desk) -> None:
    """Working days first; once it is overdue month by month, on the next day on which people work."""
    over = await desk.over()

    async def after(day: date) -> Reminder:
        query = NextReminder(over.number, day)
        return await desk.do(partial(next_reminder, working_days=Weekdays()), query, WORKER)  # type: ignore[no-any-return]  # of a desk for everything

    said, day = [], over.terms.end_date
    assert day is not None
    for _ in range(6):
        reminder = await after(day)
        said.append((reminder.n, str(reminder.day), reminder.escalate))
        day = reminder.day
    assert over.overdue_date == date(2026, 4, 7)
    assert said == [
        (1, "2026-03-19", False),
        (2, "2026-03-26", False),
        (3, "2026-04-02", True),
        (4, "2026-05-07", True),
        (5, "2026-06-08", True),
        (6, "2026-07-07", True),
    ]
    assert (await after(date(2031, 1, 1))).day == date(2031, 1, 7)


async def test_nobody_is_reminded_of_what_is_not_over(desk: Desk) -> None:
    running = await desk.running()
    query = NextReminder(running.number, date(2026, 3, 1))
    with pytest.raises(NotOverYet):
        await desk.do(partial(next_reminder, working_days=Weekdays()), query, WORKER)


async def test_a_rejected_closure_makes_nothing_claimable(desk: Desk) -> None:
    rejected = await desk.say(activity_case.reject_closure, await desk.closing(), "无效果")
    assert (rejected.state, rejected.claimable, rejected.case_open) == (ActivityState.CLOSED, (), False)


async def test_what_was_withdrawn_may_be_decided_anew(desk: Desk) -> None:
    withdrawn = await desk.say(activity_case.withdraw_activity, await desk.submit(), "暂缓")
    command = Reopened(withdrawn.number, withdrawn.version, "恢复", "reopen/1")
    reopened = await desk.ask(activity_case.reopen_activity, command, WORKER)
    assert (reopened.state, reopened.case_open) == (ActivityState.IN_APPROVAL, True)
