"""The verbs by which a case moves a change of an activity. As with activities, each effect is done once and for ever."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from chassis.cases.commands import Decided, Reopened, Undecided
from chassis.cases.sight import EVERYTHING
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import FailedPrecondition
from kernel.timeline import Event
from services.marketing import messages
from services.marketing.domain import change_events, events
from services.marketing.domain.activity import Activity
from services.marketing.domain.change import Change, must_be_changeable
from services.marketing.domain.change_life import ChangeVerb
from services.marketing.permissions import require_case_verb
from services.marketing.use_cases.activity_case import Refused
from services.marketing.use_cases.ports import Work
from services.marketing.use_cases.steering import tell_case

Commands = Decided | Undecided | Refused
Moved = tuple[Change, Event]


async def apply_change(cmd: Decided, *, uow: Work, actor: Actor, clock: Clock) -> Change:
    """The activity has the new terms, both or neither. One that has ended meanwhile keeps its own: that was first, and the
    change answers as rejected."""
    async with uow:
        before, activity = await _of_case(uow, cmd.number, actor, ChangeVerb.APPLY)
        if not await uow.case_verbs.note(cmd.effect, before.name, ChangeVerb.APPLY, clock.now()):
            return await uow.commit(before)
        before.deciding_on(cmd.version)
        try:
            must_be_changeable(activity)
        except FailedPrecondition as too_late:
            after = before.reject(too_late.text.zh, at=clock.now())
            rejected = change_events.ChangeRejected.of(after, actor, reason=after.reason)
            return await _saved(uow, after, activity, rejected, actor, clock)
        return await _applied(before, activity, uow, actor, clock)


async def _applied(before: Change, activity: Activity, uow: Work, actor: Actor, clock: Clock) -> Change:
    after = before.apply(at=clock.now())
    activity = activity.change_terms(after.number, after.terms, at=clock.now())
    await uow.activities.save(activity)
    await uow.changes.save(after)
    uow.record(change_events.ChangeApplied.of(after, actor))
    former = activity.history[-1].terms
    event = events.TermsChanged.of(activity, actor, change=after.name, terms=activity.terms, before=former)
    told = await tell_case(activity, messages.TERMS_CHANGED, uow)
    uow.record(event, messages.terms_changed(activity, after.number), told)
    return await uow.commit(after)


async def refuse_reservation(cmd: Refused, *, uow: Work, actor: Actor, clock: Clock) -> Change:
    def refused(before: Change) -> Moved:
        after = before.deciding_on(cmd.version).refuse_reservation(cmd.reason, at=clock.now())
        return after, change_events.ChangeReservationRefused.of(after, actor, reason=cmd.reason)

    return await _once(cmd, ChangeVerb.REFUSE_RESERVATION, refused, uow=uow, actor=actor, clock=clock)


async def _undecided(cmd: Undecided, *, uow: Work, actor: Actor, clock: Clock, verb: ChangeVerb) -> Change:
    move, event = UNDECIDED[verb]

    def undecided(before: Change) -> Moved:
        after = move(before, cmd.reason, at=clock.now())
        return after, event.of(after, actor, reason=cmd.reason)

    return await _once(cmd, verb, undecided, uow=uow, actor=actor, clock=clock)


async def reopen_change(cmd: Reopened, *, uow: Work, actor: Actor, clock: Clock) -> Change:
    """In approval again. Raises what `Change.reopen` raises."""
    async with uow:
        before, activity = await _of_case(uow, cmd.number, actor, ChangeVerb.REOPEN)
        if not await uow.case_verbs.note(cmd.effect, before.name, ChangeVerb.REOPEN, clock.now()):
            return await uow.commit(before)
        configuration = await uow.configurations.current()
        before.deciding_on(cmd.version)
        after = before.reopen(activity, cmd.reason, configuration, at=clock.now())
        await uow.activities.must_not_overlap(activity.number, after.terms)
        await uow.changes.save(after)
        if activity.open_change != after.number:
            await uow.activities.save(activity.changing(after.number, activity.lines_given, at=clock.now()))
        uow.record(change_events.ChangeReopened.of(after, actor, reason=cmd.reason))
        return await uow.commit(after)


async def look_at_change(number: str, *, uow: Work, actor: Actor, clock: Clock) -> Change:
    async with uow:
        change = await uow.changes.get(number)
        require_case_verb(actor, "LookAtActivityChange", change)
        return change


async def _once(
    cmd: Commands,
    verb: ChangeVerb,
    move: Callable[[Change], Moved],
    *,
    uow: Work,
    actor: Actor,
    clock: Clock,
) -> Change:
    async with uow:
        before, activity = await _of_case(uow, cmd.number, actor, verb)
        if not await uow.case_verbs.note(cmd.effect, before.name, verb, clock.now()):
            return await uow.commit(before)
        after, event = move(before)
        return await _saved(uow, after, activity, event, actor, clock)


async def _saved(
    uow: Work, change: Change, activity: Activity, event: Event, actor: Actor, clock: Clock
) -> Change:
    """A change that is done with makes room for another."""
    await uow.changes.save(change)
    uow.record(event)
    if change.is_done_with and activity.open_change == change.number:
        activity = activity.changing("", activity.lines_given, at=clock.now())
        await uow.activities.save(activity)
        uow.record(events.ChangeEnded.of(activity, actor, change=change.name))
    return await uow.commit(change)


async def _of_case(uow: Work, number: str, actor: Actor, verb: ChangeVerb) -> tuple[Change, Activity]:
    """The activity is locked first."""
    activity = await uow.activities.get_for_update(await uow.changes.activity_of(number), EVERYTHING)
    change = await uow.changes.get_for_update(number)
    require_case_verb(actor, ACTIONS[verb], change)
    return change, activity


ACTIONS: Final = {
    ChangeVerb.APPLY: "ApplyActivityChange",
    ChangeVerb.RETURN: "ReturnActivityChange",
    ChangeVerb.REJECT: "RejectActivityChange",
    ChangeVerb.WITHDRAW: "WithdrawActivityChange",
    ChangeVerb.REOPEN: "ReopenActivityChange",
    ChangeVerb.REFUSE_RESERVATION: "RefuseActivityChangeReservation",
}
UNDECIDED: Final = {
    ChangeVerb.RETURN: (Change.give_back, change_events.ChangeReturned),
    ChangeVerb.REJECT: (Change.reject, change_events.ChangeRejected),
    ChangeVerb.WITHDRAW: (Change.withdraw, change_events.ChangeWithdrawn),
}

return_change = partial(_undecided, verb=ChangeVerb.RETURN)
reject_change = partial(_undecided, verb=ChangeVerb.REJECT)
withdraw_change = partial(_undecided, verb=ChangeVerb.WITHDRAW)
