"""What people do about requests for activities: draft, edit, copy, delete, submit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from chassis.cases.attachments import must_belong
from chassis.cases.messages import Submission, case_requested, resubmitted
from chassis.cases.ports import Attachments, Plan, Planner
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.errors import PermissionDenied
from services.marketing import messages
from services.marketing.domain import events
from services.marketing.domain.activity import Activity
from services.marketing.domain.configuration import Configuration
from services.marketing.domain.overlap import ClosuresOverdue, UnknownOrganisation
from services.marketing.domain.terms import Terms
from services.marketing.permissions import require, require_own
from services.marketing.use_cases.checking import Around, check_customers, check_terms
from services.marketing.use_cases.ports import Directory, Work
from services.marketing.use_cases.sight import sight_of


class NotYourOrganisation(PermissionDenied):
    zh = "{organisation} 不是您的部门，也不由您负责"
    en = "{organisation} is neither yours nor one that you are responsible for"


@dataclass(frozen=True, slots=True)
class CreateActivity:
    """`organisation` empty: the caller's."""

    terms: Terms
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class UpdateActivity:
    number: str
    etag: str
    terms: Terms
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CopyActivity:
    """`start_date` None: the same dates."""

    number: str
    start_date: date | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """An activity as the caller has read it."""

    number: str
    etag: str


async def create_activity(
    cmd: CreateActivity, *, uow: Work, actor: Actor, clock: Clock, directory: Directory, around: Around
) -> Activity:
    require(actor, "CreateActivity")
    organisation = await _organisation_for(cmd.organisation, actor, directory)
    async with uow:
        configuration = await uow.configurations.current()
    await check_terms(cmd.terms, configuration, around)
    return await _drafted(cmd.terms, organisation, "", uow=uow, actor=actor, clock=clock)


async def copy_activity(
    cmd: CopyActivity, *, uow: Work, actor: Actor, clock: Clock, directory: Directory, around: Around
) -> Activity:
    """In the caller's own organisation where they are not responsible for the other's."""
    require(actor, "CreateActivity")
    sight = await sight_of(actor, directory)
    async with uow:
        other = await uow.activities.get(cmd.number, sight)
        configuration = await uow.configurations.current()
    own = (await directory.employee(actor.person)).organisation
    organisation = other.organisation if other.organisation in sight.organisations else own
    terms = other.terms.moved_to(cmd.start_date)
    await check_terms(terms, configuration, around)
    return await _drafted(terms, organisation, other.number, uow=uow, actor=actor, clock=clock)


async def update_activity(
    cmd: UpdateActivity,
    *,
    uow: Work,
    actor: Actor,
    clock: Clock,
    directory: Directory,
    around: Around,
    attachments: Attachments,
) -> Activity:
    """Only where a file is named that was not named before is their owner asked. Raises AttachmentNotOfDocument."""
    sight = await sight_of(actor, directory)
    async with uow:
        activity = await uow.activities.get(cmd.number, sight)
        require_own(actor, "UpdateActivity", activity)
        configuration = await uow.configurations.current()
    await check_terms(cmd.terms, configuration, around)
    new = set(cmd.attachments).difference(activity.attachments)
    belonging = (await attachments.of(activity.name)) if new else frozenset()
    async with uow:
        activity = await uow.activities.get_for_update(cmd.number, sight)
        must_belong(cmd.attachments, belonging.union(activity.attachments))
        activity = activity.expecting(cmd.etag).edit(cmd.terms, cmd.attachments, at=clock.now())
        await uow.activities.save(activity)
        uow.record(
            events.ActivityEdited.of(activity, actor, terms=activity.terms, attachments=activity.attachments)
        )
        return await uow.commit(activity)


async def delete_activity(
    cmd: Named, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Activity:
    sight = await sight_of(actor, directory)
    async with uow:
        activity = await uow.activities.get_for_update(cmd.number, sight)
        require_own(actor, "DeleteActivity", activity)
        activity = activity.expecting(cmd.etag).delete(at=clock.now())
        await uow.activities.save(activity)
        uow.record(events.ActivityDeleted.of(activity, actor))
        return await uow.commit(activity)


async def submit_activity(
    cmd: Named,
    *,
    uow: Work,
    actor: Actor,
    clock: Clock,
    directory: Directory,
    around: Around,
    planner: Planner,
) -> Activity:
    """Starts or continues the case. Customers, expense types and the planner are asked before the transaction, about the
    very activity that the etag names; its budget is reserved by the case."""
    sight = await sight_of(actor, directory)
    async with uow:
        draft = await uow.activities.get(cmd.number, sight)
        require_own(actor, "SubmitActivity", draft)
        configuration = await uow.configurations.current()
        asked = draft.expecting(cmd.etag).submit(configuration, at=clock.now())
        await _must_be_in_order(draft, uow, clock)
    await check_terms(asked.terms, configuration, around)
    await check_customers(asked.terms, draft.requester, sight.organisations, around)
    plan = await planner.plan(_submission(asked, configuration))

    async with uow:
        draft = (await uow.activities.get_for_update(cmd.number, sight)).expecting(cmd.etag)
        activity = draft.submit(await uow.configurations.current(), at=clock.now())
        await _must_be_in_order(activity, uow, clock)
        await uow.activities.must_not_overlap(activity.number, activity.terms)
        await uow.activities.save(activity)
        request = resubmitted if draft.case_open else case_requested
        event = events.ActivitySubmitted.of(
            activity,
            actor,
            terms=activity.terms,
            attachments=activity.attachments,
            total=activity.total,
            policy=plan.policy,
        )
        told = request(_submission(activity, configuration), plan.policy)
        uow.record(event, messages.submitted(activity), told)
        return await uow.commit(activity)


async def preview_route(
    number: str, *, uow: Work, actor: Actor, clock: Clock, directory: Directory, planner: Planner
) -> Plan:
    """Who would decide it as it stands. Raises what PreviewRoute raises."""
    sight = await sight_of(actor, directory)
    async with uow:
        activity = await uow.activities.get(number, sight)
        configuration = await uow.configurations.current()
    return await planner.plan(_submission(activity, configuration))


def _submission(activity: Activity, configuration: Configuration) -> Submission:
    classes = [one.key for one in configuration.line_of(activity.terms.activity_class)]
    return messages.submission(activity, classes)


async def _drafted(
    terms: Terms, organisation: str, copied_from: str, *, uow: Work, actor: Actor, clock: Clock
) -> Activity:
    async with uow:
        draft = Activity.draft("", actor.person, organisation, terms, at=clock.now())
        return await uow.commit(await add_draft(draft, uow=uow, actor=actor, copied_from=copied_from))


async def add_draft(
    draft: Activity, *, uow: Work, actor: Actor, copied_from: str = "", plan_key: str = ""
) -> Activity:
    """The draft with its number. Last, because others who draft one wait for it until the transaction ends."""
    activity = replace(draft, number=await uow.activities.next_number(local_date(draft.create_time).year))
    await uow.activities.add(activity)
    uow.record(
        events.ActivityCreated.of(
            activity,
            actor,
            organisation=activity.organisation,
            terms=activity.terms,
            copied_from=copied_from and f"activities/{copied_from}",
            plan_key=plan_key,
        )
    )
    return activity


async def _organisation_for(asked: str, actor: Actor, directory: Directory) -> str:
    """Raises UnknownOrganisation, NotYourOrganisation."""
    employee = await directory.employee(actor.person)
    if not asked or asked == employee.organisation:
        return employee.organisation
    name = f"organisations/{asked}"
    if asked not in await directory.organisations():
        raise UnknownOrganisation(field="organisation", organisation=name)
    if asked not in employee.responsible_for:
        raise NotYourOrganisation(organisation=name)
    return asked


async def _must_be_in_order(activity: Activity, uow: Work, clock: Clock) -> None:
    """Raises ClosuresOverdue, naming what the requester has left undone."""
    overdue = await uow.activities.overdue(activity.requester, local_date(clock.now()))
    if overdue:
        raise ClosuresOverdue(activities=", ".join(f"activities/{number}" for number in overdue))
