"""A desk with a budget of 10,000 yuan for travel in Henan in November 2026, and the expense types travel and meeting."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from chassis.postgres.database import Database
from tests.builders.expense_desk import Desk

MIGRATIONS = "services/expense/migrations"


@pytest.fixture
async def database(migrated_database: Callable[[str], str]) -> AsyncIterator[Database]:
    # Connections for everybody: what is tested is the waiting for locks, not for connections.
    database = Database(migrated_database(MIGRATIONS), name="expense", pool_size=60)
    yield database
    await database.close()


@pytest.fixture
async def desk(database: Database) -> Desk:
    desk = Desk(database)
    await desk.set_catalogue()
    await desk.load_budget()
    return desk
