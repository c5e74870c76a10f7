"""The tables are what the code says, keep what they are given and refuse what must not be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from chassis.cases.sight import EVERYTHING
from chassis.postgres.database import Database
from chassis.postgres.migrations import differences
from kernel.money import AmountNotPositive
from services.expense.store.budget_tables import BudgetRow
from tests.builders.expense import a_claim, a_cut, a_key, a_line, an_invoice, yuan
from tests.builders.expense_desk import Desk
from tests.integration.expense.conftest import MIGRATIONS


def test_the_migrated_tables_are_those_of_the_code(migrated_database: Callable[[str], str]) -> None:
    assert differences(migrated_database(MIGRATIONS), BudgetRow.metadata) == []


async def test_a_claim_comes_back_as_it_was(desk: Desk) -> None:
    full = a_line(
        "88.80",
        tax=yuan("5.02"),
        description="高铁",
        customer="customers/1",
        activity="a/2",
        activity_line="activities/AC-2026-000001/lines/1",
        invoice=an_invoice(),
    )
    claim = a_claim(full, a_line(), attachments=("attachments/1", "attachments/2"), cost_centre="CC-4100")
    async with desk.uow() as uow:
        await uow.claims.add(claim)
        await uow.commit()
    assert await desk.claim(claim.number) == claim

    async with desk.uow() as uow:
        held = await uow.claims.get_for_update(claim.number, EVERYTHING)
        turned = (held.lines[1].with_cut(a_cut()), held.lines[0])
        changed = replace(held.delete(at=desk.clock.now()), lines=turned)
        await uow.claims.save(changed)
        await uow.commit()
    assert await desk.claim(claim.number) == changed


async def test_numbers_have_no_gaps_though_drafts_are_refused(desk: Desk) -> None:
    first = await desk.create()
    with pytest.raises(AmountNotPositive):
        await desk.create(a_line(0))
    second = await desk.create()
    assert (first.number, second.number) == ("EC-2026-000001", "EC-2026-000002")


async def test_numbers_begin_anew_with_the_year_where_the_business_is(desk: Desk) -> None:
    await desk.create()
    desk.clock.at = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # half past midnight in Shanghai
    assert (await desk.create()).number == "EC-2027-000001"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE budgets SET reserved_minor = amount_minor + 1",
        "UPDATE budgets SET reserved_minor = -1",
        "UPDATE budgets SET amount_minor = -1",
    ],
)
async def test_the_database_itself_refuses_an_overspent_budget(desk: Desk, statement: str) -> None:
    with pytest.raises(IntegrityError):
        async with desk.database.engine.begin() as connection:
            await connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    ["UPDATE budget_movements SET reason = 'x'", "DELETE FROM budget_movements", "TRUNCATE budget_movements"],
)
async def test_movements_are_never_changed(desk: Desk, statement: str) -> None:
    with pytest.raises(IntegrityError) as caught:
        async with desk.database.engine.begin() as connection:
            await connection.execute(text(statement))
    assert isinstance(caught.value.orig, psycopg.errors.RestrictViolation)


async def test_a_budget_in_another_month_is_another_budget(database: Database, desk: Desk) -> None:
    await desk.load_budget(5, a_key(month="2026-12"))
    assert (await desk.budget()).amount == yuan(10_000)
