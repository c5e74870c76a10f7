"""Changes of approved activities: the old terms hold until the new ones are approved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from chassis.cases.commands import Decided, Reopened, Undecided
from kernel.errors import NotFound, Refusal
from kernel.money import Money
from services.marketing.domain.change import Change
from services.marketing.domain.change_life import (
    ChangeAfterEnd,
    ChangeInClosure,
    ChangeNotApprovedYet,
    ChangeOpen,
    ChangeState,
    ClassChanged,
    EndInPast,
    NothingChanged,
    StartPassed,
    TermsChangedSince,
)
from services.marketing.domain.life import ActivityState
from services.marketing.domain.overlap import OverlappingActivity
from services.marketing.use_cases import change_case, changes
from tests.builders.activities import a_closure, a_line, terms
from tests.builders.marketing_desk import BOSS, NEEDED, WORKER, ZHANGWEI, Desk
from zhupi.approval.v1.events_pb2 import CaseFact, CaseRequested


async def apply(desk: Desk, change: Change, effect: str = "apply/1") -> Change:
    command = Decided(change.number, change.version, effect)
    applied: Change = await desk.do(change_case.apply_change, command, WORKER)
    return applied


async def say(desk: Desk, verb: object, change: Change, effect: str = "say/1") -> Change:
    said: Change = await desk.do(verb, Undecided(change.number, "不变", effect), WORKER)  # type: ignore[arg-type]  # any of the verbs
    return said


async def test_an_approved_change_is_what_holds_and_what_held_is_remembered(desk: Desk) -> None:
    approved = await desk.approved()
    longer = replace(
        approved.terms, end_date=date(2026, 3, 12), lines=(*approved.terms.lines, a_line(800, "gifts"))
    )
    change = await desk.submit_change(await desk.change(approved, longer))
    assert (change.number, change.difference) == ("CH-2026-000001", Money.of(800))
    requested = CaseRequested.FromString(await desk.body(change.name))
    assert (requested.process, requested.facts["more"].money.units) == ("activity-change", 800)
    assert (await desk.stored(approved)).terms == approved.terms
    assert (await apply(desk, change)).state is ChangeState.APPLIED
    after = await desk.stored(approved)
    assert (after.version, after.open_change, after.terms) == (2, "", change.terms)
    assert [line.id for line in after.terms.lines] == ["1", "2", "3"]
    assert (after.history[0].terms, after.history[0].version) == (approved.terms, 1)
    told = CaseFact.FromString(await desk.body(approved.name))
    assert (told.name, told.document_version, told.amount.units) == ("terms_changed", 2, 5800)


async def test_one_change_at_a_time(desk: Desk) -> None:
    running = await desk.running()
    change = await desk.change(running, replace(running.terms, city="洛阳"))
    with pytest.raises(ChangeOpen) as caught:
        await desk.change(running, replace(running.terms, city="开封"))
    assert caught.value.values["change"] == change.name


async def test_what_came_to_nothing_makes_room_for_another(desk: Desk) -> None:
    running = await desk.running()
    new = replace(running.terms, lines=(*running.terms.lines, a_line(7)))
    change = await desk.submit_change(await desk.change(running, new))
    rejected = await say(desk, change_case.reject_change, change)
    assert rejected.state is ChangeState.REJECTED
    stored = await desk.stored(running)
    assert (stored.terms, stored.open_change) == (running.terms, "")
    another = await desk.change(running, new)
    # The number of a line that came to nothing is not given again.
    assert [line.id for line in another.terms.lines] == ["1", "2", "4"]


async def test_only_what_is_approved_and_not_over_is_changed(desk: Desk) -> None:
    submitted = await desk.submit()
    with pytest.raises(ChangeNotApprovedYet):
        await desk.change(submitted, submitted.terms)
    over = await desk.end(await desk.start(await desk.decide(submitted)))
    with pytest.raises(ChangeAfterEnd):
        await desk.change(over, over.terms)
    written = await desk.write_closure(over, a_closure(evidence=await desk.evidence(over, *NEEDED)))
    closing = await desk.submit_closure(written)
    with pytest.raises(ChangeInClosure):
        await desk.change(closing, closing.terms)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({}, NothingChanged),
        ({"start_date": date(2026, 3, 8)}, StartPassed),
        ({"activity_class": "display"}, ClassChanged),
    ],
)
async def test_what_cannot_change_is_refused(
    desk: Desk, said: dict[str, object], refusal: type[Refusal]
) -> None:
    running = await desk.running()
    with pytest.raises(refusal):
        await desk.submit_change(await desk.change(running, replace(running.terms, **said)))  # type: ignore[arg-type]  # fields of terms


async def test_an_activity_does_not_end_in_the_past_by_a_change(desk: Desk) -> None:
    running = await desk.running()
    desk.clock.advance(timedelta(days=8))
    with pytest.raises(EndInPast):
        await desk.submit_change(
            await desk.change(running, replace(running.terms, end_date=date(2026, 3, 9)))
        )


async def test_a_change_does_not_move_an_activity_onto_another(desk: Desk) -> None:
    running = await desk.running()
    other = await desk.submit(
        await desk.draft(terms(start_date=date(2026, 3, 12), end_date=date(2026, 3, 13)))
    )
    change = await desk.change(running, replace(running.terms, end_date=date(2026, 3, 12)))
    with pytest.raises(OverlappingActivity) as caught:
        await desk.submit_change(change)
    assert caught.value.values["activity"] == other.name


async def test_where_the_end_was_first_the_change_takes_no_effect(desk: Desk) -> None:
    running = await desk.running()
    change = await desk.submit_change(
        await desk.change(running, replace(running.terms, end_date=date(2026, 3, 20)))
    )
    over = await desk.end(running)
    too_late = await apply(desk, change)
    assert too_late.state is ChangeState.REJECTED
    assert "已结束" in too_late.reason
    stored = await desk.stored(running)
    assert (stored.terms, stored.state, stored.open_change) == (over.terms, ActivityState.TO_CLOSE, "")


async def test_where_the_change_was_first_the_end_waits_for_the_new_last_day(desk: Desk) -> None:
    running = await desk.running()
    change = await desk.submit_change(
        await desk.change(running, replace(running.terms, end_date=date(2026, 3, 20)))
    )
    await apply(desk, change)
    assert (await desk.end(running, date(2026, 3, 10))).state is ActivityState.RUNNING
    assert (await desk.end(running, date(2026, 3, 20), "end/2")).state is ActivityState.TO_CLOSE


async def test_a_closure_waits_for_a_change_that_is_being_decided(desk: Desk) -> None:
    running = await desk.running()
    await desk.submit_change(await desk.change(running, replace(running.terms, city="洛阳")))
    over = await desk.end(running)
    written = await desk.write_closure(over, a_closure(evidence=await desk.evidence(over, *NEEDED)))
    with pytest.raises(ChangeOpen):
        await desk.submit_closure(written)


async def test_a_rejected_change_may_be_decided_anew_unless_the_terms_are_others(desk: Desk) -> None:
    approved = await desk.approved()
    change = await desk.submit_change(await desk.change(approved, replace(approved.terms, city="洛阳")))
    rejected = await say(desk, change_case.reject_change, change)
    command = Reopened(change.number, change.version, "重议", "reopen/1")
    reopened: Change = await desk.do(change_case.reopen_change, command, WORKER)
    assert (reopened.state, (await desk.stored(approved)).open_change) == (
        ChangeState.IN_APPROVAL,
        change.number,
    )
    await say(desk, change_case.reject_change, reopened, "say/2")
    other = await desk.submit_change(await desk.change(approved, replace(approved.terms, city="开封")))
    await apply(desk, other)
    again = Reopened(rejected.number, rejected.version, "重议", "reopen/2")
    with pytest.raises(TermsChangedSince):
        await desk.do(change_case.reopen_change, again, WORKER)


async def test_whoever_is_responsible_may_change_and_nobody_else_sees_it(desk: Desk) -> None:
    approved = await desk.approved()
    change = await desk.change(approved, replace(approved.terms, city="洛阳"), BOSS)
    assert change.requester == "boss"
    look = partial(changes.get_change, directory=desk.directory)
    assert await desk.do(look, change.number) == change
    with pytest.raises(NotFound):
        await desk.do(look, change.number, ZHANGWEI)
    deleted: Change = await desk.do(
        partial(changes.delete_change, directory=desk.directory),
        changes.NamedChange(change.number, change.etag),
        BOSS,
    )
    assert deleted.state is ChangeState.DELETED
    assert (await desk.stored(approved)).open_change == ""
