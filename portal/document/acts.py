"""Deciding: what the page posts, as the service is asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from kernel.errors import InvalidArgument
from portal.http.forms import Form
from portal.services.channels import Services
from zhupi.approval.v1.work_item_pb2 import (
    ApproveWorkItemRequest,
    RejectWorkItemRequest,
    ReturnWorkItemRequest,
    WorkItem,
)
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub


class FormIncomplete(InvalidArgument):
    zh = "页面内容不完整，请刷新后重试"
    en = "The page was not complete; reload it and try again"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the person has seen when they decided, and what they say."""

    item: str
    request_id: str
    etag: str
    version: int
    comment: str

    @classmethod
    def of(cls, form: Form) -> Seen:
        """Raises FormIncomplete."""
        version = form.get("version")
        if not version.isdigit() or len(version) > 18:
            raise FormIncomplete
        return cls(
            form.get("item"),
            form.get("request_id"),
            form.get("etag"),
            int(version),
            form.get("comment").strip(),
        )


async def approve(services: Services, seen: Seen) -> WorkItem:
    asked = ApproveWorkItemRequest(
        name=seen.item,
        request_id=seen.request_id,
        etag=seen.etag,
        document_version=seen.version,
        comment=seen.comment,
    )
    return await services.stub(WorkItemServiceStub).ApproveWorkItem(asked)


async def reject(services: Services, seen: Seen) -> WorkItem:
    asked = RejectWorkItemRequest(
        name=seen.item,
        request_id=seen.request_id,
        etag=seen.etag,
        document_version=seen.version,
        comment=seen.comment,
    )
    return await services.stub(WorkItemServiceStub).RejectWorkItem(asked)


async def send_back(services: Services, seen: Seen) -> WorkItem:
    asked = ReturnWorkItemRequest(
        name=seen.item,
        request_id=seen.request_id,
        etag=seen.etag,
        document_version=seen.version,
        comment=seen.comment,
    )
    return await services.stub(WorkItemServiceStub).ReturnWorkItem(asked)


Act = Callable[[Services, Seen], Awaitable[WorkItem]]
ACTS: Final[dict[str, Act]] = {"approve": approve, "reject": reject, "return": send_back}
