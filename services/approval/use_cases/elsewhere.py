"""A walk goes on elsewhere: an administrator jumps, or who decided an earlier step asks to decide it once more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import FailedPrecondition, PermissionDenied
from kernel.text import Text
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import CaseName, StepName
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.elsewhere import (
    StageJump,
    deciding_step,
    following,
    leading_to,
    passed_over,
)
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.walked import NO_PAST, Walked, passed
from services.approval.use_cases.acts import act_on
from services.approval.use_cases.events import about
from services.approval.use_cases.items import must_be_active, must_be_person
from services.approval.use_cases.override_events import CaseJumped, StepRedone
from services.approval.use_cases.overrides import Override, locked_for, shown, tell_participants
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.sight import sight_of
from services.approval.use_cases.stages import put_an_end_to
from services.approval.use_cases.upcoming import see_elsewhere
from services.approval.use_cases.views import CaseView, RouteView
from workflows import contracts

JUMPED: Final = Text("管理员改变了此审批的走向", "An administrator has the case go on elsewhere")


class NothingIsWalked(FailedPrecondition):
    zh = "{case} 目前没有进行中的步骤"
    en = "No step of {case} is under way"


class NextStepNotOpen(FailedPrecondition):
    """A step has ended, and the workflow is about to open what follows."""

    zh = "{case} 的上一步刚刚办结，下一步即将开始，请稍后再试"
    en = "A step of {case} has just ended and the next is about to open: try again in a moment"


class RedoNotAllowed(FailedPrecondition):
    zh = "按策略，步骤 {step} 不能重新决定"
    en = "By its policy the step {step} is not decided once more"


class NotDecidedByYou(PermissionDenied):
    zh = "您没有通过步骤 {step}，不能要求重新决定"
    en = "You have not approved the step {step}, so it is not yours to decide once more"


@dataclass(frozen=True, slots=True)
class Jump:
    override: Override
    to: str


@dataclass(frozen=True, slots=True)
class Redo:
    name: CaseName
    step: str
    reason: str


async def jump_case(cmd: Jump, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> CaseView:
    """Goes on at a step of the stage under way, forwards or back.

    Raises NotPermitted, NothingIsWalked, NextStepNotOpen, NoSuchStep and what says that the case is not walked.
    """
    async with uow:
        case = (await locked_for(cmd.override, "JumpCase", uow, actor, clock)).interfered()
        view, walked = await under_way(case, uow)
        title = deciding_step(view.route, cmd.to).title
        over = leading_to(view.route, cmd.to)
        reason = cmd.override.reason.strip()
        await tell_participants(case, JUMPED, reason, uow, actor, clock)
        here = [one for one in walked.values() if one.round == view.round]
        approved = {one.key for one in here if one.outcome is Outcome.APPROVED}
        said = Text(f"管理员跳过：{reason}", f"passed over by an administrator: {reason}")
        view = replace(view, route=passed_over(view.route, set(over) - approved, said))
        uow.cases.save(case)
        jumped = CaseJumped(
            **about(case, actor, clock.now()), reason=reason, to=cmd.to, title=title, over=over
        )
        uow.record(jumped)
        await go_on_at(cmd.to, over, case, view, uow, actor, clock)
        return await uow.commit(await shown(case, uow, actor, clock))


async def redo_step(cmd: Redo, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> CaseView:
    """Asks who approved an earlier step of the stage under way, at their own wish, to decide it once more.

    It and all that follows is walked again. Raises NotFound, NothingIsWalked, NextStepNotOpen, NoSuchStep, RedoNotAllowed, NotDecidedByYou.
    """
    person = must_be_person(actor)
    async with uow:
        case = await uow.cases.lock(cmd.name)
        await uow.cases.must_be_seen(cmd.name, await sight_of(actor, uow, clock))
        await must_be_active(person, uow, clock.now())
        case = case.interfered()
        view, walked = await under_way(case, uow)
        step = await approved_by(person, cmd.step, view, walked, case, uow)
        uow.cases.save(case)
        redone = StepRedone(
            **about(case, actor, clock.now()),
            step=str(step.name),
            title=step.title,
            reason=cmd.reason.strip(),
        )
        uow.record(redone)
        await go_on_at(cmd.step, (), case, view, uow, actor, clock)
        return await uow.commit(await shown(case, uow, actor, clock))


async def approved_by(
    person: PersonId,
    key: str,
    view: RouteView,
    walked: Mapping[str, Walked],
    case: Case,
    uow: ApprovalUnitOfWork,
) -> Step:
    """The step, which they may decide once more. Raises NoSuchStep, RedoNotAllowed, NotDecidedByYou."""
    if not deciding_step(view.route, key).rules.returning.redo:
        raise RedoNotAllowed(field="step", step=key)
    known = walked.get(key)
    step = await uow.steps.find(StepName(case.name, view.route.stage, key, known.visit)) if known else None
    if step is None or not _has_approved(step, person):
        raise NotDecidedByYou(field="step", step=key)
    return step


def _has_approved(step: Step, person: PersonId) -> bool:
    said = [item.decision for item in step.items if item.decision]
    return step.outcome is Outcome.APPROVED and any(
        person in (one.by, one.on_behalf_of) for one in said if one.outcome is Outcome.APPROVED
    )


async def under_way(case: Case, uow: ApprovalUnitOfWork) -> tuple[RouteView, Mapping[str, Walked]]:
    """The route of which a step is open, and how its steps stand by key. Raises NothingIsWalked, NextStepNotOpen."""
    view, walked = await walked_on(case, uow)
    if not any(one.is_under_way for one in walked.values() if one.round == view.round):
        # Where the workflow goes from here it may have found out already: it would no longer hear of anything else.
        raise NextStepNotOpen(case=case.name)
    return view, walked


async def walked_on(case: Case, uow: ApprovalUnitOfWork) -> tuple[RouteView, Mapping[str, Walked]]:
    """The route in which somebody has yet to decide something, and how its steps stand by key.

    What is not open yet the workflow opens only as its route says by then. Raises NothingIsWalked.
    """
    view = await uow.routes.running(case.name)
    if view is None:
        raise NothingIsWalked(case=case.name)
    stage = view.route.stage
    walked = {one.key: one for one in await uow.steps.walked(case.name, stage)}
    here = [one for one in walked.values() if one.round == view.round]
    if any(one.ends_its_stage for one in here):
        raise NothingIsWalked(case=case.name)
    if not any(one.is_under_way for one in here):
        past = await uow.routes.past(case.name, stage, view.round) or NO_PAST
        behind = passed(walked, view.round, past)
        if all(step.key in behind for step in view.route.deciding):
            raise NothingIsWalked(case=case.name)
    return view, walked


async def go_on_at(
    to: str,
    over: Collection[str],
    case: Case,
    view: RouteView,
    uow: ApprovalUnitOfWork,
    actor: Actor,
    clock: Clock,
) -> None:
    """Have the workflow go on there; nobody decides any more what that leaves behind, nor takes a decision on it back."""
    jump = StageJump(len(view.jumps) + 1, to, tuple(over))
    uow.routes.became(case.name, replace(view, jumps=(*view.jumps, jump)), clock.now())
    await see_elsewhere(to, over, view, case, uow, clock.now())
    dropped = {to, *over, *following(view.route, to)}
    for step in await uow.steps.under_way(case.name):
        if step.name.stage == view.route.stage and step.name.key in dropped:
            await put_an_end_to(step, case, uow, actor, clock)
    args: dict[str, Any] = {
        "stage": view.route.stage,
        "round": view.round,
        "n": jump.n,
        "to": to,
        "over": list(over),
    }
    await act_on(case, contracts.JUMP, args, uow, actor, clock)
