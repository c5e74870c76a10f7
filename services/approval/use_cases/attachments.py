"""Attachments: taken in, shown and handed out to those who may see the document's case, or brought the file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from chassis.files.intake import HashMismatch
from chassis.files.ports import Files
from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import NotFound
from kernel.fields import within
from kernel.ids import uuid7
from services.approval.domain.attachments import INTAKE, Attachment
from services.approval.domain.documents.document import COLLECTION
from services.approval.use_cases.events import AttachmentUploaded
from services.approval.use_cases.items import must_be_person
from services.approval.use_cases.ports.documents import Documents
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.sight import sight_of


@dataclass(frozen=True, slots=True)
class Upload:
    """`sha256`, hex, is what the content should be; empty: not checked."""

    document: str
    file_name: str
    content_type: str
    sha256: str
    content: bytes


async def upload_attachment(
    cmd: Upload, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock, files: Files, documents: Documents
) -> Attachment:
    """Keeps the file, then its row: a failure in between leaves content that nothing names, never a name without content.

    Raises FileNameRefused, AttachmentTypeRefused, AttachmentEmpty, AttachmentTooLarge, HashMismatch, NotADocument, and
    NotFound where there is no such document or the caller may see neither its case nor, without one, itself.
    """
    uploader = must_be_person(actor)
    type = INTAKE.type_of(cmd.file_name, cmd.content_type)
    digest = await asyncio.to_thread(_checked, cmd)
    async with uow:
        sight = await sight_of(actor, uow, clock)
        seen = await uow.cases.may_see_document(cmd.document, sight)
        if seen is False:
            raise NotFound(field="header.document", name=cmd.document)
        collection, _, number = cmd.document.partition("/")
        is_ours = collection == COLLECTION
        if seen is None and is_ours:
            with within("header.document"):
                await uow.documents.get(number, sight)
    if seen is None and not is_ours:
        await documents.must_be_there(cmd.document)
    await files.put(digest, cmd.content)
    async with uow:
        now = clock.now()
        attachment = Attachment(
            id=uuid7(now),
            document=cmd.document,
            file_name=cmd.file_name,
            content_type=type.content_type,
            size=len(cmd.content),
            sha256=digest,
            uploader=uploader,
            created_at=now,
            under_case=bool(seen),
        )
        await uow.attachments.add(attachment)
        uploaded = AttachmentUploaded(
            document=attachment.name,
            version=1,
            by=actor,
            at=now,
            subject=cmd.document,
            content_type=attachment.content_type,
            size=attachment.size,
            sha256=digest,
        )
        uow.record(uploaded)
        return await uow.commit(attachment)


def _checked(cmd: Upload) -> str:
    INTAKE.check(cmd.file_name, INTAKE.type_of(cmd.file_name, cmd.content_type), cmd.content)
    digest = sha256(cmd.content).hexdigest()
    if cmd.sha256 and cmd.sha256 != digest:
        raise HashMismatch(field="header.sha256")
    return digest


async def get_attachment(id: UUID, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Attachment:
    """Raises NotFound, also where the caller may not see it."""
    async with uow:
        attachment = await uow.attachments.find(id)
        if actor.person and attachment.uploader == actor.person:
            return attachment
        sight = await sight_of(actor, uow, clock)
        if not sight.everything:
            seen = await uow.cases.may_see_document(attachment.document, sight)
            if not seen or not (attachment.under_case or await uow.attachments.is_requesters(attachment)):
                raise NotFound(name=attachment.name)
        return attachment


async def download_attachment(
    id: UUID, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock, files: Files
) -> AsyncIterator[bytes]:
    """The content, after it was asked whether the caller may have it."""
    attachment = await get_attachment(id, uow=uow, actor=actor, clock=clock)
    return files.read(attachment.sha256)


async def list_attachments(
    query: tuple[str, PageRequest], *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> Page[Attachment]:
    """Those of a document that the caller may see: their own, and with its case what belongs to that."""
    document, page = query
    async with uow:
        sight = await sight_of(actor, uow, clock)
        seen = await uow.cases.may_see_document(document, sight)
        return await uow.attachments.page(
            document, actor.person, page, belongs=bool(seen), everything=sight.everything
        )
