"""A document of a process without code as people see it: head, what was filled in, and where its case is now."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from rich.table import Table
from rich.text import Text as Styled

from cli.claim_view import latest_case
from cli.form_values import shown_values
from cli.output import Output, plain
from cli.session import Session
from cli.work_item_view import waiting
from zhupi.approval.v1.document_pb2 import Document, GetDocumentRequest
from zhupi.approval.v1.document_pb2_grpc import DocumentServiceStub
from zhupi.approval.v1.process_pb2 import FormField, GetProcessRequest, Process
from zhupi.approval.v1.process_pb2_grpc import ProcessServiceStub

HEAD: Final = (
    "name", "process_title", "title", "requester", "organisation", "state", "amount", "reason",
    "create_time", "submit_time", "end_time", "version",
)  # fmt: skip
LIST: Final = (
    "name",
    "process_title",
    "title",
    "requester",
    "organisation",
    "state",
    "amount",
    "update_time",
)


async def get_document(session: Session, name: str) -> Document:
    return await session.stub(DocumentServiceStub).GetDocument(GetDocumentRequest(name=name))


async def get_process(session: Session, name: str) -> Process:
    """`processes/seal-use`, or a version of it."""
    return await session.stub(ProcessServiceStub).GetProcess(GetProcessRequest(name=name))


async def show_document(session: Session, document: Document, out: Output | None = None) -> None:
    """`out`: where to, if not where the session writes."""
    out = out or session.out
    out.details(document, HEAD)
    if not out.as_json:
        show_values(out, document, (await get_process(session, document.form)).fields)


async def show_whole_document(session: Session, document: Document) -> None:
    """The document, and who has it now."""
    case = await latest_case(session, document.name)
    if session.out.as_json:
        session.out.json({"document": plain(document), "case": plain(case) if case else None})
        return
    await show_document(session, document)
    if case is not None:
        waiting(session.out, case)


def show_values(out: Output, document: Document, fields: Sequence[FormField]) -> None:
    grid = Table.grid(padding=(0, 2))
    for title, value in shown_values(json.loads(document.values), fields, out.language):
        grid.add_row(Styled(title, style="bold"), Styled(value))
    out.console.print()
    out.console.print(grid)
