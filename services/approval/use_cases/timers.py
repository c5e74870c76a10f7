"""Timers of steps are due. The workflow says so; what becomes of it is decided here, by the step as it stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from kernel.actor import Actor
from kernel.clock import Clock
from services.approval import permissions
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import CaseName, StepName
from services.approval.domain.steps.steps import Step
from services.approval.domain.time.timers import DELIVER
from services.approval.use_cases.events import about
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.refusals import StepNotInRoute
from services.approval.use_cases.stages import must_belong
from services.approval.use_cases.step_events import TimerFired

# What a timer does: the step as it has become, not saved yet.
Act: TypeAlias = Callable[[Case, Step, ApprovalUnitOfWork, Actor, Clock], Awaitable[Step]]


@dataclass(frozen=True, slots=True)
class FireTimer:
    """`n`: how often this run of the workflow has said so."""

    case: CaseName
    step: StepName
    timer: str
    n: int


async def fire_timer(cmd: FireTimer, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Step:
    """Does what the timer is for, once, if it is due by our clock; answers how the step stands.

    Whatever came before stands: a step that has ended has no timers, one whose deadline has moved has later ones. So
    a repeated call, one of a workflow that has begun again, and one that crossed a decision change nothing.
    """
    must_belong(cmd.case, cmd.step)
    permissions.require_protocol(actor, cmd.case)
    async with uow:
        case = await uow.cases.lock(cmd.case)
        case.must_be_open()
        before = await uow.steps.find(cmd.step)
        if before is None:
            raise StepNotInRoute(field="step", step=cmd.step)
        if not before.timers.is_due(cmd.timer, clock.now()):
            return before
        after = before.timed(before.timers.without(cmd.timer))
        act = ACTS.get(cmd.timer)
        if act is None:
            uow.record(_fired(case, after, cmd, actor, clock))
        else:
            after = await act(case, after, uow, actor, clock)
        uow.steps.save(before, after, clock.now())
        return await uow.commit(after)


def _fired(case: Case, step: Step, cmd: FireTimer, actor: Actor, clock: Clock) -> TimerFired:
    return TimerFired(**about(case, actor, clock.now()), step=str(step.name), timer=cmd.timer, n=cmd.n)


async def _deliver(case: Case, step: Step, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Step:
    """Nobody can take a decision back any more: the answer tells the workflow that the step is complete."""
    return step


# What each timer does, by its name. A timer that is not here is written down, and that is all.
ACTS: Final[dict[str, Act]] = {DELIVER: _deliver}
