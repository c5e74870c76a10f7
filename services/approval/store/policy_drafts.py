"""Drafts of policies: one for a process at most, replaced when it is saved again."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from kernel.errors import NotFound
from kernel.text import Text
from services.approval.store.reference_tables import PolicyDraftRow
from services.approval.use_cases.policy_views import PolicyDraft


class PolicyDrafts:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, process: str) -> PolicyDraft:
        row = await self._session.get(PolicyDraftRow, process)
        if row is None:
            raise NotFound(name=f"policies/{process}/draft")
        return _draft(row)

    async def save(self, draft: PolicyDraft) -> None:
        row = {
            "title_zh": draft.title.zh,
            "title_en": draft.title.en,
            "yaml": draft.yaml,
            "author": draft.author,
            "saved_at": draft.saved_at,
            "version": draft.version,
        }
        kept = insert(PolicyDraftRow).values(process=draft.process, **row)
        await self._session.execute(kept.on_conflict_do_update(index_elements=["process"], set_=row))

    async def remove(self, draft: PolicyDraft) -> None:
        await self._session.execute(delete(PolicyDraftRow).where(PolicyDraftRow.process == draft.process))

    async def page(self, page: PageRequest) -> Page[PolicyDraft]:
        found = await fetch_page(self._session, select(PolicyDraftRow), page, PolicyDraftRow.process)
        return found.map(lambda row: _draft(row.PolicyDraftRow))


def _draft(row: PolicyDraftRow) -> PolicyDraft:
    title = Text(row.title_zh, row.title_en)
    return PolicyDraft(row.process, title, row.yaml, row.author, row.saved_at, row.version)
