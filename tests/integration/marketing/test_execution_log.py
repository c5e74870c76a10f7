"""The execution log: who writes it and when, who reads it, and that entries stay."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from google.type.date_pb2 import Date
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kernel.errors import IllegalTransition, NotFound
from services.marketing.domain.activity import Activity
from services.marketing.domain.execution_log import DayInFuture, LogEntry
from services.marketing.use_cases import execution_log
from tests.builders.activities import TODAY, terms
from tests.builders.callers import Callers
from tests.builders.marketing_desk import BOSS, LIHUA, STRANGER, Actor, Desk
from tests.builders.refusals import refused
from zhupi.marketing.v1 import execution_log_pb2 as pb
from zhupi.marketing.v1.execution_log_pb2_grpc import ExecutionLogServiceStub


async def write(
    desk: Desk, activity: Activity, said: str = "布置会场", day: date = TODAY, by: Actor = LIHUA
) -> LogEntry:
    command = execution_log.WriteLogEntry(activity.number, day, said)
    return await desk.ask(  # type: ignore[return-value]  # an entry
        execution_log.write_log_entry, command, by, "directory"
    )


async def test_entries_are_read_by_their_days_and_stand_on_the_timeline(callers: Callers, desk: Desk) -> None:
    running = await desk.running()
    lihua = await callers.person("lihua", ExecutionLogServiceStub)
    for day, said in ((2, "到会四十人\n讨论热烈"), (1, "布置会场")):
        request = pb.WriteLogEntryRequest(
            activity=running.name, request_id=str(uuid4()), day=Date(year=2026, month=3, day=day), text=said
        )
        entry = await lihua.WriteLogEntry(request)
        assert await lihua.WriteLogEntry(request) == entry
    listed = await lihua.ListLogEntries(pb.ListLogEntriesRequest(activity=running.name))
    assert [entry.text for entry in listed.entries] == ["布置会场", "到会四十人\n讨论热烈"]
    assert (await desk.kinds(running.name)).count("LogEntryWritten") == 2


async def test_it_is_written_from_the_approval_until_the_closure_is_submitted(desk: Desk) -> None:
    approved = await desk.approved()
    await write(desk, approved, by=BOSS)
    over = await desk.end(await desk.start(approved))
    await write(desk, over)
    for activity in (await desk.draft(), await desk.closing(terms(customers=("C000002",)))):
        before = await desk.everything()
        with pytest.raises(IllegalTransition):
            await write(desk, activity)
        assert await desk.everything() == before


async def test_what_is_yet_to_come_was_not_done(desk: Desk) -> None:
    running = await desk.running()
    with pytest.raises(DayInFuture):
        await write(desk, running, day=date(2026, 3, 3))


async def test_a_stranger_neither_writes_nor_reads_and_whoever_decides_reads(
    callers: Callers, desk: Desk
) -> None:
    running = await desk.running()
    await write(desk, running)
    with pytest.raises(NotFound):
        await write(desk, running, by=STRANGER)
    stranger = await callers.person("stranger", ExecutionLogServiceStub)
    asked = pb.ListLogEntriesRequest(activity=running.name)
    with refused("NOT_FOUND"):
        await stranger.ListLogEntries(asked)
    desk.cases.documents.add(running.name)
    assert len((await stranger.ListLogEntries(asked)).entries) == 1


@pytest.mark.parametrize("statement", ["UPDATE log_entries SET text = 'x'", "DELETE FROM log_entries"])
async def test_no_entry_is_changed_or_deleted_even_in_the_database(desk: Desk, statement: str) -> None:
    await write(desk, await desk.running())
    with pytest.raises(DBAPIError, match="append-only"):
        async with desk.database.engine.begin() as connection:
            await connection.execute(text(statement))
