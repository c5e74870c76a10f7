"""Drafts of policies: saved, shown, thrown away, published."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.errors import NotFound
from services.approval import permissions
from services.approval.domain.people.directory import AsOf
from services.approval.policy_text.reading import examine_policy, outline
from services.approval.use_cases.policies import publish_now
from services.approval.use_cases.policy_views import PolicyDraft, PolicyView
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """`etag` of the draft that is replaced, empty for whatever it has become."""

    yaml: str
    etag: str = ""


@dataclass(frozen=True, slots=True)
class OnDraft:
    process: str
    etag: str = ""


async def save_draft(cmd: SaveDraft, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> PolicyDraft:
    """Raises PolicyNotReadable, EtagMismatch, NotPermitted."""
    permissions.require(actor, "EditPolicyDrafts")
    process, title = outline(cmd.yaml)
    async with uow:
        await uow.policies.lock(process)
        now, before = clock.now(), None
        with suppress(NotFound):
            before = (await uow.policy_drafts.find(process)).expecting(cmd.etag)
        draft = PolicyDraft(process, title, cmd.yaml, actor.person, now, before.version + 1 if before else 1)
        await uow.policy_drafts.save(draft)
        return await uow.commit(_examined(draft, await _today(uow, clock)))


async def get_draft(process: str, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> PolicyDraft:
    """Raises NotFound, NotPermitted."""
    permissions.require(actor, "EditPolicyDrafts")
    async with uow:
        return _examined(await uow.policy_drafts.find(process), await _today(uow, clock))


async def list_drafts(
    page: PageRequest, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> Page[PolicyDraft]:
    permissions.require(actor, "EditPolicyDrafts")
    async with uow:
        today = await _today(uow, clock)
        return (await uow.policy_drafts.page(page)).map(lambda draft: _examined(draft, today))


async def discard_draft(cmd: OnDraft, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> PolicyDraft:
    """Raises NotFound, EtagMismatch, NotPermitted."""
    permissions.require(actor, "EditPolicyDrafts")
    async with uow:
        await uow.policies.lock(cmd.process)
        draft = (await uow.policy_drafts.find(cmd.process)).expecting(cmd.etag)
        await uow.policy_drafts.remove(draft)
        return await uow.commit(draft)


async def publish_draft(cmd: OnDraft, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> PolicyView:
    """As the next version of its process; the draft is gone. Raises NotFound, EtagMismatch, PolicyNotValid, NotPermitted."""
    permissions.require(actor, "PublishPolicy")
    async with uow:
        await uow.policies.lock(cmd.process)
        draft = (await uow.policy_drafts.find(cmd.process)).expecting(cmd.etag)
        view = await publish_now(draft.yaml, uow, actor, clock)
        await uow.policy_drafts.remove(draft)
        return await uow.commit(view)


async def _today(uow: ApprovalUnitOfWork, clock: Clock) -> AsOf:
    return (await uow.directories.current()).as_of(local_date(clock.now()))


def _examined(draft: PolicyDraft, today: AsOf) -> PolicyDraft:
    return replace(draft, problems=examine_policy(draft.yaml, today)[1])
