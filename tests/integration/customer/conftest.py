"""A desk without customers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from chassis.postgres.database import Database
from tests.builders.callers import Callers, calling
from tests.builders.customer_desk import Desk, serve
from tests.builders.edge import Edge

MIGRATIONS = "services/customer/migrations"


@pytest.fixture
async def database(migrated_database: Callable[[str], str]) -> AsyncIterator[Database]:
    database = Database(migrated_database(MIGRATIONS), name="customer", pool_size=30)
    yield database
    await database.close()


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Edge:
    return Edge(tmp_path_factory.mktemp("home"))


@pytest.fixture
async def callers(edge: Edge, desk: Desk) -> AsyncIterator[Callers]:
    """Of the customer service at this desk."""
    async with calling(edge, "customer", lambda server: serve(server, desk)) as callers:
        yield callers
