"""The verbs by which a case moves its document.

The workflow may repeat any of them, also in another life and after years: a document remembers by its effect (the request
id) what has been done for it, and answers such a repetition with how it stands now.
"""

from __future__ import annotations

from collections.abc import Callable

from chassis.cases.commands import Decided, Reopened, Undecided
from kernel.actor import Actor
from kernel.clock import Clock
from services.approval import permissions
from services.approval.domain.cases.names import CaseName
from services.approval.domain.documents.document import Document, DocumentVerb
from services.approval.use_cases.document_events import (
    DocumentApproved,
    DocumentEvent,
    DocumentRejected,
    DocumentReopened,
    DocumentReturned,
    DocumentWithdrawn,
)
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.views import Sight

EVERYTHING = Sight("", everything=True)


async def get_stages(
    query: tuple[CaseName, int], *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> tuple[str, ...]:
    """The stages after the nth submission of a case, by the policy under which it was submitted. Raises NotFound."""
    permissions.require(actor, "MoveDocument")
    case, round = query
    async with uow:
        submission = await uow.documents.submission(case, round)
        policy = await uow.policies.version(case.process, submission.policy)
        return tuple(stage.key for stage in policy.stages)


async def approve_document(cmd: Decided, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Document:
    def approved(document: Document) -> tuple[Document, DocumentEvent]:
        after = document.deciding_on(cmd.version).approve(at=clock.now())
        return after, DocumentApproved.of(after, actor)

    return await _move(cmd.number, cmd.effect, DocumentVerb.APPROVE, approved, uow, actor, clock)


async def return_document(cmd: Undecided, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Document:
    def returned(document: Document) -> tuple[Document, DocumentEvent]:
        after = document.give_back(cmd.reason, at=clock.now())
        return after, DocumentReturned.of(after, actor, reason=cmd.reason)

    return await _move(cmd.number, cmd.effect, DocumentVerb.RETURN, returned, uow, actor, clock)


async def reject_document(cmd: Undecided, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Document:
    def rejected(document: Document) -> tuple[Document, DocumentEvent]:
        after = document.reject(cmd.reason, at=clock.now())
        return after, DocumentRejected.of(after, actor, reason=cmd.reason)

    return await _move(cmd.number, cmd.effect, DocumentVerb.REJECT, rejected, uow, actor, clock)


async def withdraw_document(
    cmd: Undecided, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> Document:
    def withdrawn(document: Document) -> tuple[Document, DocumentEvent]:
        after = document.withdraw(cmd.reason, at=clock.now())
        return after, DocumentWithdrawn.of(after, actor, reason=cmd.reason)

    return await _move(cmd.number, cmd.effect, DocumentVerb.WITHDRAW, withdrawn, uow, actor, clock)


async def reopen_document(cmd: Reopened, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Document:
    def reopened(document: Document) -> tuple[Document, DocumentEvent]:
        after = document.deciding_on(cmd.version).reopen(cmd.reason, at=clock.now())
        return after, DocumentReopened.of(after, actor, reason=cmd.reason)

    return await _move(cmd.number, cmd.effect, DocumentVerb.REOPEN, reopened, uow, actor, clock)


async def _move(
    number: str,
    effect: str,
    verb: DocumentVerb,
    moved: Callable[[Document], tuple[Document, DocumentEvent]],
    uow: ApprovalUnitOfWork,
    actor: Actor,
    clock: Clock,
) -> Document:
    permissions.require(actor, "MoveDocument")
    async with uow:
        before = await uow.documents.get_for_update(number, EVERYTHING)
        if not await uow.documents.note(effect, before, verb, clock.now()):
            return await uow.commit(before)
        document, event = moved(before)
        uow.documents.save(document)
        uow.record(event)
        return await uow.commit(document)
