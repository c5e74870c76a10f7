"""News of documents whose case is not known yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.approval.store.tables import WaitingFactRow


class WaitingFacts:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def keep(self, document: str, fact_id: str, version: int, fact: bytes, at: datetime) -> None:
        row = {"document": document, "fact_id": fact_id, "document_version": version, "fact": fact}
        kept = upsert(WaitingFactRow).values(row | {"received_at": at})
        await self._session.execute(kept.on_conflict_do_nothing())

    async def newest(self, document: str) -> int:
        newest = select(func.max(WaitingFactRow.document_version)).where(WaitingFactRow.document == document)
        return await self._session.scalar(newest) or 0

    async def take(self, document: str) -> tuple[bytes, ...]:
        taken = delete(WaitingFactRow).where(WaitingFactRow.document == document)
        rows = await self._session.execute(
            taken.returning(WaitingFactRow.document_version, WaitingFactRow.received_at, WaitingFactRow.fact),
            execution_options={"synchronize_session": False},
        )
        return tuple(fact for _, _, fact in sorted((version, at, fact) for version, at, fact in rows))
