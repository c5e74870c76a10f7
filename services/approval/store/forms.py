"""Published processes without code: as they were written, and as they are meant."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from kernel.errors import NotFound
from services.approval.domain.forms.form import Form
from services.approval.domain.forms.reading import published_form
from services.approval.store.document_tables import DocumentPrefixRow, FormRow
from services.approval.use_cases.ports.forms import ProcessView


class Forms:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def latest(self, process: str) -> ProcessView | None:
        newest = select(FormRow).where(FormRow.process == process).order_by(FormRow.version.desc()).limit(1)
        row: Any = await self._session.scalar(newest)
        return _view(row) if row is not None else None

    async def form(self, process: str, version: int) -> Form:
        return (await self.view(process, version)).form

    async def view(self, process: str, version: int | None) -> ProcessView:
        if version is None:
            found = await self.latest(process)
        else:
            row = await self._session.get(FormRow, (process, version))
            found = _view(row) if row is not None else None
        if found is None:
            raise NotFound(name=f"processes/{process}" + (f"/versions/{version}" if version else ""))
        return found

    async def page(self, process: str, page: PageRequest) -> Page[ProcessView]:
        if process:
            versions = select(FormRow).where(FormRow.process == process)
            found = await fetch_page(self._session, versions, page, FormRow.version, newest_first=True)
        else:
            latest = (
                select(FormRow.process, func.max(FormRow.version).label("version"))
                .group_by(FormRow.process)
                .subquery()
            )
            in_force = select(FormRow).join(
                latest, (latest.c.process == FormRow.process) & (latest.c.version == FormRow.version)
            )
            found = await fetch_page(self._session, in_force, page, FormRow.process)
        return found.map(lambda row: _view(row.FormRow))

    async def take_prefix(self, prefix: str, process: str) -> bool:
        taken = upsert(DocumentPrefixRow).values(prefix=prefix, process=process).on_conflict_do_nothing()
        await self._session.execute(taken)
        holder = select(DocumentPrefixRow.process).where(DocumentPrefixRow.prefix == prefix)
        return await self._session.scalar(holder) == process

    async def add(self, view: ProcessView) -> None:
        row = {
            "process": view.form.process,
            "version": view.form.version,
            "form": view.form.text,
            "policy": view.policy,
            "published_at": view.published_at,
            "publisher": view.publisher,
        }
        await self._session.execute(insert(FormRow).values(row))


def _view(row: FormRow) -> ProcessView:
    return ProcessView(published_form(row.form, row.version), row.policy, row.publisher, row.published_at)
