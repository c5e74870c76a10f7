"""Steps are opened: their people are asked. Repeating any of it is harmless."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kernel.actor import Actor
from kernel.clock import Clock
from kernel.ids import uuid7
from services.approval import permissions
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import CaseName, StepName
from services.approval.domain.planning.route import Route, RouteStep
from services.approval.domain.steps.steps import Step, StepState
from services.approval.domain.steps.walked import NO_PAST, Past
from services.approval.use_cases import clocks
from services.approval.use_cases.copying import send_copies
from services.approval.use_cases.events import about
from services.approval.use_cases.heard_ahead import hear, write
from services.approval.use_cases.item_acts.chained import followed
from services.approval.use_cases.messages import inbox_changes
from services.approval.use_cases.planning import settled
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.refusals import StageNotPlanned, StepNotInRoute
from services.approval.use_cases.stages import must_belong, never_opened, planned_now
from services.approval.use_cases.step_events import Asked, StepOpened
from services.approval.use_cases.unattended import decided_by_rule
from services.approval.use_cases.upcoming import see_ended
from services.approval.use_cases.views import RouteView


@dataclass(frozen=True, slots=True)
class OpenStep:
    case: CaseName
    step: StepName
    round: int
    consumed: tuple[str, ...] = ()
    revision: int = 0
    past: Past = NO_PAST


@dataclass(frozen=True, slots=True)
class StepFound:
    """`opened_before`: when the walk had turned another number of times than whoever opens it now knows of."""

    step: Step
    opened_before: bool = False


@dataclass(frozen=True, slots=True)
class BeginStage:
    """`visits` is how often the case has opened each step of the stage before, by key.

    `came_back` is the step whose return to the requester is to come straight back to it, empty where all is walked again.
    """

    case: CaseName
    stage: str
    round: int
    visits: Mapping[str, int]
    consumed: tuple[str, ...] = ()
    came_back: str = ""


@dataclass(frozen=True, slots=True)
class StageBegun:
    """`opened` is how every step stands that was opened in this walk, `past` what counts of that no longer."""

    view: RouteView
    opened: tuple[Step, ...]
    past: Past | None = None


async def open_step(cmd: OpenStep, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> StepFound:
    """Asks the people of the step. Once it is there, however it stands, that is the answer."""
    must_belong(cmd.case, cmd.step)
    permissions.require_protocol(actor, cmd.case)
    async with uow:
        case, known, view = await uow.cases.lock_with_step(cmd.case, cmd.step, cmd.round)
        uow.steps.consume(case.name, cmd.consumed, clock.now())
        case.must_be_open()
        if view is not None and cmd.past.turns:
            uow.routes.turned(case.name, cmd.step.stage, cmd.round, cmd.past, clock.now())
        if known is not None:
            other_way = known.turns != cmd.past.turns and known.state is not StepState.CANCELLED
            return await uow.commit(StepFound(known, opened_before=other_way))
        if view is None:
            raise StageNotPlanned(case=case.name, stage=cmd.step.stage, round=cmd.round)
        if cmd.revision < view.revision:
            return await uow.commit(StepFound(await never_opened(cmd.step, case, view, uow, clock)))
        opened = await _opened(cmd.step, view, case, uow, actor, clock, cmd.past.turns)
        return await uow.commit(StepFound(opened))


async def begin_stage(cmd: BeginStage, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> StageBegun:
    """Plans the stage and opens what it begins with, or says how far it has come, and what of that counts no longer."""
    permissions.require_protocol(actor, cmd.case)
    async with uow:
        case, known_view = await uow.cases.lock_with_route(cmd.case, cmd.stage, cmd.round)
        uow.steps.consume(case.name, cmd.consumed, clock.now())
        case.must_be_open()
        if known_view and (known := await uow.steps.of_round(case.name, cmd.stage, cmd.round)):
            past = await uow.routes.past(case.name, cmd.stage, cmd.round)
            return await uow.commit(StageBegun(known_view, known, past))
        view = known_view or await planned_now(
            case, cmd.stage, cmd.round, uow, actor, clock, came_back=bool(cmd.came_back)
        )
        opened = []
        for planned in view.route.first:
            name = StepName(case.name, cmd.stage, planned.key, cmd.visits.get(planned.key, 0) + 1)
            known_step = await uow.steps.find(name) if known_view else None
            opened.append(known_step or await _opened(name, view, case, uow, actor, clock))
        return await uow.commit(StageBegun(view, tuple(opened)))


async def _opened(
    name: StepName,
    view: RouteView,
    case: Case,
    uow: ApprovalUnitOfWork,
    actor: Actor,
    clock: Clock,
    turns: int = 0,
) -> Step:
    planned, now = _step_of(view.route, name.key), clock.now()
    if case.is_given_up:
        # The workflow has not seen the withdrawal yet. Nobody is bothered any more.
        never = Step(name, planned.title, planned.mode, case.requester, (), (), now, StepState.CANCELLED)
        uow.steps.add(never, view.round)
        return never
    if planned.is_announced:
        uow.upcoming.reached(case.name, name.key)
    planned = await settled(planned, name, case, uow, clock)
    if not planned.has_people:
        by_rule = decided_by_rule(name, planned, view, case, uow, now, turns)
        await send_copies(None, by_rule, case, uow, now)
        await see_ended(by_rule, case, uow, now)
        return by_rule
    step = Step.opened(
        name,
        planned,
        requester=case.requester,
        earlier=view.route.earlier(planned.key),
        previous=view.route.previous(planned.key),
        ids=[uuid7(now) for _ in planned.approvers],
        at=now,
    )
    step = await clocks.begun(step, case, uow, now)
    step = await followed(case, None, step, actor, uow, now)
    step = replace(step, route_revision=view.revision, turns=turns)
    heard = await hear(step, view.round, case, uow, now)
    step = heard.step
    uow.cases.join(case.name, planned.people)
    uow.record(_step_opened(case, step, actor))
    uow.tell(*inbox_changes((), step.items))
    uow.steps.add(step, view.round)
    await write(heard, case, uow, now)
    await send_copies(None, step, case, uow, now)
    return step


def _step_of(route: Route, key: str) -> RouteStep:
    planned = next((step for step in route.deciding if step.key == key), None)
    if planned is None:
        raise StepNotInRoute(field="key", step=key)
    return planned


def _step_opened(case: Case, step: Step, actor: Actor) -> StepOpened:
    asked = tuple(
        Asked(item=item.name, candidates=item.candidates, post=item.post, why=item.why) for item in step.items
    )
    return StepOpened(
        **about(case, actor, step.opened_at),
        step=str(step.name),
        title=step.title,
        mode=step.mode,
        asked=asked,
    )
