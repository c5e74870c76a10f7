"""What becomes of an activity between its approval and its closure, by people: it is cancelled, or ended early."""

from __future__ import annotations

from dataclasses import dataclass

from google.protobuf.message import Message

from chassis.cases.messages import news
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from services.marketing import messages
from services.marketing.domain import events
from services.marketing.domain.activity import Activity
from services.marketing.permissions import require_own
from services.marketing.use_cases.ports import Directory, Work, WorkingDays
from services.marketing.use_cases.sight import sight_of


@dataclass(frozen=True, slots=True)
class Steer:
    """An activity as the caller has read it, and why."""

    number: str
    etag: str
    reason: str


async def cancel_activity(
    cmd: Steer, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Activity:
    """Of this and the start whichever is written first holds; the other finds the state that it led to."""
    sight = await sight_of(actor, directory)
    async with uow:
        before = await uow.activities.get_for_update(cmd.number, sight)
        require_own(actor, "CancelActivity", before, sight.organisations)
        activity = before.expecting(cmd.etag).cancel(cmd.reason, at=clock.now())
        await uow.activities.save(activity)
        told = await tell_case(activity, messages.CANCELLED, uow)
        event = events.ActivityCancelled.of(activity, actor, reason=cmd.reason)
        uow.record(event, messages.moved(before.state, activity), told)
        return await uow.commit(activity)


async def end_activity_early(
    cmd: Steer,
    *,
    uow: Work,
    actor: Actor,
    clock: Clock,
    directory: Directory,
    working_days: WorkingDays,
) -> Activity:
    """Of this and the end whichever is written first holds. From today on the days to the closure count."""
    sight = await sight_of(actor, directory)
    async with uow:
        activity = await uow.activities.get(cmd.number, sight)
        require_own(actor, "EndActivityEarly", activity, sight.organisations)
        configuration = await uow.configurations.current()
    today = local_date(clock.now())
    overdue = await working_days.after(activity.organisation, today, configuration.overdue_days)
    async with uow:
        before = await uow.activities.get_for_update(cmd.number, sight)
        activity = before.expecting(cmd.etag).end_early(cmd.reason, overdue, at=clock.now())
        await uow.activities.save(activity)
        told = await tell_case(activity, messages.ENDED_EARLY, uow)
        event = events.ActivityEndedEarly.of(activity, actor, reason=cmd.reason, overdue_date=overdue)
        uow.record(event, messages.moved(before.state, activity), told)
        return await uow.commit(activity)


async def tell_case(
    activity: Activity, name: str, uow: Work, *, policy: str = "", fact_id: str = ""
) -> Message:
    """News for the case of an activity, with the activity as it is now."""
    configuration = await uow.configurations.current()
    classes = [one.key for one in configuration.line_of(activity.terms.activity_class)]
    told = messages.submission(activity, classes)
    return news(told, name, fact_id or f"{name}/{activity.version}", policy)
