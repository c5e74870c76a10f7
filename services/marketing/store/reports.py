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
# Rows and totals at once. Who came to an activity that several share came once: `n` numbers those that share it.
COUNTED: Final = f"""
SELECT grouping(key) = 1 AS is_total, coalesce(key, '') AS key, currency, count(DISTINCT number) AS activities,
    count(DISTINCT number) FILTER (WHERE state IN ('settled', 'closed')) AS settled, {SUMS},
    coalesce(CASE grouping(key) WHEN 0 THEN sum(attendance) ELSE sum(attendance) FILTER (WHERE n = 1) END, 0)::bigint
        AS attendance
FROM counted GROUP BY GROUPING SETS ((key, currency), (currency))
ORDER BY 1 DESC, key, currency LIMIT {MOST_ROWS + len(MINOR_UNITS) + 1}
"""  # noqa: S608 - names of columns
IN_LINES: Final = ("planned", "actual", *HELD)
# `of` that share an activity's money: each the same part, the first of them what is left over.
PART: Final = "({0} / of + (n <= {0} %% of)::int)"
SHARED: Final = f"""
, sums AS (
    SELECT number, {", ".join(f"sum({name})::bigint AS {name}" for name in IN_LINES)} FROM lines GROUP BY number
),
whole AS (
    SELECT chosen.*, {", ".join(f"coalesce({name}, 0) AS {name}" for name in IN_LINES)}
    FROM chosen LEFT JOIN sums USING (number)
),
counted AS (
    SELECT shares.key, n, whole.number, currency, state, attendance,
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
    SELECT lines.month AS key, 1 AS n, number, currency, state, 0 AS attendance, 0 AS sales, {", ".join(IN_LINES)}
    FROM lines JOIN chosen USING (number)
    UNION ALL
    SELECT month, 1, number, currency, state, attendance, sales, {", ".join("0" for _ in IN_LINES)} FROM chosen
)
"""  # noqa: S608 - names of columns
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
        chosen = select(ActivityRow.number).where(visible(sight), *conditions(query))
        numbers = (await self._session.scalars(chosen.limit(MOST_ACTIVITIES + 1))).all()
        _must_be_at_most(numbers, MOST_ACTIVITIES)
        asked = {
            "numbers": list(numbers),
            "currencies": list(MINOR_UNITS),
            "places": list(MINOR_UNITS.values()),
        }
        (found,) = await self._wire.fetch((REPORTS[by], asked))
        rows = tuple(_reported(row) for row in found if not row.is_total)
        _must_be_at_most(rows, MOST_ROWS)
        return rows, tuple(_reported(row) for row in found if row.is_total)


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
