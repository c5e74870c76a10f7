"""A house: the approval service over gRPC on PostgreSQL, with a small group and a policy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from chassis.bus.jetstream import Bus
from chassis.embedded.temporal import Temporal
from chassis.postgres.database import Database
from tests.builders.approval_bus import on_the_bus
from tests.builders.approval_house import House, a_house
from tests.builders.approval_works import Works, working
from tests.builders.edge import Edge

MIGRATIONS = "services/approval/migrations"


@pytest.fixture(scope="session")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Edge:
    return Edge(tmp_path_factory.mktemp("keys"))


@pytest.fixture
async def database(migrated_database: Callable[[str], str]) -> AsyncIterator[Database]:
    database = Database(migrated_database(MIGRATIONS), name="approval")
    yield database
    await database.close()


@pytest.fixture
async def house(edge: Edge, database: Database, tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(edge, database, tmp_path / "files") as house:
        yield house


@pytest.fixture
async def bus(nats_url: str) -> AsyncIterator[Bus]:
    bus = Bus(nats_url, "approval")
    yield bus
    await bus.close()


@pytest.fixture
async def connected(house: House, bus: Bus) -> AsyncIterator[House]:
    """The house with everything that hears from the bus and tells it."""
    async with on_the_bus(house, bus):
        yield house


@pytest.fixture
async def works(house: House, temporal_server: Temporal) -> AsyncIterator[Works]:
    async with working(house, temporal_server) as works:
        yield works
