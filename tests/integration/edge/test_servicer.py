"""A write happens once for each request_id, whatever callers repeat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from chassis.postgres.database import Database
from chassis.rpc.errors import RemoteRefusal
from chassis.rpc.servicer import REPLAYED, Servicer
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import AlreadyExists
from tests.builders.edge import Cases, Edge, cases_as_person, served
from tests.notes.store import Note, NotesUnitOfWork, notes, write_note
from zhupi.approval.v1 import case_pb2


class CommentServicer(Servicer[NotesUnitOfWork], Cases):
    """Comments become notes, each under its own name."""

    def __init__(self, database: Database, before: Callable[[], Awaitable[Any]] | None = None) -> None:
        super().__init__(partial(NotesUnitOfWork, database))
        self.before = before
        self.done = 0

    async def CommentOnCase(self, request: case_pb2.CommentOnCaseRequest, context: Any) -> case_pb2.Comment:
        return await self.write(context, self.comment, request, encode)

    async def comment(
        self, command: case_pb2.CommentOnCaseRequest, *, uow: NotesUnitOfWork, actor: Actor, clock: Clock
    ) -> Note:
        self.done += 1
        if self.before is not None:
            await self.before()
        return await write_note(f"{actor.person} {self.done}", uow=uow, name=command.name)


def encode(note: Note) -> case_pb2.Comment:
    return case_pb2.Comment(text=note.words)


def a_comment(**changes: str) -> case_pb2.CommentOnCaseRequest:
    return case_pb2.CommentOnCaseRequest(
        **{"name": "notes/1", "request_id": str(uuid4()), "text": "hello", **changes}
    )


@pytest.fixture
async def database(migrated_database: Callable[[str], str]) -> AsyncIterator[Database]:
    database = Database(migrated_database("tests/notes/migrations"))
    yield database
    await database.close()


async def _names(database: Database) -> list[str]:
    async with database.sessions() as session:
        return list(await session.scalars(select(notes.c.name).order_by(notes.c.name)))


async def test_a_repeated_write_is_answered_as_the_first_and_says_so(edge: Edge, database: Database) -> None:
    servicer, request = CommentServicer(database), a_comment()
    async with served(edge, servicer) as server, cases_as_person(edge, server) as cases:
        for replayed in (None, "true"):
            call = cases.CommentOnCase(request)
            assert (await call).text == "lihua 1"
            assert dict(await call.trailing_metadata()).get(REPLAYED) == replayed
    assert await _names(database) == ["notes/1"]


async def test_the_same_request_id_with_another_body_is_refused_and_changes_nothing(
    edge: Edge, database: Database
) -> None:
    request = a_comment()
    other = a_comment(request_id=request.request_id, name="notes/2")
    async with served(edge, CommentServicer(database)) as server, cases_as_person(edge, server) as cases:
        await cases.CommentOnCase(request)
        with pytest.raises(RemoteRefusal) as refused:
            await cases.CommentOnCase(other)
    assert refused.value.reason == "REQUEST_ID_REUSED"
    assert refused.value.violations[0].field == "request_id"
    assert await _names(database) == ["notes/1"]


async def test_the_same_request_id_of_another_person_is_another_request(
    edge: Edge, database: Database
) -> None:
    request = a_comment()
    other = a_comment(request_id=request.request_id, name="notes/2")
    async with served(edge, CommentServicer(database)) as server:
        async with cases_as_person(edge, server) as cases:
            await cases.CommentOnCase(request)
        async with cases_as_person(edge, server, edge.token("zhangwei")) as cases:
            assert (await cases.CommentOnCase(other)).text == "zhangwei 2"


async def test_twins_at_the_same_moment_get_one_answer(edge: Edge, database: Database) -> None:
    both = asyncio.Barrier(2)
    servicer, request = CommentServicer(database, both.wait), a_comment()
    async with served(edge, servicer) as server, cases_as_person(edge, server) as cases:
        answers = await asyncio.gather(cases.CommentOnCase(request), cases.CommentOnCase(request))
    assert servicer.done == 2
    assert len({answer.text for answer in answers}) == 1
    assert await _names(database) == ["notes/1"]


async def test_a_refused_write_may_be_tried_again_under_its_request_id(
    edge: Edge, database: Database
) -> None:
    refusing = [AlreadyExists(name="notes/1")]

    async def before() -> None:
        if refusing:
            raise refusing.pop()

    request = a_comment()
    async with (
        served(edge, CommentServicer(database, before)) as server,
        cases_as_person(edge, server) as cases,
    ):
        with pytest.raises(RemoteRefusal):
            await cases.CommentOnCase(request)
        assert (await cases.CommentOnCase(request)).text == "lihua 2"
