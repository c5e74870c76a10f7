"""What a claimant does to a claim that nobody decides about: draft, edit, copy, delete."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chassis.cases.attachments import must_belong
from chassis.cases.ports import Attachments, Directory
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from services.expense.domain.claim import Claim
from services.expense.domain.events import ClaimCreated, ClaimDeleted, ClaimEdited
from services.expense.domain.lines import AttachmentNotOfClaim, ClaimLine
from services.expense.permissions import require, require_own
from services.expense.use_cases.ports import Work
from services.expense.use_cases.sight import own_sight


@dataclass(frozen=True, slots=True)
class CreateClaim:
    title: str
    lines: tuple[ClaimLine, ...]
    attachments: tuple[str, ...] = ()
    cost_centre: str = ""


@dataclass(frozen=True, slots=True)
class UpdateClaim:
    number: str
    etag: str
    title: str
    lines: tuple[ClaimLine, ...]
    attachments: tuple[str, ...] = ()
    cost_centre: str = ""


@dataclass(frozen=True, slots=True)
class CopyClaim:
    number: str


@dataclass(frozen=True, slots=True)
class DeleteClaim:
    number: str
    etag: str


async def create_claim(
    cmd: CreateClaim, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Claim:
    require(actor, "CreateClaim")
    employee = await directory.employee(actor.person)
    async with uow:
        return await _draft(cmd, employee.organisation, uow=uow, actor=actor, clock=clock)


async def copy_claim(cmd: CopyClaim, *, uow: Work, actor: Actor, clock: Clock, directory: Directory) -> Claim:
    """Without invoices: each is accepted once. Without attachments: they prove the other claim."""
    require(actor, "CreateClaim")
    employee = await directory.employee(actor.person)
    async with uow:
        claim = await uow.claims.get(cmd.number, own_sight(actor))
        require_own(actor, "CopyClaim", claim)
        lines = tuple(replace(line, invoice=None) for line in claim.lines)
        copied = CreateClaim(claim.title, lines, cost_centre=claim.cost_centre)
        return await _draft(copied, employee.organisation, uow=uow, actor=actor, clock=clock)


async def update_claim(
    cmd: UpdateClaim, *, uow: Work, actor: Actor, clock: Clock, attachments: Attachments
) -> Claim:
    """Raises AttachmentNotOfClaim. Only where a file is named that was not named before is their owner asked."""
    async with uow:
        claim = await uow.claims.get(cmd.number, own_sight(actor))
        require_own(actor, "UpdateClaim", claim)
    new = set(cmd.attachments).difference(claim.attachments)
    belonging = (await attachments.of(claim.name)) if new else frozenset()
    async with uow:
        claim = await uow.claims.get_for_update(cmd.number, own_sight(actor))
        require_own(actor, "UpdateClaim", claim)
        must_belong(cmd.attachments, belonging.union(claim.attachments), AttachmentNotOfClaim)
        said = (cmd.title, cmd.lines, cmd.attachments, cmd.cost_centre)
        claim = claim.expecting(cmd.etag).edit(*said, at=clock.now())
        (await uow.catalogue.get(claim.expense_types)).must_know_all(claim.lines)
        await uow.invoices.keep_only(claim)
        await uow.claims.save(claim)
        uow.record(ClaimEdited.of(claim, actor, title=claim.title, total=claim.total))
        return await uow.commit(claim)


async def delete_claim(cmd: DeleteClaim, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    async with uow:
        claim = await uow.claims.get_for_update(cmd.number, own_sight(actor))
        require_own(actor, "DeleteClaim", claim)
        claim = claim.expecting(cmd.etag).delete(at=clock.now())
        await uow.invoices.give_back(claim)
        await uow.claims.save(claim)
        uow.record(ClaimDeleted.of(claim, actor))
        return await uow.commit(claim)


async def _draft(cmd: CreateClaim, organisation: str, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    now = clock.now()
    # No file can have been uploaded for a number that is not given yet.
    must_belong(cmd.attachments, frozenset(), AttachmentNotOfClaim)
    said = (cmd.title, cmd.lines, cmd.attachments, cmd.cost_centre)
    claim = Claim.draft("", actor.person, organisation, *said, at=now)
    (await uow.catalogue.get(claim.expense_types)).must_know_all(claim.lines)
    # Last, because others who draft a claim wait for it.
    claim = replace(claim, number=await uow.claims.next_number(local_date(now).year))
    await uow.claims.add(claim)
    uow.record(ClaimCreated.of(claim, actor, title=claim.title, total=claim.total))
    return await uow.commit(claim)
