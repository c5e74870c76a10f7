"""The folders of an inbox as people ask for them: what they are called, how they are sorted, what a line shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from kernel.clock import SystemClock
from zhupi.approval.v1.inbox_pb2 import CaseSummary, Notice
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest


class Folder(StrEnum):
    TO_DO = "to-do"
    DONE = "done"
    REQUESTED = "requested"
    COPIES = "copies"
    TO_READ = "to-read"
    SET_ASIDE = "set-aside"


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"
    LARGEST = "largest"


@dataclass(frozen=True, slots=True)
class Lines:
    """Where an answer has its lines, and what is shown of each."""

    field: str
    columns: tuple[str, ...]
    kind: type[Message]


BOXES: Final = {
    Folder.TO_DO: ListWorkItemsRequest.BOX_TO_DO,
    Folder.DONE: ListWorkItemsRequest.BOX_DONE,
    Folder.REQUESTED: ListWorkItemsRequest.BOX_REQUESTED,
    Folder.COPIES: ListWorkItemsRequest.BOX_COPIES,
    Folder.TO_READ: ListWorkItemsRequest.BOX_TO_READ,
    Folder.SET_ASIDE: ListWorkItemsRequest.BOX_SET_ASIDE,
}
ORDERS: Final = {
    Sort.NEWEST: ListWorkItemsRequest.ORDER_NEWEST_FIRST,
    Sort.OLDEST: ListWorkItemsRequest.ORDER_OLDEST_FIRST,
    Sort.DUE: ListWorkItemsRequest.ORDER_DUE_FIRST,
    Sort.LARGEST: ListWorkItemsRequest.ORDER_LARGEST_FIRST,
}
CASES: Final = ("document", "title", "amount", "process_title", "standing", "create_time", "close_time")
NOTICES: Final = (
    "name", "kind", "about", "title", "case.requester_title", "text", "author_title", "comment", "create_time",
    "read_time",
)  # fmt: skip
LINES: Final = {
    Folder.REQUESTED: Lines("cases", CASES, CaseSummary),
    Folder.COPIES: Lines("notices", NOTICES, Notice),
    Folder.TO_READ: Lines("notices", NOTICES, Notice),
}
COUNTS: Final = ("to_do", "overdue", "done", "requested", "copies", "to_read", "set_aside")


def days_ago(days: int) -> Timestamp:
    at = Timestamp()
    at.FromDatetime(SystemClock().now() - timedelta(days=days))
    return at
