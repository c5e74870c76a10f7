"""An administrator has a document decided anew whose case ended without approval: a new case, which names the former one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kernel.actor import Actor
from kernel.clock import Clock
from kernel.text import Text
from services.approval import permissions
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.reopening import must_be_reopenable, reopened
from services.approval.use_cases.acts import expect_case
from services.approval.use_cases.document_case import EVERYTHING
from services.approval.use_cases.events import about
from services.approval.use_cases.items import must_be_person
from services.approval.use_cases.messages import start_workflow
from services.approval.use_cases.override_events import CaseReopened, CaseReopens
from services.approval.use_cases.overrides import Override, shown, tell_participants
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.sight import sight_of
from services.approval.use_cases.starting import case_started
from services.approval.use_cases.views import CaseView
from workflows.contracts import GENERIC_DOCUMENTS

REOPENED: Final = Text("管理员重新打开了此审批", "An administrator has it decided anew")


async def reopen_case(cmd: Override, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> CaseView:
    """Answers the new case. Its workflow asks the owner of the document first, and ends it again if that refuses.

    Raises NotFound, NotPermitted, EtagMismatch, DocumentHasOpenCase, CaseApproved, NewerCase, NewerVersion, NoPolicy.
    """
    must_be_person(actor)
    async with uow:
        before = await uow.cases.find(cmd.name, await sight_of(actor, uow, clock))
        # The document before its cases, as everybody does who starts a case of it.
        cases = await uow.cases.of_document(before.case.document)
        former = next(case for case in cases if case.name == cmd.name)
        permissions.require_on(actor, "ReopenCase", former)
        expect_case(former, cmd.etag)
        policy = await policy_to_reopen_under(former, cases, uow)
        now, reason = clock.now(), cmd.reason.strip()
        case = reopened(former, policy=policy, reason=reason, at=now)
        uow.cases.add(case, before.snapshot)
        uow.cases.join(case.name, [case.requester])
        uow.record(CaseReopened(**about(former, actor, now), reason=reason, successor=case.name.resource))
        uow.record(case_started(case, actor, clock))
        uow.record(CaseReopens(**about(case, actor, now), reason=reason, former=former.name.resource))
        start_workflow(uow, case)
        deciders = [one.person for one in await uow.history.decided(former.name)]
        await tell_participants(case, REOPENED, reason, uow, actor, clock, deciders)
        return await uow.commit(await shown(case, uow, actor, clock))


async def policy_to_reopen_under(former: Case, cases: Iterable[Case], uow: ApprovalUnitOfWork) -> int:
    """`cases` are all of the document. Raises DocumentHasOpenCase, CaseApproved, NewerCase, NewerVersion, NoPolicy."""
    must_be_reopenable(former, cases, await _newest_version(former.document, uow))
    return await _policy_for(former, uow)


async def _policy_for(former: Case, uow: ApprovalUnitOfWork) -> int:
    """The one it ran under; where that is retired, the one in force. Raises NoPolicy."""
    view = await uow.policies.view(former.name.process, former.policy)
    if view.retirement is None:
        return former.policy
    return (await uow.policies.in_force(former.name.process)).version


async def _newest_version(document: str, uow: ApprovalUnitOfWork) -> int:
    """Of the document as far as it is known of here; what else there is its owner says when it is asked."""
    waiting = await uow.waiting_facts.newest(document)
    if not document.startswith(GENERIC_DOCUMENTS):
        return waiting
    ours = await uow.documents.get(document.removeprefix(GENERIC_DOCUMENTS), EVERYTHING)
    return max(waiting, ours.version)
