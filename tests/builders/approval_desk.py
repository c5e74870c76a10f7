"""What one caller asks of the approval service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import grpc

from services.approval.domain.cases.case import Case
from zhupi.approval.v1 import (
    absence_pb2_grpc,
    act_pb2_grpc,
    attachment_pb2,
    attachment_pb2_grpc,
    calendar_pb2_grpc,
    case_pb2,
    case_pb2_grpc,
    case_protocol_pb2,
    case_protocol_pb2_grpc,
    directory_pb2_grpc,
    document_pb2_grpc,
    policy_pb2_grpc,
    process_pb2_grpc,
    route_pb2,
    upcoming_pb2,
    upcoming_pb2_grpc,
    work_item_pb2,
    work_item_pb2_grpc,
)
from zhupi.common.v1 import timeline_pb2_grpc


def request_id() -> str:
    return str(uuid4())


@dataclass(frozen=True, slots=True)
class Desk:
    """What one caller can ask of the service."""

    channel: grpc.aio.Channel

    @property
    def items(self) -> work_item_pb2_grpc.WorkItemServiceStub:
        return work_item_pb2_grpc.WorkItemServiceStub(self.channel)

    @property
    def cases(self) -> case_pb2_grpc.CaseServiceStub:
        return case_pb2_grpc.CaseServiceStub(self.channel)

    @property
    def protocol(self) -> case_protocol_pb2_grpc.CaseProtocolServiceStub:
        return case_protocol_pb2_grpc.CaseProtocolServiceStub(self.channel)

    @property
    def policies(self) -> policy_pb2_grpc.PolicyServiceStub:
        return policy_pb2_grpc.PolicyServiceStub(self.channel)

    @property
    def processes(self) -> process_pb2_grpc.ProcessServiceStub:
        return process_pb2_grpc.ProcessServiceStub(self.channel)

    @property
    def documents(self) -> document_pb2_grpc.DocumentServiceStub:
        return document_pb2_grpc.DocumentServiceStub(self.channel)

    @property
    def document_cases(self) -> document_pb2_grpc.DocumentCaseServiceStub:
        return document_pb2_grpc.DocumentCaseServiceStub(self.channel)

    @property
    def directory(self) -> directory_pb2_grpc.DirectoryServiceStub:
        return directory_pb2_grpc.DirectoryServiceStub(self.channel)

    @property
    def calendars(self) -> calendar_pb2_grpc.CalendarServiceStub:
        return calendar_pb2_grpc.CalendarServiceStub(self.channel)

    @property
    def attachments(self) -> attachment_pb2_grpc.AttachmentServiceStub:
        return attachment_pb2_grpc.AttachmentServiceStub(self.channel)

    @property
    def timelines(self) -> timeline_pb2_grpc.TimelineServiceStub:
        return timeline_pb2_grpc.TimelineServiceStub(self.channel)

    @property
    def absences(self) -> absence_pb2_grpc.AbsenceServiceStub:
        return absence_pb2_grpc.AbsenceServiceStub(self.channel)

    @property
    def acts(self) -> act_pb2_grpc.ActsServiceStub:
        return act_pb2_grpc.ActsServiceStub(self.channel)

    @property
    def upcoming(self) -> upcoming_pb2_grpc.UpcomingServiceStub:
        return upcoming_pb2_grpc.UpcomingServiceStub(self.channel)

    async def ahead(self) -> Sequence[upcoming_pb2.UpcomingStep]:
        return (await self.upcoming.ListUpcoming(upcoming_pb2.ListUpcomingRequest())).steps

    async def inbox(self, **asked: Any) -> Sequence[work_item_pb2.WorkItem]:
        return (await self.items.ListWorkItems(work_item_pb2.ListWorkItemsRequest(**asked))).work_items

    async def approve(self, item: work_item_pb2.WorkItem, **changes: Any) -> work_item_pb2.WorkItem:
        return await self.items.ApproveWorkItem(approving(item, **changes))

    async def reject(self, item: work_item_pb2.WorkItem, **changes: Any) -> work_item_pb2.WorkItem:
        asked = {"comment": "不合规定", **_on(item), **changes}
        return await self.items.RejectWorkItem(work_item_pb2.RejectWorkItemRequest(**asked))

    async def give_back(self, item: work_item_pb2.WorkItem, **changes: Any) -> work_item_pb2.WorkItem:
        asked = {"comment": "请补发票", **_on(item), **changes}
        return await self.items.ReturnWorkItem(work_item_pb2.ReturnWorkItemRequest(**asked))

    async def transfer(self, item: work_item_pb2.WorkItem, to: str, **changes: Any) -> work_item_pb2.WorkItem:
        asked = {"name": item.name, "etag": item.etag, "request_id": request_id(), "person": f"people/{to}"}
        return await self.items.TransferWorkItem(
            work_item_pb2.TransferWorkItemRequest(**{**asked, **changes})
        )

    async def claim(self, item: work_item_pb2.WorkItem) -> work_item_pb2.WorkItem:
        asked = work_item_pb2.ClaimWorkItemRequest(name=item.name, request_id=request_id(), etag=item.etag)
        return await self.items.ClaimWorkItem(asked)

    async def release(self, item: work_item_pb2.WorkItem) -> work_item_pb2.WorkItem:
        asked = work_item_pb2.ReleaseWorkItemRequest(name=item.name, request_id=request_id(), etag=item.etag)
        return await self.items.ReleaseWorkItem(asked)

    async def get_case(self, name: str) -> case_pb2.Case:
        return await self.cases.GetCase(case_pb2.GetCaseRequest(name=name))

    async def withdraw(self, case: Case, **changes: Any) -> case_pb2.Case:
        asked = {"name": case.name.resource, "request_id": request_id(), **changes}
        return await self.cases.WithdrawCase(case_pb2.WithdrawCaseRequest(**asked))

    async def open_step(
        self, case: Case, stage: str, key: str, **changes: Any
    ) -> case_protocol_pb2.StepStatus:
        return await self.protocol.OpenStep(opening(case, stage, key, **changes))

    async def plan(self, case: Case, stage: str, **changes: Any) -> route_pb2.Route:
        asked = {"case": str(case.name), "stage": stage, "round": 1, **changes}
        return await self.protocol.PlanStage(case_protocol_pb2.PlanStageRequest(**asked))

    async def upload(
        self, content: bytes, *, pieces: int = 65536, **header: Any
    ) -> attachment_pb2.Attachment:
        said = {
            "request_id": request_id(),
            "document": "claims/EC-1",
            "file_name": "发票.pdf",
            "content_type": "application/pdf",
            **header,
        }

        async def parts() -> AsyncIterator[attachment_pb2.UploadAttachmentRequest]:
            yield attachment_pb2.UploadAttachmentRequest(
                header=attachment_pb2.UploadAttachmentRequest.Header(**said)
            )
            for start in range(0, len(content), pieces):
                piece = content[start : start + pieces]
                yield attachment_pb2.UploadAttachmentRequest(content=piece)

        return await self.attachments.UploadAttachment(parts())


def _on(item: work_item_pb2.WorkItem) -> dict[str, Any]:
    return {
        "name": item.name,
        "etag": item.etag,
        "document_version": item.document_version,
        "request_id": request_id(),
    }


def approving(item: work_item_pb2.WorkItem, **changes: Any) -> work_item_pb2.ApproveWorkItemRequest:
    return work_item_pb2.ApproveWorkItemRequest(**{**_on(item), **changes})


def opening(case: Case, stage: str, key: str, **changes: Any) -> case_protocol_pb2.OpenStepRequest:
    visit = changes.get("visit", 1)
    asked = {
        "case": str(case.name),
        "step": f"{case.name}/{stage}/{key}#{visit}",
        "stage": stage,
        "key": key,
        "visit": 1,
        "round": 1,
    }
    return case_protocol_pb2.OpenStepRequest(**{**asked, **changes})


@contextmanager
def watching(desk: Desk, **asks: bool) -> Iterator[AsyncIterator[work_item_pb2.InboxEvent]]:
    """Everything that an open inbox is told, until the end of the block."""
    call: Any = desk.items.WatchInbox(work_item_pb2.WatchInboxRequest(**asks))
    try:
        yield aiter(call)
    finally:
        call.cancel()
