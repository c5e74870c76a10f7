"""All that one page of a document needs, asked at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final, TypeVar

from google.protobuf.message import Message

from kernel.errors import Code, NotFound, Refusal
from portal.document.collections import Collection
from portal.services.channels import Services
from zhupi.approval.v1.case_pb2 import Case, GetCaseRequest
from zhupi.approval.v1.case_pb2_grpc import CaseServiceStub
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest, WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest, TimelineEntry
from zhupi.common.v1.timeline_pb2_grpc import TimelineServiceStub

LATEST: Final = 200
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Loaded:
    """`case` is None for what is no case yet; `mine` is what waits for the caller in it, for themselves or for others."""

    document: Message
    case: Case | None
    mine: tuple[WorkItem, ...]
    timeline: tuple[TimelineEntry, ...]


async def load(services: Services, collection: Collection, name: str) -> Loaded:
    """Raises NOT_FOUND where there is none, or the caller may not see it."""
    items = services.stub(WorkItemServiceStub)
    waiting = ListWorkItemsRequest(document=name, box=ListWorkItemsRequest.BOX_TO_DO, page_size=20)
    timeline = ListTimelineRequest(document=name, page_size=LATEST)
    document, (case, of_case), mine, own = await asyncio.gather(
        _or_none(collection.get(services, name)),
        _case(services, name),
        items.ListWorkItems(waiting),
        _or_none(collection.timeline(services).ListTimeline(timeline)),
    )
    if document is None:
        # Not everybody who decides a document may ask its owner for it; what they decide on, the case has.
        if case is None:
            raise NotFound(name=name)
        document = collection.as_submitted(case.snapshot, name)
    rows = [*(own.entries if own is not None else ()), *of_case]
    rows.sort(key=lambda row: row.time.ToNanoseconds())
    return Loaded(document, case, tuple(mine.work_items), tuple(rows))


async def _case(services: Services, document: str) -> tuple[Case | None, list[TimelineEntry]]:
    """The latest case of a document, with its timeline, which is asked for by the case's own name."""
    case = await _or_none(services.stub(CaseServiceStub).GetCase(GetCaseRequest(name=document)))
    if case is None:
        return None, []
    stub = services.stub_of("approval", TimelineServiceStub)
    answer = await _or_none(stub.ListTimeline(ListTimelineRequest(document=case.name, page_size=LATEST)))
    return case, list(answer.entries) if answer is not None else []


async def _or_none(asked: Awaitable[Answer]) -> Answer | None:
    """None for what is not there, or not for the caller."""
    try:
        return await asked
    except Refusal as refusal:
        if refusal.code in (Code.NOT_FOUND, Code.PERMISSION_DENIED):
            return None
        raise
