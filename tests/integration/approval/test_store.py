"""The tables are what the code thinks they are, and what must not change does not."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from chassis.postgres.migrations import differences
from services.approval.store import metadata
from tests.builders.approval_house import House


def test_the_migrations_make_the_tables_of_the_code(migrated_database: Callable[[str], str]) -> None:
    assert differences(migrated_database("services/approval/migrations"), metadata) == []


@pytest.mark.parametrize(
    "table",
    [
        *("directory_people", "policies", "routes", "decisions", "comments", "notices", "signals"),
        *("forms", "document_submissions"),
    ],
)
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET {} = {}"])
async def test_what_was_said_decided_or_published_stays(house: House, table: str, verb: str) -> None:
    column = {
        "decisions": "comment",
        "comments": "comment",
        "notices": "comment",
        "routes": "stage",
        "signals": "signal",
    }.get(table, "version")
    statement = verb.replace("{}", table, 1).replace("{}", column)
    await house.open("single", "manager")
    async with await house.parts.database.connect() as connection:
        if verb.startswith("TRUNCATE") or await _has_rows(connection, table):
            with pytest.raises(psycopg.errors.RestrictViolation):
                await connection.execute(statement.encode())


async def _has_rows(connection: psycopg.AsyncConnection[tuple[object, ...]], table: str) -> bool:
    cursor = await connection.execute(f"SELECT 1 FROM {table} LIMIT 1".encode())
    return await cursor.fetchone() is not None
