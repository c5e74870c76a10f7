"""Notes: table, aggregate, event, repository and unit of work in the shape that services have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import BigInteger, Column, MetaData, Table, Text, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.tables import NAMES
from chassis.transaction.unit_of_work import UnitOfWork
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.text import Text as Sentence
from kernel.timeline import Event
from zhupi.common.v1.text_pb2 import Text as Message

metadata = MetaData(naming_convention=NAMES)
notes = Table(
    "notes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("words", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
)

LIHUA = Actor(person="lihua", device="phone-7")
NOON = datetime(2026, 3, 2, 4, 0, 0, 123456, UTC)


@dataclass(frozen=True, slots=True)
class Note:
    name: str
    words: str
    version: int = 1

    def saying(self, words: str) -> Note:
        return replace(self, words=words, version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Event):
    words: str

    def sentence(self) -> Sentence:
        return Sentence(f"记下：{self.words}", f"Noted: {self.words}")


def noted(note: Note, by: Actor = LIHUA) -> Noted:
    return Noted(document=note.name, version=note.version, by=by, at=NOON, words=note.words)


def message(words: str) -> Message:
    return Message(zh=words, en=words)


class Notes:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get_for_update(self, name: str) -> Note:
        found = (
            await self._session.execute(select(notes).where(notes.c.name == name).with_for_update())
        ).one_or_none()
        if found is None:
            raise NotFound(name=name)
        return Note(found.name, found.words, found.version)

    async def add(self, note: Note) -> None:
        await self._session.execute(
            insert(notes).values(name=note.name, words=note.words, version=note.version)
        )

    async def save(self, note: Note) -> None:
        changed = update(notes).where(notes.c.name == note.name)
        await self._session.execute(changed.values(words=note.words, version=note.version))


class NotesUnitOfWork(UnitOfWork):
    notes: Notes

    def opened(self, session: AsyncSession) -> None:
        self.notes = Notes(session)


async def write_note(words: str, *, uow: NotesUnitOfWork, name: str = "notes/1") -> Note:
    """A use case: write a new note and tell the bus."""
    async with uow:
        note = Note(name, words)
        await uow.notes.add(note)
        uow.record(noted(note), message(words))
        return await uow.commit(note)


async def change_note(words: str, *, uow: NotesUnitOfWork, name: str = "notes/1") -> Note:
    """A use case: change a note and tell the bus."""
    async with uow:
        note = (await uow.notes.get_for_update(name)).saying(words)
        await uow.notes.save(note)
        uow.record(noted(note), message(words))
        return await uow.commit(note)
