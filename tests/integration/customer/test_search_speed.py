"""Searching while somebody types walks indexes, whoever searches and whatever they type; and it is quick."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Callable
from random import Random
from typing import Any

import pytest

from chassis.postgres.database import Database
from chassis.reading import as_typed, readings, words
from services.customer.domain.duplicates import Sought
from services.customer.store.search import FIND, asked
from services.customer.use_cases.ports import EVERYTHING, SearchQuery, Sight
from tests.builders.callers import calling
from tests.builders.customer_desk import KEEPER, Desk, serve
from tests.builders.edge import Edge
from tests.builders.many_customers import fill
from tests.integration.customer.conftest import MIGRATIONS
from zhupi.customer.v1.finding_pb2 import SearchCustomersRequest
from zhupi.customer.v1.finding_pb2_grpc import FindingServiceStub

MANY = int(os.environ.get("ZHUPI_CUSTOMERS", "100000"))
BUDGET = 50.0  # milliseconds at p99
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
async def desk(
    migrated_database: Callable[[str], str], request: pytest.FixtureRequest
) -> AsyncIterator[Desk]:
    url = migrated_database(MIGRATIONS)
    names = await fill(url, getattr(request, "param", 4_000))
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


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("desk", [MANY], indirect=True, ids=[f"{MANY} customers"])
async def test_a_hundred_thousand_customers_are_searched_as_fast_as_somebody_types(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    random, edge = Random(7), Edge(tmp_path_factory.mktemp("home"))
    names = random.sample(desk.directory.asked, 400)
    typed: dict[str, list[str]] = {
        "characters": [],
        "pinyin": [],
        "initials": [],
        "credit code": [],
        "number": [],
    }
    for name in names:
        key = as_typed(name)
        sound, initials = readings(key)
        start, length = random.randrange(len(key)), random.randrange(1, 7)
        typed["characters"].append(key[start : start + length])
        typed["pinyin"].append(sound[: random.randrange(1, 12)])
        typed["initials"].append(initials[: random.randrange(1, 7)])
        typed["credit code"].append(f"9141010000{random.randrange(1000):04}")
        typed["number"].append(f"c0{random.randrange(1000):03}")
    desk.directory.asked.clear()
    async with calling(edge, "customer", lambda server: serve(server, desk)) as callers:
        service = await callers.person(KEEPER.person, FindingServiceStub, *KEEPER.roles)
        for kind, queries in typed.items():
            taken = []
            for query in queries:
                begun = time.perf_counter()
                await service.SearchCustomers(SearchCustomersRequest(query=query, limit=10))
                taken.append((time.perf_counter() - begun) * 1000)
            taken.sort()
            p50, p99 = taken[len(taken) // 2], taken[len(taken) * 99 // 100]
            print(f"{kind}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {taken[-1]:.1f} ms")
            assert p50 < BUDGET, kind
