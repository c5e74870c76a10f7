"""All that activities hold, in a fixed order, for whoever compares it with what they believe."""

from __future__ import annotations

from typing import Final

from chassis.postgres.wire import Wire
from kernel.money import Money
from services.expense.domain.allotment import Allotment
from services.expense.domain.budget import BudgetKey
from services.expense.store.allotment_rows import allotments_of
from services.expense.store.budget_rows import key_of
from services.expense.use_cases.allotment_ports import ActivityBudget

# One that was made in the same transaction in which the budget refused it was never changed, and is not there.
BEHIND: Final = """
SELECT * FROM allotments WHERE number COLLATE "C" > %(after)s AND version > 0
ORDER BY number COLLATE "C" LIMIT %(limit)s
"""
LINES: Final = "SELECT * FROM allotment_lines WHERE allotment = ANY(%(numbers)s) ORDER BY allotment, position"
# From the two sides that allotments are not: what the budgets hold for activities, and what paid claims have drawn.
BUDGETS: Final = """
SELECT organisation, month, expense_type, currency, sum(reserved)::bigint AS reserved,
    sum(committed)::bigint AS committed, sum(spent)::bigint AS spent
FROM (
    SELECT organisation, month, expense_type,
        CASE stage WHEN 'reserved' THEN amount_minor ELSE 0 END AS reserved,
        CASE stage WHEN 'committed' THEN amount_minor ELSE 0 END AS committed,
        0 AS spent
    FROM budget_holdings WHERE document LIKE 'activities/%%'
    UNION ALL
    SELECT allotments.organisation, line.month, line.expense_type, 0, 0, draw.amount_minor
    FROM allotment_draws AS draw
        JOIN claims ON claims.number = draw.claim AND claims.state = 'paid'
        JOIN allotments ON allotments.number = draw.allotment
        JOIN allotment_lines AS line ON line.allotment = draw.allotment AND line.id = draw.line
) AS held JOIN budgets USING (organisation, month, expense_type)
WHERE concat_ws('/', 'budgets', organisation, month, expense_type) COLLATE "C" > %(after)s
GROUP BY organisation, month, expense_type, currency
ORDER BY concat_ws('/', 'budgets', organisation, month, expense_type) COLLATE "C" LIMIT %(limit)s
"""


class AllotmentBooks:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def allotments(self, after: str, limit: int) -> tuple[Allotment, ...]:
        """Behind this number, by number."""
        (rows,) = await self._wire.fetch((BEHIND, {"after": after, "limit": limit}))
        (lines,) = await self._wire.fetch((LINES, {"numbers": [row.number for row in rows]}))
        return tuple(allotments_of(rows, lines).values())

    async def budgets(self, after: BudgetKey | None, limit: int) -> tuple[ActivityBudget, ...]:
        """Behind this budget, by name."""
        asked = {"after": str(after) if after else "", "limit": limit}
        (rows,) = await self._wire.fetch((BUDGETS, asked))
        return tuple(
            ActivityBudget(
                key_of(row),
                *(
                    Money.from_minor(minor, row.currency)
                    for minor in (row.reserved, row.committed, row.spent)
                ),
            )
            for row in rows
        )
