"""What the end of a case without code means outside is for others to do: they hear CaseClosed like any news on the bus."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from chassis.bus.jetstream import Bus
from chassis.bus.subscription import Subscription
from chassis.postgres.database import Database
from chassis.transaction.envelope import Envelope
from tests.builders.approval_bus import QUICK
from tests.builders.approval_desk import request_id
from tests.builders.approval_house import House
from tests.builders.documents import draft, publish, submit
from tests.notes.readers import Reader, alive
from tests.notes.store import Note, NotesUnitOfWork, noted
from tests.notes.waiting import until
from zhupi.approval.v1 import case_protocol_pb2
from zhupi.approval.v1.case_pb2 import CASE_OUTCOME_APPROVED
from zhupi.approval.v1.document_pb2 import ApproveDocumentRequest
from zhupi.approval.v1.events_pb2 import CaseClosed

SEALS = "seal-room"


async def keep_the_seal_ready(message: CaseClosed, *, uow: NotesUnitOfWork, envelope: Envelope) -> None:
    """Another service: whatever was approved by this process, once."""
    async with uow:
        if message.process == "seal-use" and message.outcome == CASE_OUTCOME_APPROVED:
            note = Note(message.document, f"{message.case} version {message.document_version}")
            await uow.notes.add(note)
            uow.record(noted(note))
        await uow.commit()


@asynccontextmanager
async def elsewhere(bus: Bus, url: str) -> AsyncIterator[Reader]:
    """That service, with a database of its own."""
    database = Database(url, name=SEALS)
    subscription = Subscription(
        bus,
        SEALS,
        {CaseClosed: keep_the_seal_ready},
        database=database,
        uow=lambda: NotesUnitOfWork(database),
        settings=QUICK,
    )
    async with alive(subscription.run):
        yield Reader(database)
    await database.close()


async def test_another_service_acts_on_what_was_approved_without_code(
    connected: House, bus: Bus, migrated_database: Callable[[str], str]
) -> None:
    await publish(connected)
    desk, worker = await connected.desk("wangfang"), await connected.service()
    document = await submit(desk, await draft(desk))
    begun = f"SELECT id FROM cases WHERE document = '{document.name}'"
    ((case,),) = await until(lambda: connected.rows(begun))  # the request has gone over the bus and come back

    async with elsewhere(bus, migrated_database("tests/notes/migrations")) as reader:
        await worker.document_cases.ApproveDocument(
            ApproveDocumentRequest(name=document.name, request_id=request_id(), version=1)
        )
        await worker.protocol.CloseCase(
            case_protocol_pb2.CloseCaseRequest(case=case, outcome=CASE_OUTCOME_APPROVED)
        )
        done = await reader.keeps(1)
    assert done == {document.name: f"cases/{case} version 1"}
