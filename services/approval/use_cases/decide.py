"""Deciding a work item: approve, reject, return. The whole write, visible on one screen."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from uuid import UUID

from kernel.actor import Actor
from kernel.clock import Clock
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.policies.settings.returning import Resume
from services.approval.domain.steps.steps import Step, StepState
from services.approval.domain.steps.work_items import Decision
from services.approval.use_cases.events import about
from services.approval.use_cases.items import expect, item_view, must_be_person
from services.approval.use_cases.messages import inbox_changes, signal_workflow, step_completed
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.step_events import StepEnded, WorkItemDecided
from services.approval.use_cases.views import ItemView
from workflows.contracts import STEP_COMPLETED


@dataclass(frozen=True, slots=True)
class Decide:
    """`document_version` is the version that was shown; `return_to` an earlier step's key, empty for the requester.

    `previous`: return it to whoever decided before. `resume` is how it goes on then, None for what the policy says.
    """

    item: UUID
    outcome: Outcome
    etag: str
    document_version: int
    comment: str = ""
    return_to: str = ""
    previous: bool = False
    resume: Resume | None = None


async def decide(cmd: Decide, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> ItemView:
    """Raises what WorkItemService says, the caller's rights first, then whether it is still open, then what was seen."""
    person = must_be_person(actor)
    async with uow:
        case, before = await uow.cases.lock_with_item(cmd.item)
        decision = Decision(
            cmd.outcome, person, clock.now(), cmd.document_version, cmd.comment.strip(), cmd.return_to
        )
        if cmd.outcome is Outcome.RETURNED:
            decision = _returned(cmd, decision, before)
        after = before.decide(cmd.item, decision)
        case.must_allow_decision(cmd.document_version)
        expect(before.item(cmd.item), cmd.etag)
        uow.steps.save(before, after, decision.at)
        uow.steps.add_decision(cmd.item, after.name, decision, actor)
        decided = WorkItemDecided(
            **about(case, actor, decision.at),
            item=after.item(cmd.item).name,
            step=str(after.name),
            title=after.title,
            outcome=decision.outcome,
            document_version=decision.document_version,
            comment=decision.comment,
            return_to=decision.return_to,
            resume=decision.resume,
        )
        uow.record(decided)
        uow.tell(*inbox_changes(before.items, after.items))
        if after.state is StepState.COMPLETED:
            uow.record(_ended(after, decided))
            signal_workflow(uow, case, STEP_COMPLETED, asdict(step_completed(after)))
        return await uow.commit(item_view(case, after, cmd.item))


def _returned(cmd: Decide, decision: Decision, step: Step) -> Decision:
    """Where it goes, and how it goes on from there. Raises ResumeNotAllowed, NoSuchEarlierStep."""
    return_to = step.step_before() if cmd.previous else cmd.return_to
    return replace(decision, return_to=return_to, resume=step.rules.returning.resume(cmd.resume))


def _ended(step: Step, last: WorkItemDecided) -> StepEnded:
    assert step.completion is not None
    return StepEnded(
        document=last.document,
        version=last.version,
        by=last.by,
        at=last.at,
        step=str(step.name),
        title=step.title,
        outcome=step.completion.outcome,
        return_to=step.completion.return_to,
        resume=step.completion.resume,
    )
