"""A database of the notes service, and what tests of the chassis ask of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from chassis.postgres.database import Database
from tests.notes.readers import Reader
from tests.notes.store import NotesUnitOfWork


@pytest.fixture
def notes_url(migrated_database: Callable[[str], str]) -> str:
    return migrated_database("tests/notes/migrations")


@pytest.fixture
async def database(notes_url: str) -> AsyncIterator[Database]:
    database = Database(notes_url)
    yield database
    await database.close()


@pytest.fixture
def uow(database: Database) -> NotesUnitOfWork:
    return NotesUnitOfWork(database)


@pytest.fixture
async def reader(migrated_database: Callable[[str], str]) -> AsyncIterator[Reader]:
    database = Database(migrated_database("tests/notes/migrations"))
    yield Reader(database)
    await database.close()
