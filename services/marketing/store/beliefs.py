"""What this service believes of the money behind activities, in the order in which expense tells it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any, Final

from chassis.postgres.wire import Wire
from kernel.money import Money
from services.marketing.domain.activity import Activity
from services.marketing.domain.allotment import KnownAllotment
from services.marketing.domain.comparing import Sums
from services.marketing.store.activity_rows import activity_of
from services.marketing.store.allotments import allotment_of

NUMBERS: Final = """
SELECT number FROM (
    SELECT number FROM activities WHERE number COLLATE "C" > %(after)s
    UNION SELECT activity FROM allotments WHERE activity COLLATE "C" > %(after)s
) AS known (number) ORDER BY number COLLATE "C" LIMIT %(limit)s
"""
ACTIVITIES: Final = "SELECT * FROM activities WHERE number = ANY(%(numbers)s)"
LINES: Final = "SELECT * FROM activity_lines WHERE activity = ANY(%(numbers)s) ORDER BY activity, position"
ALLOTMENTS: Final = "SELECT * FROM allotments WHERE activity = ANY(%(numbers)s)"
SUMS: Final = """
SELECT budget, currency, sum(reserved_minor)::bigint AS reserved, sum(committed_minor)::bigint AS committed,
    sum(spent_minor)::bigint AS spent
FROM allotment_shares WHERE budget COLLATE "C" > %(after)s
GROUP BY budget, currency HAVING sum(reserved_minor + committed_minor + spent_minor) > 0
ORDER BY budget COLLATE "C" LIMIT %(limit)s
"""


class Beliefs:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def numbers(self, after: str, limit: int) -> tuple[str, ...]:
        (rows,) = await self._wire.fetch((NUMBERS, {"after": after, "limit": limit}))
        return tuple(row.number for row in rows)

    async def activities(self, numbers: Collection[str]) -> dict[str, Activity]:
        asked = {"numbers": list(numbers)}
        rows, of_all = await self._wire.fetch((ACTIVITIES, asked), (LINES, asked))
        lines: dict[str, list[Any]] = defaultdict(list)
        for line in of_all:
            lines[line.activity].append(line)
        return {row.number: activity_of(row, lines[row.number]) for row in rows}

    async def allotments(self, numbers: Collection[str]) -> dict[str, KnownAllotment]:
        (rows,) = await self._wire.fetch((ALLOTMENTS, {"numbers": list(numbers)}))
        return {row.activity: allotment_of(row) for row in rows}

    async def sums(self, after: str, limit: int) -> tuple[Sums, ...]:
        (rows,) = await self._wire.fetch((SUMS, {"after": after, "limit": limit}))
        return tuple(
            Sums(
                row.budget,
                *(
                    Money.from_minor(minor, row.currency)
                    for minor in (row.reserved, row.committed, row.spent)
                ),
            )
            for row in rows
        )
