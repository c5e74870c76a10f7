"""An administrator names who decides a step of a stage that cannot begin, because its policy finds nobody for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.text import Text
from services.approval.domain.cases.case import Case
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.elsewhere import NoSuchStep, TooFewToPass, must_be_able
from services.approval.domain.policies.ballot import needed_to_pass
from services.approval.domain.policies.policy import PolicyStep
from services.approval.domain.policies.references import place
from services.approval.use_cases.acts import act_on
from services.approval.use_cases.events import about
from services.approval.use_cases.messages import plan_key
from services.approval.use_cases.override_events import StepReassigned
from services.approval.use_cases.overrides import shown, tell_participants
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.separation import must_be_apart_now
from services.approval.use_cases.views import CaseView
from workflows import contracts

NAMED = Text("管理员指定了此审批的审批人", "An administrator has named who decides the case")


@dataclass(frozen=True, slots=True)
class Naming:
    """`stage` is the one that waits to be planned, `step` the key of one of its steps in the policy."""

    stage: str
    step: str
    people: Sequence[PersonId]
    reason: str


async def stage_that_waits(case: Case, uow: ApprovalUnitOfWork) -> str:
    """The stage that the workflow tries in vain to have planned; empty where there is none."""
    prefix = plan_key(case.name)
    waiting = [effect.key for effect in await uow.effects.waiting(case.name)]
    return next((key.removeprefix(prefix).split("/")[0] for key in waiting if key.startswith(prefix)), "")


async def name_deciders(
    cmd: Naming, case: Case, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> CaseView:
    """They decide it where nobody else would; the workflow tries again at once. The case is locked.

    Raises NoSuchStep, CannotDecide, SeparationOfDuties, TooFewToPass.
    """
    now = clock.now()
    step = await must_be_able_to_name(cmd, case, uow, now)
    uow.history.name(case.name, cmd.stage, step.key, cmd.people, actor.person, now)
    uow.cases.save(case)
    people = tuple(cmd.people)
    event = about(case, actor, now)
    uow.record(StepReassigned(**event, reason=cmd.reason, step=step.key, title=step.title, to=people))
    await tell_participants(case, NAMED, cmd.reason, uow, actor, clock)
    await act_on(case, contracts.RETRY, {}, uow, actor, clock)
    return await shown(case, uow, actor, clock)


async def must_be_able_to_name(cmd: Naming, case: Case, uow: ApprovalUnitOfWork, at: datetime) -> PolicyStep:
    """The step that they would decide. Raises NoSuchStep, CannotDecide, SeparationOfDuties, TooFewToPass."""
    step = await _step(cmd, case, uow)
    today = (await uow.directories.current()).as_of(local_date(at))
    must_be_able(cmd.people, case.requester, today)
    await must_be_apart_now(case, cmd.stage, step.key, cmd.people, uow, "people")
    if needed_to_pass(step.mode, step.terms, len(cmd.people)) > len(cmd.people):
        raise TooFewToPass(step=step.key)
    return step


async def steps_to_name(stage: str, case: Case, uow: ApprovalUnitOfWork) -> tuple[PolicyStep, ...]:
    """The steps of a stage that people decide."""
    policy = await uow.policies.version(case.name.process, case.policy)
    return tuple(step for step in policy.stage(stage).steps if not step.rules.unattended.automatic)


async def _step(cmd: Naming, case: Case, uow: ApprovalUnitOfWork) -> PolicyStep:
    """Raises NoSuchStep."""
    wanted = place(cmd.stage, cmd.step).partition("/")[2]
    for step in await steps_to_name(cmd.stage, case, uow):
        if step.key == wanted:
            return step
    raise NoSuchStep(field="step", step=cmd.step)
