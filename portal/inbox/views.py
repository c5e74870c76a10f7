"""Entries of the folders, one shape for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message

from portal.shown import dates
from portal.shown.dates import Moment
from portal.shown.money import money
from portal.shown.reader import Reader
from portal.shown.states import State, state
from reading.names import bare
from zhupi.approval.v1.inbox_pb2 import CaseSummary, FolderCounts, Notice
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsResponse, WorkItem


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list. `unread`: it was not looked at; `for_whom`: in whose place I would act."""

    address: str
    person: str
    title: str
    amount: str
    kind: str
    where: str
    number: str
    moment: Moment | None
    state: State | None = None
    note: str = ""
    unread: bool = False
    for_whom: str = ""


def entries(answer: ListWorkItemsResponse, reader: Reader) -> list[Entry]:
    return [
        *(of_item(item, reader) for item in answer.work_items),
        *(of_case(case, reader) for case in answer.cases),
        *(of_notice(notice, reader) for notice in answer.notices),
    ]


def of_item(item: WorkItem, reader: Reader) -> Entry:
    decided = item.state == WorkItem.STATE_DONE
    arrived = item.decide_time if decided else item.arrive_time
    moment = (None if decided else dates.due(item.due_time, reader)) or dates.ago(arrived, reader)
    question = item.questions[0].question if item.kind == WorkItem.KIND_ANSWER and item.questions else ""
    return Entry(
        **_about(item, reader),
        moment=moment,
        state=state(item, "decision", reader) if decided else None,
        note=question,
        unread=not decided and not item.read_time.seconds,
        for_whom=item.in_place_of_title or bare(item.in_place_of),
    )


def of_case(case: CaseSummary, reader: Reader) -> Entry:
    return Entry(
        **_about(case, reader),
        moment=dates.ago(case.create_time, reader),
        state=state(case, "standing", reader),
    )


def of_notice(notice: Notice, reader: Reader) -> Entry:
    about = (
        _about(notice.case, reader)
        if notice.HasField("case")
        else {
            "address": address(notice.about),
            "person": notice.author_title,
            "title": reader.text(notice.title),
            "amount": "",
            "kind": state(notice, "kind", reader).text,
            "where": "",
            "number": bare(notice.about),
        }
    )
    said = reader.text(notice.text)
    return Entry(
        **about,
        moment=dates.ago(notice.create_time, reader),
        note=f"{said} {notice.comment}".strip(),
        unread=not notice.read_time.seconds,
    )


def _about(message: Message, reader: Reader) -> dict[str, Any]:
    """What a work item and a case say alike of their document."""
    said: Any = message
    return {
        "address": address(said.document),
        "person": said.requester_title or bare(said.requester),
        "title": said.title or reader.text(said.process_title),
        "amount": money(said.amount, short=True),
        "kind": reader.text(said.process_title),
        "where": said.organisation_title,
        "number": bare(said.document),
    }


def address(document: str) -> str:
    """The page of a document, of whatever collection: `/documents/claims/EC-2026-000123`."""
    return f"/documents/{document}"


def counted(counts: FolderCounts) -> dict[str, str]:
    """The numbers beside the folders; what nobody has to act on is not counted out loud."""
    shown = {"to_do": counts.to_do, "requested": 0, "to_read": counts.to_read, "set_aside": counts.set_aside}
    return {
        name: "9999+" if number >= 10_000 else str(number) if number else "" for name, number in shown.items()
    }
