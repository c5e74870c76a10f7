"""Cases: showing, withdrawing, commenting, trying an outside call at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.text import Text
from services.approval import permissions
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import CASE, CaseName
from services.approval.domain.cases.notices import NoticeKind
from services.approval.use_cases.acts import act_on, expect_case
from services.approval.use_cases.events import CaseCommented, RetryAsked, WithdrawalAsked, about
from services.approval.use_cases.items import must_be_person
from services.approval.use_cases.messages import workflow_key
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.queries import AskCases
from services.approval.use_cases.refusals import NothingWaits
from services.approval.use_cases.sight import sight_of
from services.approval.use_cases.stages import put_an_end_to
from services.approval.use_cases.views import CaseView, Comment, Effect
from workflows import contracts

TAKEN_BACK: Final = Text("您同意过的申请已被撤回", "What you have approved was taken back")


@dataclass(frozen=True, slots=True)
class Withdraw:
    name: CaseName
    etag: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CommentOn:
    name: CaseName
    text: str


async def get_case(name: str, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> CaseView:
    """A case by its name, or the latest of the document of that name."""
    async with uow:
        sight = await sight_of(actor, uow, clock)
        is_case = CASE.fullmatch(name.removeprefix("cases/"))
        wanted = CaseName.parse(name, "name") if is_case else await uow.cases.latest_name(name)
        return await uow.cases.find(wanted, sight)


async def list_cases(
    query: tuple[AskCases, PageRequest], *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> Page[CaseView]:
    asked, page = query
    async with uow:
        return await uow.cases.page(asked, await sight_of(actor, uow, clock), page)


async def withdraw_case(cmd: Withdraw, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> CaseView:
    """Takes the request back. From this moment nobody decides any more; the workflow undoes what was done.

    Raises NotFound where the caller may not see the case, OnlyTheRequester, CaseSealed, CaseIsClosed.
    """
    person = must_be_person(actor)
    async with uow:
        before = await uow.cases.lock(cmd.name)
        shown = await uow.cases.find(cmd.name, await sight_of(actor, uow, clock))
        case = before.withdraw(person)
        expect_case(before, cmd.etag)
        if case != before:
            now = clock.now()
            uow.cases.save(case)
            reason, told = cmd.reason.strip(), await uow.steps.approvers(case.name)
            uow.record(WithdrawalAsked(**about(case, actor, now), reason=reason, told=told))
            uow.notices.tell(told, NoticeKind.WITHDRAWN, case, TAKEN_BACK, at=now, by=person, comment=reason)
            for step in await uow.steps.open_steps(case.name):
                await put_an_end_to(step, case, uow, actor, clock)
            await act_on(case, contracts.WITHDRAW, {"reason": reason}, uow, actor, clock)
            shown = await uow.cases.find(cmd.name, await sight_of(actor, uow, clock))
        return await uow.commit(shown)


async def comment_on_case(cmd: CommentOn, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Comment:
    """Says something, also on a case that has ended. Whoever speaks takes part from then on."""
    person = must_be_person(actor)
    async with uow:
        shown = await uow.cases.find(cmd.name, await sight_of(actor, uow, clock))
        comment = Comment(person, cmd.text, clock.now())
        uow.comments.add(cmd.name, comment)
        uow.cases.join(cmd.name, [person])
        uow.record(CaseCommented(**about(shown.case, actor, comment.at), text=cmd.text))
        return await uow.commit(comment)


async def to_retry(case: Case, uow: ApprovalUnitOfWork, actor: Actor) -> tuple[Effect, ...]:
    """Raises NotPermitted, NothingWaits."""
    permissions.require_on(actor, "RetryEffect", case)
    waiting = await uow.effects.waiting(case.name)
    if not waiting:
        raise NothingWaits(case=case.name)
    return waiting


async def retry_effect(name: CaseName, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> CaseView:
    """Tries what waits at once. Raises NothingWaits, NotPermitted."""
    async with uow:
        case = await uow.cases.lock(name)
        shown = await uow.cases.find(name, await sight_of(actor, uow, clock))
        waiting = await to_retry(case, uow, actor)
        uow.record(
            RetryAsked(**about(case, actor, clock.now()), keys=tuple(effect.key for effect in waiting))
        )
        for effect in waiting:
            if effect.key == workflow_key(name):  # the reconciler does not wait any longer, either
                uow.effects.save(name, replace(effect, next_attempt_at=clock.now()))
        await act_on(case, contracts.RETRY, {}, uow, actor, clock)
        return await uow.commit(shown)
