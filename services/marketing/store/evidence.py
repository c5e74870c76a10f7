"""Evidence inside one transaction."""

from __future__ import annotations

from typing import Final

from chassis.postgres.wire import Wire
from services.marketing.domain.configuration import EvidenceKind

KINDS: Final = "SELECT id, kind FROM evidence WHERE activity = %(activity)s ORDER BY id"


class Evidence:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def kinds(self, activity: str) -> dict[str, EvidenceKind]:
        """By name: `evidence/…`."""
        (rows,) = await self._wire.fetch((KINDS, {"activity": activity}))
        return {f"evidence/{row.id}": EvidenceKind(row.kind) for row in rows}
