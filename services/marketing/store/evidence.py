"""Evidence inside one transaction. Contents lie with the files."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Columns, Wire
from kernel.errors import NotFound
from services.marketing.domain.configuration import EvidenceKind
from services.marketing.domain.evidence import Evidence, EvidenceSeenBefore, Position
from services.marketing.store.tables import EvidenceRow

COLUMNS: Final = Columns(
    (
        *("id", "activity", "kind", "file_name", "content_type", "size", "sha256", "taken_at", "place"),
        *("latitude_e6", "longitude_e6", "note", "uploader", "created_at"),
    )
)
KINDS: Final = "SELECT id, kind FROM evidence WHERE activity = %(activity)s ORDER BY id"
FIND: Final = "SELECT * FROM evidence WHERE id = %(id)s"
SEEN: Final = "SELECT id, activity FROM evidence WHERE sha256 = %(sha256)s"
# Waits for whoever brings the same content at this moment, and then knows whether it is there.
ADD: Final = f"""
INSERT INTO evidence ({COLUMNS.columns}) VALUES ({COLUMNS.values}) ON CONFLICT (sha256) DO NOTHING RETURNING id
"""  # noqa: S608 - names of columns
REMOVE: Final = "DELETE FROM evidence WHERE id = %(id)s"


class KeptEvidence:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    async def kinds(self, activity: str) -> dict[str, EvidenceKind]:
        """By name: `evidence/…`."""
        (rows,) = await self._wire.fetch((KINDS, {"activity": activity}))
        return {f"evidence/{row.id}": EvidenceKind(row.kind) for row in rows}

    async def add(self, evidence: Evidence) -> None:
        """Raises EvidenceSeenBefore."""
        # Again where the other one was deleted between the two questions.
        while not (await self._wire.fetch((ADD, evidence_columns(evidence))))[0]:
            await self.must_be_new(evidence.sha256)

    async def must_be_new(self, sha256: str) -> None:
        """Raises EvidenceSeenBefore."""
        (rows,) = await self._wire.fetch((SEEN, {"sha256": sha256}))
        if rows:
            raise EvidenceSeenBefore(
                activity=f"activities/{rows[0].activity}", evidence=f"evidence/{rows[0].id}"
            )

    async def find(self, id: UUID) -> Evidence:
        (rows,) = await self._wire.fetch((FIND, {"id": id}))
        if not rows:
            raise NotFound(name=f"evidence/{id}")
        return evidence_of(rows[0])

    async def remove(self, evidence: Evidence) -> None:
        self._wire.write(REMOVE, {"id": evidence.id})

    async def page(self, activity: str, kind: EvidenceKind | None, page: PageRequest) -> Page[Evidence]:
        rows = select(EvidenceRow).where(EvidenceRow.activity == activity)
        if kind is not None:
            rows = rows.where(EvidenceRow.kind == kind.value)
        found = await fetch_page(self._session, rows, page, EvidenceRow.id)
        return found.map(lambda row: evidence_of(row.EvidenceRow))


def evidence_columns(evidence: Evidence) -> dict[str, Any]:
    position = evidence.position
    return {
        "id": evidence.id,
        "activity": evidence.activity,
        "kind": evidence.kind.value,
        "file_name": evidence.file_name,
        "content_type": evidence.content_type,
        "size": evidence.size,
        "sha256": evidence.sha256,
        "taken_at": evidence.taken_time,
        "place": evidence.place,
        "latitude_e6": position.latitude_e6 if position else None,
        "longitude_e6": position.longitude_e6 if position else None,
        "note": evidence.note,
        "uploader": evidence.uploader,
        "created_at": evidence.create_time,
    }


def evidence_of(row: Any) -> Evidence:
    position = None
    if row.latitude_e6 is not None and row.longitude_e6 is not None:
        position = Position(row.latitude_e6, row.longitude_e6)
    return Evidence(
        id=row.id,
        activity=row.activity,
        kind=EvidenceKind(row.kind),
        file_name=row.file_name,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        taken_time=row.taken_at,
        place=row.place,
        position=position,
        note=row.note,
        uploader=row.uploader,
        create_time=row.created_at,
    )
