"""One write: everything or nothing, once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from chassis.outbox.admin import purge
from chassis.postgres.database import Contention, Database, NotText
from chassis.postgres.tables import outbox, requests, timeline
from chassis.transaction.requests import AnsweredMeanwhile, Request, RequestIdReused
from kernel.actor import Actor
from kernel.errors import Refusal, Unavailable
from tests.notes.store import LIHUA, Note, NotesUnitOfWork, change_note, message, noted, notes, write_note


async def rows(database: Database, table: Any) -> list[Any]:
    async with database.engine.connect() as connection:
        return list((await connection.execute(select(table))).all())


async def test_a_write_leaves_document_timeline_and_message_together(
    database: Database, uow: NotesUnitOfWork
) -> None:
    await write_note("first", uow=uow)
    await change_note("second", uow=uow)

    assert [(n.words, n.version) for n in await rows(database, notes)] == [("second", 2)]
    assert [(r.sequence, r.kind, r.actor, r.device, r.en) for r in await rows(database, timeline)] == [
        (1, "Noted", "people/lihua", "phone-7", "Noted: first"),
        (2, "Noted", "people/lihua", "phone-7", "Noted: second"),
    ]
    assert [
        (m.destination, m.lane, m.subject, m.headers["Zhupi-Version"]) for m in await rows(database, outbox)
    ] == [
        ("bus", "notes/1", "zhupi.common.v1.Text", "1"),
        ("bus", "notes/1", "zhupi.common.v1.Text", "2"),
    ]


async def test_a_block_left_without_commit_leaves_nothing(database: Database, uow: NotesUnitOfWork) -> None:
    async with uow:
        await uow.notes.add(Note("notes/1", "never"))
        uow.record(noted(Note("notes/1", "never")), message("never"))

    assert [await rows(database, t) for t in (notes, timeline, outbox)] == [[], [], []]


async def test_a_failure_leaves_nothing_and_the_next_write_starts_clean(
    database: Database, uow: NotesUnitOfWork
) -> None:
    async def fail_in_the_midst() -> None:
        async with uow:
            uow.record(noted(Note("notes/1", "never")), message("never"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_in_the_midst()

    await write_note("after", uow=uow)
    assert [m.headers["Zhupi-Document"] for m in await rows(database, outbox)] == ["notes/1"]


async def test_a_cancelled_write_leaves_nothing_and_its_connection_is_not_reused(database: Database) -> None:
    uow = NotesUnitOfWork(database)
    reached = asyncio.Event()

    async def stuck() -> None:
        async with uow:
            await uow.notes.add(Note("notes/1", "never"))
            reached.set()
            await uow.session.execute(text("SELECT pg_sleep(60)"))

    task = asyncio.create_task(stuck())
    await reached.wait()
    task.cancel()
    await asyncio.wait([task])

    await write_note("after", uow=uow)
    assert [n.words for n in await rows(database, notes)] == ["after"]


async def test_whoever_only_asks_cannot_write(database: Database, uow: NotesUnitOfWork) -> None:
    async with uow.reading():
        with pytest.raises(RuntimeError):
            uow.write("INSERT INTO notes VALUES (%(name)s, 'never', 1)", {"name": "notes/1"})
        with pytest.raises(RuntimeError):
            await uow.commit()

    assert await rows(database, notes) == []


async def test_what_is_asked_again_and_again_is_planned_once(database: Database) -> None:
    question = "SELECT words FROM notes WHERE name = %(name)s", {"name": "notes/1"}
    kept = "SELECT FROM pg_prepared_statements WHERE statement LIKE %(asked)s", {"asked": "SELECT words %"}
    for _ in range(10):
        async with NotesUnitOfWork(database).reading() as uow:
            await uow.fetch(question)

    async with NotesUnitOfWork(database).reading() as uow:
        assert len((await uow.fetch(kept))[0]) == 1


async def test_who_acts_for_whom_is_written_apart(database: Database, uow: NotesUnitOfWork) -> None:
    async with uow:
        uow.record(noted(Note("notes/1", "done"), by=Actor(person="lihua", service="worker")))
        await uow.commit()

    assert [(r.actor, r.on_behalf_of) for r in await rows(database, timeline)] == [
        ("services/worker", "people/lihua")
    ]


def a_request(body: bytes = b"body", request_id: str = "0197b3c8") -> Request:
    return Request(LIHUA, "/zhupi.notes.v1.Notes/Write", request_id, body)


def encode(note: Note) -> bytes:
    return f"{note.words} v{note.version}".encode()


async def repeatable(words: str, database: Database, request: Request) -> bytes:
    """What the edge does around a use case (see chassis.transaction.requests)."""
    uow = NotesUnitOfWork(database)
    uow.answering(request, encode)
    try:
        return encode(await write_note(words, uow=uow))
    except (AnsweredMeanwhile, Refusal):
        stored = await uow.stored_answer(request)
        if stored is None:
            raise
        return stored


async def test_twins_of_one_request_have_one_effect_and_one_answer(database: Database) -> None:
    answers = await asyncio.gather(*(repeatable("once", database, a_request()) for _ in range(20)))

    assert set(answers) == {b"once v1"}
    assert [len(await rows(database, t)) for t in (notes, timeline, outbox, requests)] == [1, 1, 1, 1]


async def test_a_request_repeated_later_gets_the_answer_of_then(
    database: Database, uow: NotesUnitOfWork
) -> None:
    first = await repeatable("once", database, a_request())
    await change_note("changed since", uow=uow)

    assert await repeatable("once", database, a_request()) == first


async def test_a_request_id_used_for_another_body_is_refused(database: Database) -> None:
    await repeatable("once", database, a_request())

    with pytest.raises(RequestIdReused) as refused:
        await repeatable("other", database, a_request(b"other body"))
    assert refused.value.field == "request_id"
    assert len(await rows(database, notes)) == 1


async def test_the_same_request_id_of_another_caller_is_another_request(database: Database) -> None:
    await repeatable("once", database, a_request())
    other = Request(Actor(person="wangwei"), "/zhupi.notes.v1.Notes/Write", "0197b3c8", b"body")

    assert await NotesUnitOfWork(database).stored_answer(other) is None


async def test_a_deadlock_is_refused_as_something_to_try_again(database: Database) -> None:
    for n in (1, 2):
        await write_note("start", uow=NotesUnitOfWork(database), name=f"notes/{n}")
    both_hold_one = asyncio.Barrier(2)

    async def change(first: str, second: str) -> None:
        uow = NotesUnitOfWork(database)
        async with uow:
            await uow.notes.get_for_update(first)
            await both_hold_one.wait()
            await uow.notes.get_for_update(second)
            await uow.commit()

    outcomes = await asyncio.gather(
        change("notes/1", "notes/2"), change("notes/2", "notes/1"), return_exceptions=True
    )
    assert sorted(type(o).__name__ for o in outcomes) == [Contention.__name__, "NoneType"]


async def test_writers_of_many_documents_in_any_order_do_not_deadlock(database: Database) -> None:
    async def record(order: list[int]) -> None:
        uow = NotesUnitOfWork(database)
        async with uow:
            for n in order:
                uow.record(noted(Note(f"notes/{n}", "together")), message("m"), lane=f"lane/{-n}")
            await uow.commit()

    orders = [list(range(8)), list(reversed(range(8)))] * 10
    await asyncio.gather(*(record(order) for order in orders))
    assert len(await rows(database, timeline)) == 160


async def test_one_write_may_tell_of_thousands_of_documents(database: Database, uow: NotesUnitOfWork) -> None:
    async with uow:
        for n in range(3000):
            uow.record(noted(Note(f"notes/{n}", "all at once")), message("m"))
        await uow.commit()
    assert len(await rows(database, outbox)) == 3000


async def test_characters_that_postgresql_cannot_store_are_refused(uow: NotesUnitOfWork) -> None:
    with pytest.raises(NotText):
        await write_note("nul \x00", uow=uow)


async def test_after_a_restart_of_the_server_the_next_write_just_works(
    database: Database, uow: NotesUnitOfWork
) -> None:
    await write_note("before", uow=uow)
    async with database.engine.connect() as killer:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        await killer.execute(text(others))

    await change_note("after", uow=uow)
    assert [n.words for n in await rows(database, notes)] == ["after"]


async def test_what_was_read_is_told_even_if_the_connection_is_lost_while_it_is_given_back(
    database: Database, uow: NotesUnitOfWork
) -> None:
    await write_note("before", uow=uow)
    async with uow:
        read = await uow.session.scalar(select(notes.c.words))
        async with database.engine.connect() as killer:
            others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
            await killer.execute(text(others))

    assert read == "before"
    await change_note("after", uow=uow)
    assert [n.words for n in await rows(database, notes)] == ["after"]


async def test_an_unreachable_server_is_refused_as_unavailable() -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(Unavailable):
        await nowhere.check()
    with pytest.raises(Unavailable):
        await write_note("never", uow=NotesUnitOfWork(nowhere))
    await nowhere.close()


async def test_answers_are_kept_for_months_then_cleared_away(database: Database) -> None:
    await repeatable("once", database, a_request())
    for days, left in ((60, 1), (120, 0)):
        async with database.engine.begin() as connection:
            await connection.execute(
                requests.update().values(created_at=func.clock_timestamp() - timedelta(days=days))
            )
        await purge(database)
        assert len(await rows(database, requests)) == left
