"""Timelines in the database: append-only, chained by the database itself, verified, read by pages."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import Enum

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.postgres.database import Database
from chassis.postgres.paging import PageRequest
from chassis.timeline.ledger import Problem
from chassis.timeline.store import read_timeline, verify
from kernel.money import Money
from kernel.timeline import Event
from tests.notes.store import LIHUA, NOON, Note, NotesUnitOfWork, change_note, noted, write_note


async def written(database: Database, name: str, length: int) -> None:
    uow = NotesUnitOfWork(database)
    await write_note("words 1", uow=uow, name=name)
    for n in range(2, length + 1):
        await change_note(f"words {n}", uow=uow, name=name)


async def tamper(database: Database, *statements: str) -> None:
    """As a superuser would who switches the triggers off."""
    async with database.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE timeline DISABLE TRIGGER ALL"))
        await connection.execute(text("ALTER TABLE timeline_heads DISABLE TRIGGER ALL"))
        for statement in statements:
            await connection.execute(text(statement))


async def breaks(database: Database) -> list[tuple[str, int, Problem]]:
    found = await verify(database)
    return [(b.document, b.sequence, b.problem) for b in found.breaks]


@pytest.mark.parametrize("table", ["timeline", "timeline_heads"])
@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE {} SET hash = hash",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "SET session_replication_role = replica; DELETE FROM {}",
    ],
)
async def test_the_database_refuses_to_change_what_was_written(
    database: Database, notes_url: str, table: str, attempt: str
) -> None:
    await written(database, "notes/1", 2)
    with psycopg.connect(notes_url) as connection, pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute(attempt.format(table).encode())
    assert await breaks(database) == []


async def test_a_head_cannot_be_moved_back(database: Database) -> None:
    await written(database, "notes/1", 3)
    async with database.engine.begin() as connection:
        with pytest.raises(DBAPIError):
            await connection.execute(text("UPDATE timeline_heads SET sequence = 2"))


async def test_an_untouched_ledger_is_whole(database: Database) -> None:
    for n in range(3):
        await written(database, f"notes/{n}", n + 1)
    found = await verify(database)
    assert (found.documents, found.rows, found.breaks) == (3, 6, [])


async def test_writers_of_one_document_at_once_make_one_chain(database: Database) -> None:
    async def record(n: int) -> None:
        uow = NotesUnitOfWork(database)
        async with uow:
            uow.record(noted(Note("notes/1", str(n))))
            uow.record(noted(Note("notes/1", f"{n} again")))
            await uow.commit()

    await asyncio.gather(*(record(n) for n in range(20)))
    found = await verify(database)
    assert (found.documents, found.rows, found.breaks) == (1, 40, [])


ROW_3 = "document = 'notes/b' AND sequence = 3"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([f"UPDATE timeline SET en = 'never said' WHERE {ROW_3}"], (3, Problem.CHANGED)),
        ([f"UPDATE timeline SET details = details || '{{\"words\": \"other\"}}' WHERE {ROW_3}"], (3, Problem.CHANGED)),
        ([f"UPDATE timeline SET details = '{{\"n\": 1e400}}' WHERE {ROW_3}"], (3, Problem.CHANGED)),
        ([f"UPDATE timeline SET at = 'infinity' WHERE {ROW_3}"], (3, Problem.CHANGED)),
        ([f"UPDATE timeline SET at = '20000-01-01' WHERE {ROW_3}"], (3, Problem.CHANGED)),
        ([f"UPDATE timeline SET hash = sha256('x') WHERE {ROW_3}"], (3, Problem.CHANGED)),
        ([f"DELETE FROM timeline WHERE {ROW_3}"], (3, Problem.REMOVED)),
        (
            [
                f"DELETE FROM timeline WHERE {ROW_3}",
                "UPDATE timeline SET sequence = sequence - 1 WHERE document = 'notes/b' AND sequence > 3",
            ],
            (3, Problem.REMOVED),
        ),
        (["DELETE FROM timeline WHERE document = 'notes/b' AND sequence >= 4"], (4, Problem.REMOVED)),
        (["DELETE FROM timeline WHERE document = 'notes/b'"], (1, Problem.REMOVED)),
        (["DELETE FROM timeline_heads WHERE document = 'notes/b'"], (6, Problem.REMOVED)),
        (
            [
                "UPDATE timeline SET sequence = sequence + 100 WHERE document = 'notes/b' AND sequence >= 3",
                "UPDATE timeline SET sequence = sequence - 99 WHERE document = 'notes/b' AND sequence >= 100",
                "INSERT INTO timeline SELECT document, 3, kind, version, actor, on_behalf_of, device, trace_id, at, zh, en,"
                " details, hash, sha256('x') FROM timeline WHERE document = 'notes/b' AND sequence = 2",
            ],
            (3, Problem.INSERTED),
        ),
        (
            [
                "INSERT INTO timeline SELECT document, 6, kind, version, actor, on_behalf_of, device, trace_id, at, zh, en,"
                " details, hash, sha256('x') FROM timeline WHERE document = 'notes/b' AND sequence = 5"
            ],
            (6, Problem.INSERTED),
        ),
        (
            [
                f"UPDATE timeline SET sequence = 100 WHERE {ROW_3}",
                "UPDATE timeline SET sequence = 3 WHERE document = 'notes/b' AND sequence = 4",
                "UPDATE timeline SET sequence = 4 WHERE document = 'notes/b' AND sequence = 100",
            ],
            (3, Problem.REORDERED),
        ),
    ],
)  # fmt: skip
async def test_tampering_is_found_and_the_first_row_that_does_not_fit_is_named(
    database: Database, statements: list[str], expected: tuple[int, Problem]
) -> None:
    for name in ("notes/a", "notes/b", "notes/c"):
        await written(database, name, 5)
    await tamper(database, *statements)
    assert await breaks(database) == [("notes/b", *expected)]
    assert (await verify(database, "notes/a")).breaks == []
    assert len((await verify(database, "notes/b")).breaks) == 1


async def test_one_document_alone_can_be_verified(database: Database) -> None:
    for name in ("notes/a", "notes/b"):
        await written(database, name, 2)
    found = await verify(database, "notes/b")
    assert (found.documents, found.rows) == (1, 2)


async def test_a_timeline_is_read_by_pages_in_its_order(database: Database) -> None:
    await written(database, "notes/1", 5)
    await written(database, "notes/2", 2)
    async with database.sessions() as session:
        first = await read_timeline(session, "notes/1", PageRequest(size=3))
        assert first.next_page_token
        last = await read_timeline(session, "notes/1", PageRequest(size=3, after=(first.items[-1].sequence,)))
    assert [r.sentence.zh for r in (*first.items, *last.items)] == [f"记下：words {n}" for n in range(1, 6)]
    assert last.next_page_token == ""
    assert first.items[0].details == {"words": "words 1"}


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything(Event):
    """Every kind of value that an event can hold."""

    amount: Money
    big: int
    share: Decimal
    colours: frozenset[Colour]
    nested: tuple[dict[str, object], ...]
    words: str
    nothing: None = None


async def test_whatever_an_event_holds_fits_its_hash_after_a_round_trip(
    database: Database, uow: NotesUnitOfWork
) -> None:
    event = Everything(
        document="notes/1",
        version=1,
        by=LIHUA,
        at=NOON + timedelta(hours=8),
        amount=Money.of("12.30"),
        big=2**60,
        share=Decimal("0.10"),
        colours=frozenset({Colour.RED}),
        nested=({"emoji": "🧾", "quote": '"', "": True}, {"€": None, "中": [1, 2]}),
        words="tab\t, newline\n, é composed and e\u0301 not, \u2028, \ufeff, \x7f",
    )
    async with uow:
        uow.record(event)
        await uow.commit()
    assert await breaks(database) == []
