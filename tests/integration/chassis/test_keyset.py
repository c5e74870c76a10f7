"""Lists by pages: every row once, in order, whatever is written meanwhile."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from chassis.postgres.database import Database
from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Key, PageRequest, PageTokenMalformed
from tests.notes.store import Note, NotesUnitOfWork, notes
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest


async def add(database: Database, *names: str) -> None:
    uow = NotesUnitOfWork(database)
    async with uow:
        for name in names:
            await uow.notes.add(Note(name, "same words"))
        await uow.commit()


@pytest.mark.parametrize("newest_first", [False, True])
async def test_walking_the_pages_meets_every_row_once(database: Database, newest_first: bool) -> None:
    names = [f"notes/{n:02}" for n in range(7)]
    await add(database, *names)
    met: list[str] = []
    token = ""
    async with database.sessions() as session:
        while True:
            page = PageRequest.of(ListTimelineRequest(page_size=3, page_token=token))
            found = await fetch_page(
                session, select(notes), page, notes.c.words, notes.c.name, newest_first=newest_first
            )
            met += [row.name for row in found.items]
            token = found.next_page_token
            if not token:
                break
    assert met == (names[::-1] if newest_first else names)


async def test_a_row_written_before_the_place_does_not_shift_the_next_page(database: Database) -> None:
    await add(database, "notes/b", "notes/c", "notes/d")
    async with database.sessions() as session:
        first = await fetch_page(session, select(notes), PageRequest(size=2), notes.c.name)
    await add(database, "notes/a")
    async with database.sessions() as session:
        after = PageRequest(size=2, after=("notes/c",))
        second = await fetch_page(session, select(notes), after, notes.c.name)
    assert [row.name for row in (*first.items, *second.items)] == ["notes/b", "notes/c", "notes/d"]


async def test_an_exactly_full_last_page_says_that_it_is_the_last(database: Database) -> None:
    await add(database, "notes/a", "notes/b")
    async with database.sessions() as session:
        page = await fetch_page(session, select(notes), PageRequest(size=2), notes.c.name)
    assert (len(page.items), page.next_page_token) == (2, "")


@pytest.mark.parametrize("place", [("a", "b"), (7,), (date(2026, 3, 2),)])
async def test_a_place_that_somebody_made_up_is_refused(database: Database, place: tuple[Key, ...]) -> None:
    await add(database, "notes/a")
    async with database.sessions() as session:
        with pytest.raises(PageTokenMalformed):
            await fetch_page(session, select(notes), PageRequest(after=place), notes.c.name)


async def test_a_number_beyond_all_numbers_is_refused(database: Database) -> None:
    async with database.sessions() as session:
        with pytest.raises(PageTokenMalformed):
            await fetch_page(session, select(notes), PageRequest(after=(10**30,)), notes.c.version)
