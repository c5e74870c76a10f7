"""Which rows of yearly plans became which activities, inside one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chassis.postgres.wire import Wire
from services.marketing.use_cases.ports import PlanRow

# One import at a time: two of the same plan would draft it twice.
LOCK: Final = "SELECT pg_advisory_xact_lock(7403003)"
KNOWN: Final = """
SELECT plan_rows.organisation, key, activity, digest, state = 'deleted' AS deleted
FROM unnest(%(organisations)s::text[], %(keys)s::text[]) AS asked (organisation, key)
JOIN plan_rows USING (organisation, key)
JOIN activities ON number = activity
"""
PUT: Final = """
INSERT INTO plan_rows (organisation, key, activity, digest)
VALUES (%(organisation)s, %(key)s, %(activity)s, %(digest)s)
ON CONFLICT (organisation, key) DO UPDATE SET activity = excluded.activity, digest = excluded.digest
"""


class YearPlans:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def lock(self) -> None:
        """Nobody else imports a plan until the transaction ends."""
        await self._wire.fetch((LOCK, {}))

    async def known(self, asked: Iterable[tuple[str, str]]) -> dict[tuple[str, str], PlanRow]:
        """By organisation and key, those that became an activity before."""
        pairs = sorted(set(asked))
        parameters = {"organisations": [one for one, _ in pairs], "keys": [key for _, key in pairs]}
        (rows,) = await self._wire.fetch((KNOWN, parameters))
        return {
            (row.organisation, row.key): PlanRow(
                row.organisation, row.key, row.activity, row.digest, row.deleted
            )
            for row in rows
        }

    def put(self, row: PlanRow) -> None:
        written = {
            "organisation": row.organisation,
            "key": row.key,
            "activity": row.activity,
            "digest": row.digest,
        }
        self._wire.write(PUT, written)
