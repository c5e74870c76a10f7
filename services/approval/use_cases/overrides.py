"""What administrators may do to a case from outside: let it rest, go on, end it. Always with a reason, seen by everybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kernel.actor import Actor
from kernel.clock import Clock
from kernel.text import Text
from services.approval import permissions
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import CaseName
from services.approval.domain.cases.notices import NoticeKind
from services.approval.domain.people.directory import PersonId
from services.approval.use_cases import clocks
from services.approval.use_cases.acts import act_on, expect_case
from services.approval.use_cases.events import about
from services.approval.use_cases.items import must_be_person
from services.approval.use_cases.override_events import (
    CaseResumed,
    CaseSuspended,
    CaseTerminated,
    Overriding,
)
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.sight import sight_of
from services.approval.use_cases.stages import put_an_end_to
from services.approval.use_cases.views import CaseView
from workflows import contracts

SUSPENDED: Final = Text("管理员挂起了此审批", "An administrator has suspended the case")
RESUMED: Final = Text("管理员恢复了此审批", "An administrator lets the case go on")
TERMINATED: Final = Text("管理员终止了此审批", "An administrator has ended the case")


@dataclass(frozen=True, slots=True)
class Override:
    name: CaseName
    reason: str
    etag: str = ""


async def suspend_case(cmd: Override, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> CaseView:
    """Raises NotPermitted, CaseSuspended, CaseSealed and what says that it has ended."""
    async with uow:
        before = await locked_for(cmd, "SuspendCase", uow, actor, clock)
        case = before.suspend()
        uow.cases.save(case)
        await clocks.halt(case, uow, clock)
        uow.record(CaseSuspended(**about(case, actor, clock.now()), reason=cmd.reason.strip()))
        await tell_participants(case, SUSPENDED, cmd.reason, uow, actor, clock)
        return await uow.commit(await shown(case, uow, actor, clock))


async def resume_case(cmd: Override, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> CaseView:
    """Raises NotPermitted, CaseNotSuspended and what says that it has ended."""
    async with uow:
        before = await locked_for(cmd, "ResumeCase", uow, actor, clock)
        case = before.resume()
        uow.cases.save(case)
        await clocks.go_on(case, uow, clock)
        uow.record(CaseResumed(**about(case, actor, clock.now()), reason=cmd.reason.strip()))
        await tell_participants(case, RESUMED, cmd.reason, uow, actor, clock)
        # What the workflow could not seal meanwhile it tries again now.
        await act_on(case, contracts.RETRY, {}, uow, actor, clock)
        return await uow.commit(await shown(case, uow, actor, clock))


async def terminate_case(cmd: Override, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> CaseView:
    """Raises NotPermitted, CaseSealed and what says that it has ended or is about to."""
    async with uow:
        before = await locked_for(cmd, "TerminateCase", uow, actor, clock)
        case, reason = before.terminate(), cmd.reason.strip()
        uow.cases.save(case)
        uow.record(_terminated(case, reason, actor, clock))
        await tell_participants(case, TERMINATED, reason, uow, actor, clock)
        for step in await uow.steps.open_steps(case.name):
            await put_an_end_to(step, case, uow, actor, clock)
        await act_on(case, contracts.TERMINATE, {"reason": reason}, uow, actor, clock)
        return await uow.commit(await shown(case, uow, actor, clock))


def _terminated(case: Case, reason: str, actor: Actor, clock: Clock) -> Overriding:
    return CaseTerminated(**about(case, actor, clock.now()), reason=reason)


async def locked_for(cmd: Override, action: str, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Case:
    """The case, for an administrator who sees it as it is. Raises NotFound, NotPermitted, EtagMismatch."""
    must_be_person(actor)
    case = await uow.cases.lock(cmd.name)
    await uow.cases.must_be_seen(cmd.name, await sight_of(actor, uow, clock))
    permissions.require_on(actor, action, case)
    expect_case(case, cmd.etag)
    return case


async def tell_participants(
    case: Case,
    text: Text,
    comment: str,
    uow: ApprovalUnitOfWork,
    actor: Actor,
    clock: Clock,
    others: Iterable[PersonId] = (),
) -> None:
    """Who asked, who has approved and who has it to do read that it was interfered with."""
    open_items = [item for step in await uow.steps.open_steps(case.name) for item in step.open_items]
    people = {case.requester, *await uow.steps.approvers(case.name), *others}
    people |= {person for item in open_items for person in item.audience}
    uow.notices.tell(
        people - {actor.person},
        NoticeKind.OVERRIDDEN,
        case,
        text,
        at=clock.now(),
        by=actor.person,
        comment=comment.strip(),
    )


async def shown(case: Case, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> CaseView:
    return await uow.cases.find(case.name, await sight_of(actor, uow, clock))
