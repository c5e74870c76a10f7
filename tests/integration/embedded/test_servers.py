"""The embedded servers do what the rest relies on."""

from __future__ import annotations

import nats
import psycopg
import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from chassis.embedded.nats import Nats, greeting
from chassis.embedded.postgres import Postgres
from chassis.embedded.temporal import Temporal


def test_each_test_gets_an_empty_database_of_its_own(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        tables = connection.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        )
        assert tables.fetchone() == (0,)
        connection.execute("CREATE TABLE left_behind ()")


def test_chinese_is_found_by_its_trigrams(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        row = connection.execute(
            "SELECT '郑州采购中心' LIKE '%采购%', cardinality(show_trgm('采购中心'))"
        ).fetchone()
    assert row == (True, 5)


def test_postgres_refuses_a_wrong_password(postgres_server: Postgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres_server.url(password="guess"))


async def test_nats_refuses_a_wrong_password(nats_server: Nats) -> None:
    assert "Authorization Violation" in await greeting(nats_server.port, "guess")


async def test_streams_of_earlier_tests_are_gone(nats_url: str) -> None:
    async with await nats.connect(nats_url) as client:
        assert await client.jetstream().streams_info() == []
        await client.jetstream().add_stream(name="left_behind", subjects=["left"])


async def test_closed_cases_are_kept_for_ninety_days_at_least(temporal_server: Temporal) -> None:
    client = await Client.connect(temporal_server.address, namespace="zhupi")
    described = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="zhupi"))
    assert described.config.workflow_execution_retention_ttl.ToTimedelta().days >= 90
