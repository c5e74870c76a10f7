"""Rows of attachments. Their contents lie with the files."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from kernel.errors import NotFound
from services.approval.domain.attachments import Attachment
from services.approval.domain.people.directory import PersonId
from services.approval.store.tables import AttachmentRow, CaseRow


class Attachments:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, attachment: Attachment) -> None:
        row = {
            "id": attachment.id,
            "document": attachment.document,
            "file_name": attachment.file_name,
            "content_type": attachment.content_type,
            "size": attachment.size,
            "sha256": attachment.sha256,
            "uploader": attachment.uploader,
            "created_at": attachment.created_at,
            "under_case": attachment.under_case,
        }
        await self._session.execute(insert(AttachmentRow).values(row))

    async def find(self, id: UUID) -> Attachment:
        row = await self._session.get(AttachmentRow, id)
        if row is None:
            raise NotFound(name=f"attachments/{id}")
        return _attachment(row)

    async def is_requesters(self, attachment: Attachment) -> bool:
        """Whether whoever asked for approval of the document has uploaded it."""
        asked = select(CaseRow.id).where(
            CaseRow.document == attachment.document, CaseRow.requester == attachment.uploader
        )
        return await self._session.scalar(asked.limit(1)) is not None

    async def page(
        self, document: str, uploader: PersonId, page: PageRequest, *, belongs: bool, everything: bool
    ) -> Page[Attachment]:
        rows = select(AttachmentRow).where(AttachmentRow.document == document)
        shown = AttachmentRow.uploader == uploader
        if belongs:
            requesters = select(CaseRow.requester).where(CaseRow.document == document)
            shown = shown | AttachmentRow.under_case | AttachmentRow.uploader.in_(requesters)
        found = await fetch_page(
            self._session, rows if everything else rows.where(shown), page, AttachmentRow.id
        )
        return found.map(lambda row: _attachment(row.AttachmentRow))


def _attachment(row: AttachmentRow) -> Attachment:
    return Attachment(
        id=row.id,
        document=row.document,
        file_name=row.file_name,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        uploader=row.uploader,
        created_at=row.created_at,
        under_case=row.under_case,
    )
