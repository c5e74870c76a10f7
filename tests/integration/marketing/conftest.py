"""A desk without activities."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from chassis.postgres.database import Database
from tests.builders.callers import Callers, calling
from tests.builders.edge import Edge
from tests.builders.marketing_desk import Desk, serve

MIGRATIONS = "services/marketing/migrations"


@pytest.fixture
async def database(migrated_database: Callable[[str], str]) -> AsyncIterator[Database]:
    database = Database(migrated_database(MIGRATIONS), name="marketing", pool_size=30)
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
    """Of the marketing service at this desk."""
    async with calling(edge, "marketing", lambda server: serve(server, desk)) as callers:
        yield callers
