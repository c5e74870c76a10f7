"""What people do about the closure of an activity: write it, submit it."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.cases.messages import Submission
from chassis.cases.ports import Plan, Planner
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.fields import Faults
from services.marketing import messages
from services.marketing.domain import events
from services.marketing.domain.activity import Activity
from services.marketing.domain.change_life import ChangeOpen
from services.marketing.domain.closure import Closure, EvidenceNotOfActivity, must_have_evidence
from services.marketing.domain.configuration import Configuration, EvidenceKind
from services.marketing.permissions import require_own
from services.marketing.use_cases.ports import Directory, Work
from services.marketing.use_cases.requests import Named
from services.marketing.use_cases.sight import sight_of
from services.marketing.use_cases.steering import tell_case


@dataclass(frozen=True, slots=True)
class UpdateClosure:
    number: str
    etag: str
    closure: Closure


async def update_closure(
    cmd: UpdateClosure, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Activity:
    """Raises EvidenceNotOfActivity and what `Activity.edit_closure` raises."""
    sight = await sight_of(actor, directory)
    async with uow:
        activity = await uow.activities.get_for_update(cmd.number, sight)
        require_own(actor, "UpdateClosure", activity, sight.organisations)
        activity = activity.expecting(cmd.etag).edit_closure(cmd.closure, at=clock.now())
        await _must_be_there(cmd.closure, activity, uow)
        await uow.activities.save(activity)
        uow.record(events.ClosureEdited.of(activity, actor, closure=cmd.closure))
        return await uow.commit(activity)


async def submit_closure(
    cmd: Named, *, uow: Work, actor: Actor, clock: Clock, directory: Directory, planner: Planner
) -> Activity:
    """The planner is asked before the transaction, about the very closure that the etag names."""
    sight = await sight_of(actor, directory)
    async with uow:
        before = await uow.activities.get(cmd.number, sight)
        require_own(actor, "SubmitClosure", before, sight.organisations)
        configuration = await uow.configurations.current()
        asked = before.expecting(cmd.etag).submit_closure(actor.person, at=clock.now())
        await _checked(asked, configuration, uow)
    plan = await planner.plan(_submission(asked, configuration))

    async with uow:
        before = (await uow.activities.get_for_update(cmd.number, sight)).expecting(cmd.etag)
        activity = before.submit_closure(actor.person, at=clock.now())
        await _checked(activity, configuration, uow)
        await uow.activities.save(activity)
        event = events.ClosureSubmitted.of(
            activity,
            actor,
            closure=activity.closure,
            total=(activity.closure or Closure()).total(activity.total.currency),
            overrun=activity.overrun.amount,
            overrun_basis_points=activity.overrun.basis_points,
            policy=plan.policy,
        )
        told = await tell_case(activity, messages.CLOSURE_SUBMITTED, uow, policy=plan.policy)
        uow.record(event, messages.closure_submitted(activity), told)
        return await uow.commit(activity)


async def preview_route(
    number: str, *, uow: Work, actor: Actor, clock: Clock, directory: Directory, planner: Planner
) -> Plan:
    """Who would decide the closure as it stands. Raises what PreviewRoute raises."""
    sight = await sight_of(actor, directory)
    async with uow:
        activity = await uow.activities.get(number, sight)
        configuration = await uow.configurations.current()
    return await planner.plan(_submission(activity, configuration))


def _submission(activity: Activity, configuration: Configuration) -> Submission:
    classes = [one.key for one in configuration.line_of(activity.terms.activity_class)]
    return messages.submission(activity, classes)


async def _checked(activity: Activity, configuration: Configuration, uow: Work) -> None:
    """Raises EvidenceMissing, EvidenceNotOfActivity, ChangeOpen."""
    if activity.open_change:
        change = await uow.changes.get(activity.open_change)
        if change.case_open:
            raise ChangeOpen(activity=activity.name, change=change.name)
    closure = activity.closure or Closure()
    kinds = await _must_be_there(closure, activity, uow)
    needed = configuration.evidence_needed(activity.terms.activity_class)
    must_have_evidence(needed, (kinds[name] for name in closure.evidence))


async def _must_be_there(closure: Closure, activity: Activity, uow: Work) -> dict[str, EvidenceKind]:
    kinds, faults = await uow.evidence.kinds(activity.number), Faults()
    for index, name in enumerate(closure.evidence):
        with faults.within(f"closure.evidence[{index}]"):
            if name not in kinds:
                raise EvidenceNotOfActivity(evidence=name)
    faults.refuse()
    return kinds
