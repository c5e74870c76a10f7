"""The verbs by which a case moves its activity.

The workflow may repeat any of them, also in another life and after years: an activity remembers by its effect (the
request id) what has been done for it, and answers such a repetition with how it stands now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from google.protobuf.message import Message

from chassis.cases.commands import Decided, Reopened, Undecided
from chassis.cases.sight import EVERYTHING
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.decided_events import DecidableEvent
from kernel.timeline import Event
from services.marketing import messages
from services.marketing.domain import events
from services.marketing.domain.activity import Activity
from services.marketing.domain.closure import Cost
from services.marketing.domain.life import ActivityState, ActivityVerb
from services.marketing.permissions import require_case_verb
from services.marketing.use_cases.ports import Work, WorkingDays


@dataclass(frozen=True, slots=True)
class Refused:
    """Expense does not reserve its budget, or what its closure asks for in addition."""

    number: str
    version: int
    reason: str
    effect: str


@dataclass(frozen=True, slots=True)
class Come:
    """The day has come that was waited for: the first one, or the last is over."""

    number: str
    day: date
    effect: str


@dataclass(frozen=True, slots=True)
class Remind:
    number: str
    n: int
    escalate: bool
    effect: str


@dataclass(frozen=True, slots=True)
class Settle:
    """`claimable` empty: what the closure says."""

    number: str
    version: int
    claimable: tuple[Cost, ...]
    effect: str


@dataclass(frozen=True, slots=True)
class Close:
    number: str
    effect: str


Commands = Decided | Undecided | Refused | Come | Remind | Settle | Close | Reopened
Moved = tuple[Activity, Event, tuple[Message, ...]]


async def approve_activity(cmd: Decided, *, uow: Work, actor: Actor, clock: Clock) -> Activity:
    def approved(before: Activity) -> Moved:
        after = before.deciding_on(cmd.version).approve(at=clock.now())
        return after, events.ActivityApproved.of(after, actor), (messages.approved(after),)

    return await _once(cmd, ActivityVerb.APPROVE, approved, uow=uow, actor=actor, clock=clock)


async def refuse_reservation(cmd: Refused, *, uow: Work, actor: Actor, clock: Clock) -> Activity:
    def refused(before: Activity) -> Moved:
        after = before.deciding_on(cmd.version).refuse_reservation(cmd.reason, at=clock.now())
        return after, events.ReservationRefused.of(after, actor, reason=cmd.reason), ()

    return await _once(cmd, ActivityVerb.REFUSE_RESERVATION, refused, uow=uow, actor=actor, clock=clock)


async def _undecided(
    cmd: Undecided, *, uow: Work, actor: Actor, clock: Clock, verb: ActivityVerb
) -> Activity:
    move, event = UNDECIDED[verb]

    def undecided(before: Activity) -> Moved:
        after = move(before, cmd.reason, at=clock.now())
        told = (messages.moved(before.state, after),) if after.state in TOLD else ()
        return after, event.of(after, actor, reason=cmd.reason), told

    def is_too_late(before: Activity) -> bool:
        return verb is ActivityVerb.WITHDRAW and before.state is ActivityState.CANCELLED

    return await _once(cmd, verb, undecided, uow=uow, actor=actor, clock=clock, is_too_late=is_too_late)


async def reopen_activity(cmd: Reopened, *, uow: Work, actor: Actor, clock: Clock) -> Activity:
    """In approval again. Raises EditedSince, DocumentHasCase, StartInPast, OverlappingActivity."""
    async with uow:
        before = await _of_case(uow, cmd.number, actor, ActivityVerb.REOPEN)
        if not await uow.case_verbs.note(cmd.effect, before.name, ActivityVerb.REOPEN, clock.now()):
            return await uow.commit(before)
        configuration = await uow.configurations.current()
        after = before.deciding_on(cmd.version).reopen(cmd.reason, configuration, at=clock.now())
        await uow.activities.must_not_overlap(after.number, after.terms)
        return await _save(uow, after, events.ActivityReopened.of(after, actor, reason=cmd.reason))


async def start_activity(cmd: Come, *, uow: Work, actor: Actor, clock: Clock) -> Activity:
    """One that was cancelled, or whose first day was moved on meanwhile, stays as it is: that was first."""

    def is_too_late(before: Activity) -> bool:
        first = before.terms.start_date
        return before.state is not ActivityState.APPROVED or (first is not None and first > cmd.day)

    def started(before: Activity) -> Moved:
        after = before.start(at=clock.now())
        return after, events.ActivityStarted.of(after, actor), (messages.moved(before.state, after),)

    return await _once(
        cmd, ActivityVerb.START, started, uow=uow, actor=actor, clock=clock, is_too_late=is_too_late
    )


async def end_activity(
    cmd: Come, *, uow: Work, actor: Actor, clock: Clock, working_days: WorkingDays
) -> Activity:
    """One that was ended early, or whose last day was moved on meanwhile, stays as it is: that was first."""
    async with uow:
        organisation = (await uow.activities.get(cmd.number, EVERYTHING)).organisation
        configuration = await uow.configurations.current()
    overdue = await working_days.after(organisation, cmd.day, configuration.overdue_days)

    def is_too_late(before: Activity) -> bool:
        last = before.terms.end_date
        return before.state is not ActivityState.RUNNING or (last is not None and last > cmd.day)

    def ended(before: Activity) -> Moved:
        after = before.end(overdue, at=clock.now())
        event = events.ActivityEnded.of(after, actor, overdue_date=overdue)
        return after, event, (messages.moved(before.state, after),)

    return await _once(
        cmd, ActivityVerb.END, ended, uow=uow, actor=actor, clock=clock, is_too_late=is_too_late
    )


async def refuse_overrun(cmd: Refused, *, uow: Work, actor: Actor, clock: Clock) -> Activity:
    def refused(before: Activity) -> Moved:
        after = before.deciding_on(cmd.version).return_closure(cmd.reason, at=clock.now())
        return after, events.ClosureReturned.of(after, actor, reason=cmd.reason), ()

    return await _once(cmd, ActivityVerb.RETURN_CLOSURE, refused, uow=uow, actor=actor, clock=clock)


async def remind_to_close(cmd: Remind, *, uow: Work, actor: Actor, clock: Clock) -> Activity:
    """One whose closure was submitted meanwhile stays as it is, and nobody is told."""

    def reminded(before: Activity) -> Moved:
        event = events.ClosureReminded(
            document=before.name,
            version=before.version,
            by=actor,
            at=clock.now(),
            n=cmd.n,
            escalated=cmd.escalate,
        )
        return before, event, (messages.reminder(before, cmd.n, cmd.escalate),)

    return await _once(
        cmd,
        ActivityVerb.REMIND,
        reminded,
        uow=uow,
        actor=actor,
        clock=clock,
        is_too_late=lambda before: before.state is not ActivityState.TO_CLOSE,
    )


async def settle_activity(cmd: Settle, *, uow: Work, actor: Actor, clock: Clock) -> Activity:
    async with uow:
        days = (await uow.configurations.current()).claimable_days

    def settled(before: Activity) -> Moved:
        after = before.deciding_on(cmd.version).settle(cmd.claimable, days, at=clock.now())
        event = events.ActivitySettled.of(
            after, actor, claimable=after.claimable, claimable_until=after.claimable_until
        )
        return after, event, (messages.moved(before.state, after),)

    return await _once(cmd, ActivityVerb.SETTLE, settled, uow=uow, actor=actor, clock=clock)


async def close_activity(cmd: Close, *, uow: Work, actor: Actor, clock: Clock) -> Activity:
    def closed(before: Activity) -> Moved:
        after = before.close(at=clock.now())
        return after, events.ActivityClosed.of(after, actor), (messages.moved(before.state, after),)

    return await _once(cmd, ActivityVerb.CLOSE, closed, uow=uow, actor=actor, clock=clock)


async def look_at_activity(number: str, *, uow: Work, actor: Actor, clock: Clock) -> Activity:
    async with uow:
        activity = await uow.activities.get(number, EVERYTHING)
        require_case_verb(actor, "LookAtActivity", activity)
        return activity


async def _once(
    cmd: Commands,
    verb: ActivityVerb,
    move: Callable[[Activity], Moved],
    *,
    uow: Work,
    actor: Actor,
    clock: Clock,
    is_too_late: Callable[[Activity], bool] = lambda _: False,
) -> Activity:
    """`is_too_late`: whether something else came first. Then nothing is done, and nothing kept as done."""
    async with uow:
        before = await _of_case(uow, cmd.number, actor, verb)
        if is_too_late(before):
            return await uow.commit(before)
        if not await uow.case_verbs.note(cmd.effect, before.name, verb, clock.now()):
            return await uow.commit(before)
        after, event, tell = move(before)
        return await _save(uow, after, event, *tell)


async def _of_case(uow: Work, number: str, actor: Actor, verb: ActivityVerb) -> Activity:
    activity = await uow.activities.get_for_update(number, EVERYTHING)
    require_case_verb(actor, ACTIONS[verb], activity)
    return activity


async def _save(uow: Work, activity: Activity, event: Event, *tell: Message) -> Activity:
    await uow.activities.save(activity)
    uow.record(event, *tell)
    return await uow.commit(activity)


ACTIONS: Final = {
    ActivityVerb.APPROVE: "ApproveActivity",
    ActivityVerb.RETURN: "ReturnActivity",
    ActivityVerb.REJECT: "RejectActivity",
    ActivityVerb.WITHDRAW: "WithdrawActivity",
    ActivityVerb.REOPEN: "ReopenActivity",
    ActivityVerb.REFUSE_RESERVATION: "RefuseReservation",
    ActivityVerb.START: "StartActivity",
    ActivityVerb.END: "EndActivity",
    ActivityVerb.REMIND: "RemindToClose",
    ActivityVerb.RETURN_CLOSURE: "ReturnClosure",
    ActivityVerb.REJECT_CLOSURE: "RejectClosure",
    ActivityVerb.SETTLE: "SettleActivity",
    ActivityVerb.CLOSE: "CloseActivity",
}
UNDECIDED: Final[Mapping[ActivityVerb, tuple[Callable[..., Activity], type[DecidableEvent]]]] = {
    ActivityVerb.RETURN: (Activity.give_back, events.ActivityReturned),
    ActivityVerb.REJECT: (Activity.reject, events.ActivityRejected),
    ActivityVerb.WITHDRAW: (Activity.withdraw, events.ActivityWithdrawn),
    ActivityVerb.RETURN_CLOSURE: (Activity.return_closure, events.ClosureReturned),
    ActivityVerb.REJECT_CLOSURE: (Activity.reject_closure, events.ClosureRejected),
}
# What others are told of, too: the activity does not take place, or nothing can be claimed on it.
TOLD: Final = (ActivityState.REJECTED, ActivityState.CANCELLED, ActivityState.CLOSED)

return_activity = partial(_undecided, verb=ActivityVerb.RETURN)
reject_activity = partial(_undecided, verb=ActivityVerb.REJECT)
withdraw_activity = partial(_undecided, verb=ActivityVerb.WITHDRAW)
return_closure = partial(_undecided, verb=ActivityVerb.RETURN_CLOSURE)
reject_closure = partial(_undecided, verb=ActivityVerb.REJECT_CLOSURE)
