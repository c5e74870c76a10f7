"""The same machine as test_budgets, on a real PostgreSQL: what the tables hold is what the model says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import select, text

from chassis.cases.sight import EVERYTHING
from chassis.postgres.database import Database
from chassis.postgres.paging import PageRequest
from kernel.errors import Refusal
from services.expense.domain.budget import Budget, BudgetKey, Movement, Stage, at_stage, load
from services.expense.domain.months import Month
from services.expense.store.budget_rows import booked_of
from services.expense.store.budget_tables import MovementRow
from services.expense.use_cases import budgets, months
from services.expense.use_cases.ports import BudgetQuery, Note
from tests.builders.budget_machine import BudgetMachine, Needs, cents
from tests.builders.expense import NOW
from tests.builders.expense_desk import FINANCE, Desk

EMPTY = """
ALTER TABLE budget_movements DISABLE TRIGGER movements_stay;
TRUNCATE budgets, budget_holdings, budget_movements, months;
ALTER TABLE budget_movements ENABLE ALWAYS TRIGGER movements_stay;
"""
NOTE = Note(NOW, FINANCE.id)


class StoredBooks:
    """The tables, worked by use cases where there are some."""

    def __init__(self, runner: asyncio.Runner, database: Database) -> None:
        self.runner = runner
        self.desk = Desk(database)
        runner.run(self.empty())

    async def empty(self) -> None:
        async with self.desk.database.engine.begin() as connection:
            for statement in EMPTY.strip().split(";\n"):
                await connection.execute(text(statement.rstrip(";")))

    def load(self, key: BudgetKey, amount: int) -> str:
        async def act() -> None:
            async with self.desk.uow() as uow:
                await uow.months.must_be_open([key.month])
                before = (await uow.budgets.lock_or_make([(key, "CNY")]))[key]
                await uow.budgets.write(load(before, cents(amount)), NOTE)
                await uow.commit()

        return self.reason_of(act())

    def adjust(self, key: BudgetKey, change: int) -> str:
        command = budgets.AdjustBudget(key, "", cents(change), "调整")
        return self.reason_of(self.desk.do(budgets.adjust_budget, command, FINANCE))

    def transfer(self, source: BudgetKey, target: BudgetKey, amount: int) -> str:
        command = budgets.TransferBudget(source, target, cents(amount), "调剂")
        return self.reason_of(self.desk.do(budgets.transfer_budget, command, FINANCE))

    def hold(self, document: str, stage: Stage, needs: Needs) -> str:
        wanted = at_stage(stage, {key: cents(amount) for key, amount in needs.items()})

        async def act() -> None:
            async with self.desk.uow() as uow:
                if stage is Stage.RESERVED:
                    await uow.months.must_be_open({key.month for key in needs})
                await uow.budgets.set_holdings({document: wanted}, NOTE)
                await uow.commit()

        return self.reason_of(act())

    def close(self, month: str) -> str:
        return self.reason_of(
            self.desk.do(months.close_month, months.CloseMonth(Month.parse(month)), FINANCE)
        )

    def reopen(self, month: str) -> str:
        command = months.ReopenMonth(Month.parse(month), "补录")
        return self.reason_of(self.desk.do(months.reopen_month, command, FINANCE))

    def budgets(self) -> dict[BudgetKey, Budget]:
        async def act() -> dict[BudgetKey, Budget]:
            async with self.desk.uow() as uow:
                page = await uow.budgets.page(BudgetQuery(), EVERYTHING, PageRequest(200))
                return {budget.key: budget for budget in page.items}

        return self.runner.run(act())

    def movements(self) -> list[Movement]:
        async def act() -> list[Movement]:
            async with self.desk.uow() as uow:
                rows = await uow.session.scalars(select(MovementRow))
                return [booked_of(row).movement for row in rows]

        return self.runner.run(act())

    def reason_of(self, act: Awaitable[Any]) -> str:
        async def run() -> str:
            try:
                await act
            except Refusal as refusal:
                return refusal.reason
            return ""

        return self.runner.run(run())


def test_budgets_in_postgresql(migrated_database: Callable[[str], str]) -> None:
    # A loop of its own: the machine is not a coroutine.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        database = Database(migrated_database("services/expense/migrations"), name="expense")

        class StoredBudgets(BudgetMachine):
            def __init__(self) -> None:
                super().__init__()
                self.books = StoredBooks(runner, database)

        few = settings(
            max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        )
        run_state_machine_as_test(StoredBudgets, settings=few)
        runner.run(database.close())
