"""Searching while somebody types walks indexes, whoever searches and whatever they type. How quick it is: `make bench-customers`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from chassis.postgres.database import Database
from chassis.reading import words
from services.customer.domain.duplicates import Sought
from services.customer.store.search import FIND, asked
from services.customer.use_cases.ports import EVERYTHING, SearchQuery, Sight
from tests.builders.customer_desk import Desk
from tests.builders.many_customers import fill
from tests.integration.customer.conftest import MIGRATIONS

SOMEBODY = Sight("p7", frozenset({"o3"}))
TYPED = (
    "药",
    "大药房",
    "医药有限公司",
    "郑州",
    "zhengzhou",
    "zz",
    "r",
    "rht",
    "yyyxgs",
    "v",
    "没有这样的",
    "北京",
    "有限公司",
    "1",
    "91",
    "9141",
    "914101000000123",
    "C0001",
)


@pytest.fixture
async def desk(migrated_database: Callable[[str], str]) -> AsyncIterator[Desk]:
    url = migrated_database(MIGRATIONS)
    names = await fill(url, 4_000)
    database = Database(url, name="customer")
    desk = Desk(database)
    desk.directory.asked.extend(names)
    yield desk
    await database.close()


@pytest.mark.parametrize("sight", [EVERYTHING, SOMEBODY], ids=["all", "their own"])
async def test_no_search_reads_the_customers_from_end_to_end(desk: Desk, sight: Sight) -> None:
    """A function's plans are not shown; what was read is counted."""
    for typed in TYPED:
        async with desk.uow() as uow:
            before = await _read_whole(uow)
            await uow.fetch((FIND, asked(SearchQuery(words(typed), 10), sight)))
            assert await _read_whole(uow) == before, typed


async def test_looking_for_duplicates_walks_indexes(desk: Desk) -> None:
    async with desk.uow() as uow:
        before = await _read_whole(uow)
        for name in desk.directory.asked[:20]:
            assert await uow.lookalikes.like(
                Sought(name, credit_code="91410100000000019", phones=("037112345678",))
            )
        assert await _read_whole(uow) == before


async def _read_whole(uow: Any) -> list[int]:
    """How often this transaction has read each of the two large tables from end to end."""
    counted = """
        SELECT pg_stat_get_xact_numscans(oid) AS scans FROM pg_class
        WHERE relname IN ('customers', 'customer_search') ORDER BY relname
    """
    (rows,) = await uow.fetch((counted, {}))
    return [row.scans for row in rows]
