"""Timers of steps are due. The workflow says so; what becomes of it is decided here, by the step as it stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, TypeAlias

from kernel.actor import SYSTEM, Actor
from kernel.clock import Clock
from services.approval import permissions
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import CaseName, StepName
from services.approval.domain.steps.steps import Step
from services.approval.domain.time.timers import DELIVER, ESCALATE, OVERDUE, REMIND
from services.approval.use_cases.copying import send_copies
from services.approval.use_cases.deadlines import deadline_fired
from services.approval.use_cases.events import about
from services.approval.use_cases.messages import inbox_changes, signal_workflow, step_completed
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.refusals import StepNotInRoute
from services.approval.use_cases.stages import must_belong
from services.approval.use_cases.step_events import StepEnded
from services.approval.use_cases.upcoming import see_ended
from workflows.contracts import STEP_COMPLETED

# What a timer does: the step as it has become, not saved yet.
Act: TypeAlias = Callable[[str, Case, Step, ApprovalUnitOfWork, datetime], Awaitable[Step]]


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
        if cmd.timer not in ACTS or not before.timers.is_due(cmd.timer, clock.now()):
            return before
        taken_off = before.timed(before.timers.without(cmd.timer))
        after = await ACTS[cmd.timer](cmd.timer, case, taken_off, uow, clock.now())
        if after.completion is not None:
            after = after.delivered()  # what the system decides nobody takes back
        _write(case, before, after, uow, clock)
        await send_copies(before, after, case, uow, clock.now())
        if after.is_delivered:
            await see_ended(after, case, uow, clock.now())
        return await uow.commit(after)


def _write(case: Case, before: Step, after: Step, uow: ApprovalUnitOfWork, clock: Clock) -> None:
    """The workflow hears of it by the answer, and of what is complete by a signal, too: whichever comes."""
    uow.steps.save(before, after, clock.now())
    uow.tell(*inbox_changes(before.items, after.items))
    if after.completion is not None and before.completion is None:
        uow.record(_ended(case, after, clock))
        signal_workflow(uow, case, STEP_COMPLETED, asdict(step_completed(after)))


async def _delivered(timer: str, case: Case, step: Step, uow: ApprovalUnitOfWork, now: datetime) -> Step:
    """Nobody can take a decision back any more: the answer tells the workflow that the step is complete."""
    return step


def _ended(case: Case, step: Step, clock: Clock) -> StepEnded:
    assert step.completion is not None
    return StepEnded(
        **about(case, SYSTEM, clock.now()),
        step=str(step.name),
        title=step.title,
        outcome=step.completion.outcome,
        return_to=step.completion.return_to,
    )


# What each timer does, by its name.
ACTS: Final[dict[str, Act]] = {
    DELIVER: _delivered,
    REMIND: deadline_fired,
    ESCALATE: deadline_fired,
    OVERDUE: deadline_fired,
}
