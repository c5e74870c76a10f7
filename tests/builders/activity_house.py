"""Marketing and expense side by side, each on its own database, and what is told between them: by hand, in any order."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import text

from chassis.postgres.database import Database
from chassis.postgres.paging import PageRequest
from chassis.postgres.tables import outbox
from kernel.actor import Actor
from services.expense.allotment_messages import changed
from services.expense.domain.budget import BudgetKey
from services.expense.use_cases import allotment_books
from services.marketing.books import allotment_from_message
from services.marketing.domain.activity import Activity
from services.marketing.domain.allotment import KnownAllotment
from services.marketing.domain.comparing import Sums
from services.marketing.domain.difference import Difference
from services.marketing.domain.reconciliation import ReconciliationState
from services.marketing.use_cases import allotments, reconciling
from services.marketing.use_cases.reconciliation_ports import DifferenceQuery
from tests.builders.expense_desk import Desk as ExpenseDesk
from tests.builders.marketing_desk import WORKER
from tests.builders.marketing_desk import Desk as MarketingDesk
from zhupi.expense.v1.events_pb2 import AllotmentChanged

OPERATOR = Actor(person="root", roles=frozenset({"operator"}))
MARKETING = Actor(service="marketing")
# What an example leaves behind; timelines and counters go on.
MARKETING_ROWS = "TRUNCATE activities, allotments, case_verbs, reconciliations, differences CASCADE"
EXPENSE_ROWS = """
ALTER TABLE budget_movements DISABLE TRIGGER movements_stay;
TRUNCATE budgets, budget_holdings, budget_movements, allotments, allotment_lines, allotment_draws, claims, claim_lines,
    invoice_uses, case_verbs, months CASCADE;
ALTER TABLE budget_movements ENABLE ALWAYS TRIGGER movements_stay
"""


@dataclass
class Books:
    """What expense says when marketing asks, without a network in between. `after` as names."""

    expense: ExpenseDesk

    async def allotments(self, after: str, limit: int) -> tuple[tuple[KnownAllotment, ...], bool]:
        command = allotment_books.ReadAllotments(after.rpartition("/")[2], limit)
        found, more = await self._read(allotment_books.read_allotments, command)
        return tuple(allotment_from_message(changed(one)) for one in found), more

    async def budgets(self, after: str, limit: int) -> tuple[tuple[Sums, ...], bool]:
        key: BudgetKey | None = None
        assert not after, "there are few"
        found, more = await self._read(allotment_books.read_budgets, allotment_books.ReadBudgets(key, limit))
        return tuple(Sums(str(one.budget), one.reserved, one.committed, one.spent) for one in found), more

    async def _read(self, use_case: Any, command: Any) -> Any:
        return await use_case(command, uow=self.expense.uow(), actor=MARKETING, clock=self.expense.clock)


@dataclass
class House:
    marketing: MarketingDesk
    expense: ExpenseDesk
    # Messages that were sent and have not arrived.
    under_way: list[AllotmentChanged] = field(default_factory=list)
    effects: int = 0
    _sent: int = 0

    @classmethod
    def on(cls, marketing: Database, expense: Database) -> House:
        """One clock for both."""
        desk = MarketingDesk(marketing)
        house = cls(desk, ExpenseDesk(expense, clock=desk.clock))
        desk.books = Books(house.expense)  # type: ignore[assignment]  # it asks in place of the desk's own
        return house

    def effect(self) -> str:
        self.effects += 1
        return f"case/{self.effects}"

    async def clear(self) -> None:
        for desk, rows in ((self.marketing, MARKETING_ROWS), (self.expense, EXPENSE_ROWS)):
            async with desk.database.engine.begin() as connection:
                for statement in rows.strip().split(";\n"):
                    await connection.execute(text(statement))
        await self.collect()
        self.under_way.clear()

    async def collect(self) -> None:
        """What expense has sent since."""
        for row in await self.expense.rows(outbox, outbox.c.position):
            if row.position > self._sent and row.subject.endswith("AllotmentChanged"):
                self.under_way.append(AllotmentChanged.FromString(row.body))
            self._sent = max(self._sent, row.position)

    async def deliver(self, message: AllotmentChanged) -> None:
        told = allotment_from_message(message)
        await self.marketing.do(allotments.take_allotment, told, WORKER)

    async def reconcile(self) -> None:
        """A whole run, with its rest."""
        desk = self.marketing
        turn = partial(reconciling.continue_reconciliation, books=desk.books)
        run = await desk.do(reconciling.start_reconciliation, None, OPERATOR)
        while run.state is not ReconciliationState.FINISHED:
            if run.resume_time is not None:
                desk.clock.advance(run.resume_time - desk.clock.now())
            run = await desk.do(turn, run.id, WORKER)

    async def differences(self) -> list[Difference]:
        command = reconciling.ListDifferences(DifferenceQuery(), PageRequest())
        page = await self.marketing.do(reconciling.list_differences, command, OPERATOR)
        return list(page.items)

    async def believed(self) -> dict[str, tuple[int, int, int]]:
        """What marketing believes is held of each budget."""
        async with self.marketing.uow() as uow:
            return {one.budget: _minor(one) for one in await uow.beliefs.sums("", 200)}

    async def stored(self, number: str) -> Activity:
        async with self.marketing.uow() as uow:
            return (await uow.beliefs.activities([number]))[number]

    async def copies(self, numbers: list[str]) -> dict[str, str]:
        """The states of allotments as marketing knows them."""
        async with self.marketing.uow() as uow:
            found = await uow.beliefs.allotments(numbers)
        return {number: one.state for number, one in found.items()}

    async def held(self) -> dict[str, tuple[int, int, int]]:
        found, _ = await Books(self.expense).budgets("", 200)
        return {one.budget: _minor(one) for one in found}


def _minor(sums: Sums) -> tuple[int, int, int]:
    return sums.reserved.minor, sums.committed.minor, sums.spent.minor
