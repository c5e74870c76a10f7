"""Documents of the demo's seal-use as people make them over gRPC."""

from __future__ import annotations

import json
from typing import Any

from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import House
from tests.builders.forms import FILLED_IN, FORM, POLICY
from zhupi.approval.v1 import document_pb2 as pb
from zhupi.approval.v1 import process_pb2


async def publish(house: House, form: str = FORM, policy: str = POLICY) -> process_pb2.Process:
    """As an administrator."""
    desk = await house.desk("zhengnan", "administrator")
    request = process_pb2.PublishProcessRequest(request_id=request_id(), form=form, policy=policy)
    return await desk.processes.PublishProcess(request)


async def draft(desk: Desk, *, without: tuple[str, ...] = (), **changes: Any) -> pb.Document:
    """What is left out of FILLED_IN, or changed in it."""
    values = {key: value for key, value in {**FILLED_IN, **changes}.items() if key not in without}
    return await desk.documents.CreateDocument(creating(values))


def creating(values: Any, process: str = "seal-use") -> pb.CreateDocumentRequest:
    said = json.dumps(values, ensure_ascii=False)
    return pb.CreateDocumentRequest(request_id=request_id(), process=process, values=said)


async def edit(desk: Desk, document: pb.Document, **changes: Any) -> pb.Document:
    values = {**json.loads(document.values), **changes}
    return await desk.documents.UpdateDocument(
        pb.UpdateDocumentRequest(
            name=document.name,
            request_id=request_id(),
            etag=document.etag,
            values=json.dumps(values, ensure_ascii=False),
        )
    )


async def submit(desk: Desk, document: pb.Document) -> pb.Document:
    return await desk.documents.SubmitDocument(
        pb.SubmitDocumentRequest(name=document.name, request_id=request_id(), etag=document.etag)
    )


async def get(desk: Desk, document: pb.Document) -> pb.Document:
    return await desk.documents.GetDocument(pb.GetDocumentRequest(name=document.name))
