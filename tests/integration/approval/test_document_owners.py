"""The owner of a document, asked over the wire, on behalf of whoever brings a file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from chassis.postgres.database import Database
from chassis.rpc.client import channel
from chassis.rpc.server import GrpcServer
from chassis.transaction.requests import Request, handling
from kernel.actor import Actor
from kernel.errors import Refusal
from services.approval.document_owners import DocumentOwners
from services.expense.service import add_services
from tests.builders.callers import calling
from tests.builders.edge import Edge
from tests.builders.expense_desk import LIHUA, STRANGER, Desk

OWNERS = {"claims": "expense"}


@pytest.fixture
async def desk(migrated_database: Callable[[str], str]) -> AsyncIterator[Desk]:
    database = Database(migrated_database("services/expense/migrations"), name="expense")
    desk = Desk(database)
    await desk.set_catalogue()
    yield desk
    await database.close()


@pytest.fixture
async def documents(edge: Edge, desk: Desk) -> AsyncIterator[DocumentOwners]:
    def register(server: GrpcServer) -> None:
        add_services(server, desk.database, desk.directory, desk.planner, desk.files, desk.clock)

    async with calling(edge, "expense", register) as callers:
        settings = edge.settings("approval", peers={"expense": callers.server.address})
        documents = DocumentOwners(OWNERS, lambda peer: channel(settings, peer))
        yield documents
        await documents.close()


async def reason(documents: DocumentOwners, document: str, actor: Actor) -> str:
    with handling(Request(actor, "/zhupi.approval.v1.AttachmentService/UploadAttachment")):
        try:
            await documents.must_be_there(document)
        except Refusal as refusal:
            return f"{refusal.reason} {refusal.violations[0].field}"
    return "there"


async def test_a_draft_is_there_for_its_claimant_and_for_nobody_else(
    desk: Desk, documents: DocumentOwners
) -> None:
    claim = await desk.create()
    assert await reason(documents, claim.name, LIHUA) == "there"
    assert await reason(documents, claim.name, STRANGER) == "NOT_FOUND header.document"
    assert await reason(documents, "claims/EC-2099-000001", LIHUA) == "NOT_FOUND header.document"
    assert await reason(documents, "claims/a/b", LIHUA) == "NOT_FOUND header.document"


@pytest.mark.parametrize("document", ["contracts/C-1", "claims/", "claims", "../../x", ""])
async def test_what_nobody_owns_is_no_document(documents: DocumentOwners, document: str) -> None:
    assert await reason(documents, document, LIHUA) == "NOT_A_DOCUMENT header.document"


async def test_an_owner_that_is_not_there_is_not_available(edge: Edge) -> None:
    settings = edge.settings("approval")
    documents = DocumentOwners(OWNERS, lambda peer: channel(settings, peer))
    with pytest.raises(Refusal) as refused:
        await documents.must_be_there("claims/EC-1")
    assert refused.value.code == "UNAVAILABLE"
