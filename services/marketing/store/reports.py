"""Reports on activities, counted by the database.

First the activities that are asked for, as lists find them; then their lines, beside what expense holds for each.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.cases.sight import Sight
from chassis.postgres.wire import Wire
from kernel.money import MINOR_UNITS, Money
from services.marketing.domain.report import (
    AMOUNTS,
    MOST_ACTIVITIES,
    MOST_ROWS,
    ReportBy,
    Reported,
    ReportTooLong,
)
from services.marketing.store.activity_search import conditions, visible
from services.marketing.store.tables import ActivityRow
from services.marketing.use_cases.ports import ActivityQuery

HELD: Final = ("reserved", "committed", "claimable", "spent")


def _minor(name: str) -> str:
    """What an allotment says in a line, in the smallest unit. Zero is not said."""
    units, nanos = f"(line -> '{name}' ->> 'units')::numeric", f"(line -> '{name}' ->> 'nanos')::numeric"
    return (
        f"sum(round((coalesce({units}, 0) + coalesce({nanos}, 0) / 1000000000) * 10 ^ places))::bigint"
        f" AS {name}"
    )


# A line of an activity with what is held for it. What is held for lines that there are no more counts, too.
LINES: Final = f"""
WITH chosen AS (
    SELECT number, organisation, activity_class, customers, products, state, currency, places,
        coalesce(to_char(start_date, 'YYYY-MM'), '') AS month,
        coalesce((closure -> 'sales' ->> 0)::bigint, 0) AS sales,
        coalesce((closure ->> 'attendance')::bigint, 0) AS attendance
    FROM activities
    JOIN unnest(%(currencies)s::text[], %(places)s::int[]) AS known (currency, places) USING (currency)
    WHERE number = ANY(%(numbers)s::text[])
),
held AS (
    SELECT number, line ->> 'id' AS id, min(line ->> 'month') AS month, {", ".join(map(_minor, HELD))}
    FROM chosen
    JOIN allotments ON activity = number
    CROSS JOIN LATERAL jsonb_array_elements(coalesce(allotments.said -> 'lines', '[]')) AS told (line)
    GROUP BY number, line ->> 'id'
),
planned AS (
    SELECT activity AS number, id, activity_lines.month, amount_minor AS planned, coalesce(actual_minor, 0) AS actual
    FROM activity_lines JOIN chosen ON chosen.number = activity
),
lines AS (
    SELECT number, coalesce(planned.month, held.month, '') AS month, coalesce(planned, 0) AS planned,
        coalesce(actual, 0) AS actual, {", ".join(f"coalesce({name}, 0) AS {name}" for name in HELD)}
    FROM planned FULL JOIN held USING (number, id)
)
"""  # noqa: S608 - names of columns
SUMS: Final = ", ".join(f"coalesce(sum({name}), 0)::bigint AS {name}" for name in AMOUNTS)
COUNTED: Final = f"""
SELECT key, currency, count(DISTINCT number) AS activities,
    count(DISTINCT number) FILTER (WHERE state IN ('settled', 'closed')) AS settled,
    {SUMS}, coalesce(sum(attendance), 0)::bigint AS attendance
FROM counted GROUP BY key, currency ORDER BY key, currency LIMIT {MOST_ROWS + 1}
"""  # noqa: S608 - names of columns
IN_LINES: Final = ("planned", "actual", *HELD)
# `of` that share an activity's money: each the same part, the first of them what is left over.
PART: Final = "({0} / of + (n <= {0} %% of)::int)"
SHARED: Final = f"""
, whole AS (
    SELECT chosen.*, {", ".join(f"coalesce((SELECT sum({name}) FROM lines WHERE lines.number = chosen.number), 0)::bigint AS {name}" for name in IN_LINES)}
    FROM chosen
),
counted AS (
    SELECT shares.key, whole.number, currency, state, attendance,
        {", ".join(f"{PART.format(name)} AS {name}" for name in AMOUNTS)}
    FROM whole JOIN shares USING (number)
)
"""  # noqa: S608 - names of columns
ALONE: Final = ", shares AS (SELECT number, {0} AS key, 1 AS n, 1 AS of FROM chosen)"
EACH: Final = """
, shares AS (
    SELECT number, coalesce(key, '') AS key, coalesce(n, 1) AS n, greatest(cardinality({0}), 1) AS of
    FROM chosen LEFT JOIN LATERAL unnest({0}) WITH ORDINALITY AS each_one (key, n) ON true
)
"""
MONTHS: Final = f"""
, counted AS (
    SELECT lines.month AS key, number, currency, state, 0 AS attendance, 0 AS sales, {", ".join(IN_LINES)}
    FROM lines JOIN chosen USING (number)
    UNION ALL
    SELECT month, number, currency, state, attendance, sales, {", ".join("0" for _ in IN_LINES)} FROM chosen
)
"""  # noqa: S608 - names of columns
TOTAL: Final = LINES + ALONE.format("''") + SHARED + COUNTED
REPORTS: Final = {
    ReportBy.ORGANISATION: LINES + ALONE.format("organisation") + SHARED + COUNTED,
    ReportBy.CLASS: LINES + ALONE.format("activity_class") + SHARED + COUNTED,
    ReportBy.PRODUCT: LINES + EACH.format("products") + SHARED + COUNTED,
    ReportBy.CUSTOMER: LINES + EACH.format("customers") + SHARED + COUNTED,
    ReportBy.MONTH: LINES + MONTHS + COUNTED,
}


class Reports:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    async def by(
        self, by: ReportBy, query: ActivityQuery, sight: Sight
    ) -> tuple[tuple[Reported, ...], tuple[Reported, ...]]:
        """A row for each group and currency, and the totals. Raises ReportTooLong."""
        found = select(ActivityRow.number).where(visible(sight), *conditions(query))
        numbers = (await self._session.scalars(found.limit(MOST_ACTIVITIES + 1))).all()
        _must_be_at_most(numbers, MOST_ACTIVITIES)
        asked = {
            "numbers": list(numbers),
            "currencies": list(MINOR_UNITS),
            "places": list(MINOR_UNITS.values()),
        }
        rows, totals = await self._wire.fetch((REPORTS[by], asked), (TOTAL, asked))
        _must_be_at_most(rows, MOST_ROWS)
        return tuple(map(_reported, rows)), tuple(map(_reported, totals))


def _must_be_at_most(found: Collection[Any], most: int) -> None:
    if len(found) > most:
        raise ReportTooLong(most=most)


def _reported(row: Any) -> Reported:
    return Reported(
        key=row.key,
        activities=row.activities,
        settled=row.settled,
        attendance=row.attendance,
        **{name: Money.from_minor(getattr(row, name), row.currency) for name in AMOUNTS},
    )
