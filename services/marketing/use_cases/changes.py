"""What people do about changes of approved activities: draft, edit, delete, submit, look."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from google.protobuf.message import Message

from chassis.cases.attachments import must_belong
from chassis.cases.messages import Submission, case_requested, resubmitted
from chassis.cases.ports import Attachments, Plan, Planner
from chassis.cases.sight import Sight
from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.errors import NotFound
from services.marketing import messages
from services.marketing.domain import change_events, events
from services.marketing.domain.activity import Activity
from services.marketing.domain.change import Change, must_be_changeable
from services.marketing.domain.configuration import Configuration
from services.marketing.domain.terms import Terms
from services.marketing.permissions import require_own
from services.marketing.use_cases.checking import Around, check_customers, check_terms
from services.marketing.use_cases.ports import ChangeQuery, Directory, Work
from services.marketing.use_cases.sight import sight_of

OWN: Final = "RequestChange"


@dataclass(frozen=True, slots=True)
class CreateChange:
    activity: str
    terms: Terms
    purpose: str


@dataclass(frozen=True, slots=True)
class UpdateChange:
    number: str
    etag: str
    terms: Terms
    purpose: str
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedChange:
    """A change as the caller has read it."""

    number: str
    etag: str


@dataclass(frozen=True, slots=True)
class ListChanges:
    query: ChangeQuery
    page: PageRequest


async def create_change(
    cmd: CreateChange, *, uow: Work, actor: Actor, clock: Clock, directory: Directory, around: Around
) -> Change:
    sight, now = await sight_of(actor, directory), clock.now()
    async with uow:
        activity = await uow.activities.get(cmd.activity, sight)
        require_own(actor, OWN, activity, sight.organisations)
        configuration = await uow.configurations.current()
        must_be_changeable(activity)
    await check_terms(cmd.terms, configuration, around)
    async with uow:
        activity = await uow.activities.get_for_update(cmd.activity, sight)
        draft, given = Change.draft("", activity, actor.person, cmd.terms, cmd.purpose, at=now)
        # Last, because others who draft one wait for it.
        change = replace(draft, number=await uow.changes.next_number(local_date(now).year))
        await uow.changes.add(change)
        activity = activity.changing(change.number, given, at=now)
        await uow.activities.save(activity)
        uow.record(
            change_events.ChangeDrafted.of(
                change, actor, activity=activity.name, terms=change.terms, purpose=change.purpose
            )
        )
        uow.record(events.ChangeBegun.of(activity, actor, change=change.name))
        return await uow.commit(change)


async def update_change(
    cmd: UpdateChange,
    *,
    uow: Work,
    actor: Actor,
    clock: Clock,
    directory: Directory,
    around: Around,
    attachments: Attachments,
) -> Change:
    """Only where a file is named that was not named before is their owner asked. Raises AttachmentNotOfDocument."""
    sight = await sight_of(actor, directory)
    async with uow:
        change, _ = await _own(cmd.number, uow, actor, sight)
        configuration = await uow.configurations.current()
    await check_terms(cmd.terms, configuration, around)
    new = set(cmd.attachments).difference(change.attachments)
    belonging = (await attachments.of(change.name)) if new else frozenset()
    async with uow:
        change, activity = await _own(cmd.number, uow, actor, sight, locked=True)
        must_belong(cmd.attachments, belonging.union(change.attachments))
        change, given = change.expecting(cmd.etag).edit(
            activity, cmd.terms, cmd.purpose, cmd.attachments, at=clock.now()
        )
        await uow.changes.save(change)
        await uow.activities.save(activity.changing(change.number, given, at=clock.now()))
        uow.record(
            change_events.ChangeEdited.of(
                change,
                actor,
                activity=activity.name,
                terms=change.terms,
                purpose=change.purpose,
                attachments=change.attachments,
            )
        )
        return await uow.commit(change)


async def delete_change(
    cmd: NamedChange, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Change:
    sight = await sight_of(actor, directory)
    async with uow:
        change, activity = await _own(cmd.number, uow, actor, sight, locked=True)
        change = change.expecting(cmd.etag).delete(at=clock.now())
        await uow.changes.save(change)
        if activity.open_change == change.number:
            activity = activity.changing("", activity.lines_given, at=clock.now())
            await uow.activities.save(activity)
            uow.record(events.ChangeEnded.of(activity, actor, change=change.name))
        uow.record(change_events.ChangeDeleted.of(change, actor))
        return await uow.commit(change)


async def submit_change(
    cmd: NamedChange,
    *,
    uow: Work,
    actor: Actor,
    clock: Clock,
    directory: Directory,
    around: Around,
    planner: Planner,
) -> Change:
    """As with requests: others are asked before the transaction, about the very change that the etag names."""
    sight = await sight_of(actor, directory)
    async with uow:
        draft, activity = await _own(cmd.number, uow, actor, sight)
        configuration = await uow.configurations.current()
        asked = draft.expecting(cmd.etag).submit(activity, configuration, at=clock.now())
    await check_terms(asked.terms, configuration, around)
    new = replace(
        asked.terms, customers=tuple(c for c in asked.terms.customers if c not in activity.terms.customers)
    )
    await check_customers(new, activity.requester, sight.organisations, around)
    plan = await planner.plan(_submission(asked, configuration))

    async with uow:
        draft, activity = await _own(cmd.number, uow, actor, sight, locked=True)
        change = draft.expecting(cmd.etag).submit(activity, configuration, at=clock.now())
        await uow.activities.must_not_overlap(activity.number, change.terms)
        await uow.changes.save(change)
        if activity.open_change != change.number:
            await uow.activities.save(activity.changing(change.number, activity.lines_given, at=clock.now()))
        uow.record(_submitted(change, actor, plan), _requested(draft, change, configuration, plan))
        return await uow.commit(change)


async def get_change(number: str, *, uow: Work, actor: Actor, clock: Clock, directory: Directory) -> Change:
    """Raises NotFound, also where the caller may not see its activity."""
    sight = await sight_of(actor, directory)
    async with uow:
        return (await _seen(number, uow, sight))[0]


async def list_changes(
    cmd: ListChanges, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Page[Change]:
    sight = await sight_of(actor, directory)
    async with uow:
        return await uow.changes.page(cmd.query, sight, cmd.page)


async def preview_route(
    number: str, *, uow: Work, actor: Actor, clock: Clock, directory: Directory, planner: Planner
) -> Plan:
    """Who would decide it as it stands. Raises what PreviewRoute raises."""
    sight = await sight_of(actor, directory)
    async with uow:
        change, _ = await _seen(number, uow, sight)
        configuration = await uow.configurations.current()
    return await planner.plan(_submission(change, configuration))


def _submission(change: Change, configuration: Configuration) -> Submission:
    classes = [one.key for one in configuration.line_of(change.terms.activity_class)]
    return messages.change_submission(change, classes)


def _requested(draft: Change, change: Change, configuration: Configuration, plan: Plan) -> Message:
    request = resubmitted if draft.case_open else case_requested
    return request(_submission(change, configuration), plan.policy)


def _submitted(change: Change, actor: Actor, plan: Plan) -> change_events.ChangeSubmitted:
    return change_events.ChangeSubmitted.of(
        change,
        actor,
        activity=f"activities/{change.activity}",
        terms=change.terms,
        purpose=change.purpose,
        before=change.before,
        attachments=change.attachments,
        policy=plan.policy,
    )


async def _own(
    number: str, uow: Work, actor: Actor, sight: Sight, *, locked: bool = False
) -> tuple[Change, Activity]:
    """Raises NotFound, NotYours."""
    change, activity = await _seen(number, uow, sight, locked=locked)
    require_own(actor, OWN, change, sight.organisations)
    return change, activity


async def _seen(number: str, uow: Work, sight: Sight, *, locked: bool = False) -> tuple[Change, Activity]:
    """The change and its activity, which is locked first. Raises NotFound, also where the activity may not be seen."""
    of = await uow.changes.activity_of(number)
    try:
        activity = await (uow.activities.get_for_update if locked else uow.activities.get)(of, sight)
    except NotFound as hidden:
        raise NotFound(name=f"activityChanges/{number}") from hidden
    change = await (uow.changes.get_for_update if locked else uow.changes.get)(number)
    return change, activity
