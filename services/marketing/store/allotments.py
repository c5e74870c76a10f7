"""What expense holds for activities, as it was told last."""

from __future__ import annotations

from typing import Any, Final

from chassis.postgres.wire import Columns, Wire, json
from services.marketing.domain.allotment import KnownAllotment

COLUMNS: Final = Columns(("activity", "version", "state", "fully_claimed", "said", "told_at"))
FIND: Final = "SELECT * FROM allotments WHERE activity = %(activity)s"
PUT: Final = f"""
INSERT INTO allotments ({COLUMNS.columns}) VALUES ({COLUMNS.values})
ON CONFLICT (activity) DO UPDATE SET version = excluded.version, state = excluded.state,
    fully_claimed = excluded.fully_claimed, said = excluded.said, told_at = excluded.told_at
WHERE allotments.version < excluded.version
RETURNING activity
"""  # noqa: S608 - names of columns


class Allotments:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def of(self, activity: str) -> KnownAllotment | None:
        (rows,) = await self._wire.fetch((FIND, {"activity": activity}))
        return allotment_of(rows[0]) if rows else None

    async def put(self, told: KnownAllotment) -> bool:
        """Whether it is news: what is older than what is known changes nothing."""
        row = {
            "activity": told.activity,
            "version": told.version,
            "state": told.state,
            "fully_claimed": told.fully_claimed,
            "said": json(dict(told.said)),
            "told_at": told.time,
        }
        return bool((await self._wire.fetch((PUT, row)))[0])


def allotment_of(row: Any) -> KnownAllotment:
    return KnownAllotment(row.activity, row.version, row.state, row.fully_claimed, row.said, row.told_at)
