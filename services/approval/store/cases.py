"""Cases in the database: locked and changed one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.unit_of_work import lane_key
from kernel.errors import NotFound
from services.approval.domain.case import Case
from services.approval.domain.directory import PersonId
from services.approval.domain.names import CaseName
from services.approval.store.rows import case_of, case_values
from services.approval.store.shown_cases import ShownCases
from services.approval.store.tables import CaseRow, ParticipantRow, SignalRow, WorkItemRow


class Cases(ShownCases):
    """Whoever changes anything of a case locks its row first; what hangs on it needs no locks of its own then."""

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session)
        self._session = session

    async def lock(self, name: CaseName) -> Case:
        # NO KEY: rows that refer to the case may be added meanwhile.
        locked = select(CaseRow).where(CaseRow.id == str(name)).with_for_update(key_share=True)
        found = await self._session.scalar(locked)
        if found is None:
            raise NotFound(name=name.resource)
        return case_of(found)

    async def lock_of_item(self, item: UUID) -> Case:
        # A work item never moves to another case, so its case can be looked up before anything is locked.
        of_item = select(WorkItemRow.case_id).where(WorkItemRow.id == item).scalar_subquery()
        locked = select(CaseRow).where(CaseRow.id == of_item).with_for_update(key_share=True)
        found = await self._session.scalar(locked)
        if found is None:
            raise NotFound(name=f"workItems/{item}")
        return case_of(found)

    async def lock_document(self, document: str) -> None:
        key = lane_key("approval", "document", document)
        await self._session.execute(select(func.pg_advisory_xact_lock(key)))

    async def of_document(self, document: str) -> tuple[Case, ...]:
        rows = select(CaseRow).where(CaseRow.document == document).order_by(CaseRow.n)
        found = await self._session.scalars(rows.with_for_update(key_share=True))
        return tuple(map(case_of, found))

    async def requested_version(self, name: CaseName) -> int:
        version = await self._session.scalar(select(CaseRow.requested_version).where(CaseRow.id == str(name)))
        return version or 0

    async def add(self, case: Case, snapshot: Mapping[str, Any]) -> None:
        row = {
            "id": str(case.name),
            "process": case.name.process,
            "number": case.name.number,
            "n": case.name.n,
            "document": case.document,
            "requested_version": case.document_version,
            "requester": case.requester,
            "organisation": case.organisation,
            "snapshot": dict(snapshot),
            "created_at": case.created_at,
        }
        await self._session.execute(insert(CaseRow).values(row | case_values(case)))

    async def save(self, case: Case, snapshot: Mapping[str, Any] | None = None) -> None:
        values = case_values(case) | ({} if snapshot is None else {"snapshot": dict(snapshot)})
        changed = update(CaseRow).where(CaseRow.id == str(case.name)).values(values)
        await self._session.execute(changed, execution_options={"synchronize_session": False})

    async def join(self, name: CaseName, people: Iterable[PersonId]) -> None:
        everyone = sorted(set(people))
        if everyone:
            await self._session.execute(JOIN, {"case": str(name), "people": everyone})

    async def note_signal(
        self, name: CaseName, id: str, signal: str, args: Mapping[str, Any], at: datetime
    ) -> bool:
        row = {"case_id": str(name), "id": id, "signal": signal, "args": dict(args), "at": at}
        added = upsert(SignalRow).values(row).on_conflict_do_nothing().returning(SignalRow.id)
        return await self._session.scalar(added) is not None


JOIN = text(
    f"""
    INSERT INTO {ParticipantRow.__tablename__} (case_id, person, place)
    SELECT cases.id, person, cases.place FROM cases, unnest(CAST(:people AS text[])) AS person
    WHERE cases.id = :case
    ON CONFLICT DO NOTHING
    """  # noqa: S608 - no value is written into it
)
