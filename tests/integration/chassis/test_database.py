"""The pool, and what errors of the database mean."""

from __future__ import annotations

import asyncio
import gc

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from chassis.postgres.database import Database
from kernel.errors import Unavailable


async def test_an_unreachable_server_is_refused_as_unavailable() -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(Unavailable):
        await nowhere.check()
    await nowhere.close()


async def test_connecting_that_is_cancelled_leaves_nothing_on_the_server(notes_url: str) -> None:
    """Psycopg would leave the socket to the garbage collector."""
    database, observer, kept = Database(notes_url), Database(notes_url), []
    gc.disable()
    try:
        for n in range(20):
            check = asyncio.create_task(database.check())
            kept.append(check)
            await asyncio.wait([check], timeout=0.0005 * n)
            check.cancel()
            await asyncio.wait([check])
        await database.close()
        others = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        left = -1
        while left:
            async with observer.engine.connect() as connection:
                left = await connection.scalar(others) or 0
    finally:
        gc.enable()
    await observer.close()


async def test_an_exhausted_pool_is_refused_as_unavailable(notes_url: str) -> None:
    narrow = Database(notes_url, pool_size=1, overflow=0)
    narrow.engine.sync_engine.pool._timeout = 0.05  # type: ignore[attr-defined]
    async with narrow.engine.connect():
        with pytest.raises(Unavailable):
            await narrow.check()
    await narrow.close()


async def test_an_error_does_not_say_what_was_to_be_written(notes_url: str) -> None:
    database = Database(notes_url)
    with pytest.raises(ProgrammingError) as failed:
        async with database.engine.connect() as connection:
            await connection.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "内容"})
    assert "内容" not in str(failed.value)
    await database.close()
