"""The workflow walks a case: stages are planned, steps opened and cancelled. Repeating any of it is harmless.

Once the case is closed all of it is refused, what was done before included: only a workflow of an older day still asks,
and must do no more to the document.
"""

from __future__ import annotations

from dataclasses import dataclass

from kernel.actor import Actor
from kernel.clock import Clock
from kernel.text import Text
from services.approval import permissions
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import CaseName, StepName
from services.approval.domain.cases.notices import NoticeKind
from services.approval.domain.planning.come_back import without_approved
from services.approval.domain.planning.route import Route
from services.approval.domain.policies.ballot import Mode
from services.approval.domain.steps.steps import Step, StepState
from services.approval.use_cases.copying import send_copies
from services.approval.use_cases.events import Planned, StagePlanned, about
from services.approval.use_cases.messages import inbox_changes
from services.approval.use_cases.planning import plan_case
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.refusals import NamesDiffer
from services.approval.use_cases.step_events import StepCancelled
from services.approval.use_cases.upcoming import see_ended, see_planned
from services.approval.use_cases.views import RouteView


@dataclass(frozen=True, slots=True)
class PlanStage:
    """`consumed`: steps whose completion the workflow has taken in, as with every call of the workflow."""

    case: CaseName
    stage: str
    round: int
    consumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CancelStep:
    case: CaseName
    step: StepName


async def plan_stage(cmd: PlanStage, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> RouteView:
    """Plans with the policy that the case pins and the directory of today; the same round is planned once."""
    permissions.require_protocol(actor, cmd.case)
    async with uow:
        case, known = await uow.cases.lock_with_route(cmd.case, cmd.stage, cmd.round)
        uow.steps.consume(case.name, cmd.consumed, clock.now())
        case.must_be_open()
        return await uow.commit(known or await planned_now(case, cmd.stage, cmd.round, uow, actor, clock))


async def planned_now(
    case: Case,
    stage: str,
    round: int,
    uow: ApprovalUnitOfWork,
    actor: Actor,
    clock: Clock,
    *,
    came_back: bool = False,
) -> RouteView:
    """The route of a round that was not planned before. The case is locked.

    `came_back`: what was approved in the round before, by the same people, is not asked again.
    """
    route = await plan_case(case, stage, uow, clock)
    before = await uow.routes.find(case.name, stage, round - 1) if came_back else None
    if before is not None:
        approved = await uow.steps.approved(case.name, stage, round - 1)
        route = without_approved(route, before.route, approved)
    uow.routes.add(case, round, route, clock.now())
    for step in route.announced:
        text = Text(f"“{step.title.zh}”将由您审批", f"{step.title.en} will be yours to decide")
        uow.notices.tell(step.people, NoticeKind.ANNOUNCED, case, text, at=clock.now())
    uow.record(_stage_planned(case, round, route, actor, clock))
    view = RouteView(route, round, case.document_version)
    await see_planned(view, case, uow, clock.now())
    return view


def _stage_planned(case: Case, round: int, route: Route, actor: Actor, clock: Clock) -> StagePlanned:
    return StagePlanned(
        **about(case, actor, clock.now()),
        stage=route.stage,
        title=route.stage_title,
        round=round,
        policy=route.policy,
        directory_version=route.directory_version,
        steps=tuple(
            Planned(key=step.key, skipped=step.skipped.value if step.skipped else "", why=step.why)
            for step in route.steps
        ),
    )


async def cancel_step(cmd: CancelStep, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Step:
    """What is open of it is no longer needed. A step that was never opened will not be opened by a late call either."""
    must_belong(cmd.case, cmd.step)
    permissions.require_protocol(actor, cmd.case)
    async with uow:
        case = await uow.cases.lock(cmd.case)
        case.must_be_open()
        before = await uow.steps.find(cmd.step)
        if before is None:
            return await uow.commit(await never_opened(cmd.step, case, None, uow, clock))
        after = await put_an_end_to(before, case, uow, actor, clock)
        return await uow.commit(after)


async def never_opened(
    name: StepName, case: Case, view: RouteView | None, uow: ApprovalUnitOfWork, clock: Clock
) -> Step:
    """A step that asks nobody: it was cancelled before it came, or opened by a route that was edited since (`view`)."""
    revision = view.revision if view else 0
    never = Step(
        name,
        Text("", ""),
        Mode.SINGLE,
        case.requester,
        (),
        (),
        clock.now(),
        StepState.CANCELLED,
        route_revision=revision,
    )
    uow.steps.add(never, view.round if view else 0)
    return never


async def put_an_end_to(
    before: Step, case: Case, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> Step:
    """Cancel the step if it is open; what is completed can no longer be taken back."""
    after = before.cancel()
    if after != before:
        uow.steps.save(before, after, clock.now())
        if after.state is StepState.CANCELLED:
            cancelled = about(case, actor, clock.now())
            uow.record(StepCancelled(**cancelled, step=str(after.name), title=after.title))
        uow.tell(*inbox_changes(before.items, after.items))
    if after.is_delivered and not before.is_delivered:
        await send_copies(before, after, case, uow, clock.now())
        await see_ended(after, case, uow, clock.now())
    return after


def must_belong(case: CaseName, step: StepName) -> None:
    if step.case != case:
        raise NamesDiffer(field="step", name=step, other=case)
