"""What PostgreSQL does for a case, by its own account (pg_stat_statements)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg.rows import class_row

PRELOAD: Final = "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'"
COUNT: Final = "CREATE EXTENSION IF NOT EXISTS pg_stat_statements"
FORGET: Final = "SELECT pg_stat_statements_reset()"
READ: Final = """
SELECT datname AS database, query AS text, sum(calls)::float AS calls, sum(total_exec_time)::float AS milliseconds
FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid GROUP BY 1, 2 ORDER BY 4 DESC
"""


@dataclass(frozen=True, slots=True)
class Statement:
    database: str
    text: str
    calls: float
    milliseconds: float

    def short(self, width: int = 90) -> str:
        return re.sub(r"\s+", " ", self.text).strip()[:width].replace("|", "¦")


async def execute(database: str, *statements: str) -> None:
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        for statement in statements:
            await connection.execute(statement.encode())


async def counted(database: str) -> list[Statement]:
    """Since they were forgotten last, those that took longest first. Waiting for a lock counts as taking long."""
    async with await psycopg.AsyncConnection.connect(
        database, row_factory=class_row(Statement)
    ) as connection:
        return await (await connection.execute(READ.encode())).fetchall()
