"""`zhupi inbox`, `cc` and `read`: what the options ask of the service, and what is shown of the answer."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc.aio
import pytest
from rich.console import Console

from cli.case_view import show_case
from cli.commands import copies, inbox
from cli.folders import Folder, Sort
from cli.output import Output
from cli.people import caller
from cli.session import Session
from kernel.clock import SystemClock
from tests.unit.cli.served import Items, Zhupi
from zhupi.approval.v1 import case_pb2
from zhupi.approval.v1 import inbox_pb2 as pb
from zhupi.approval.v1.inbox_pb2_grpc import InboxServiceServicer, add_InboxServiceServicer_to_server
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest, ListWorkItemsResponse, WorkItem
from zhupi.common.v1.text_pb2 import Text

NAME = "workItems/01990000-0000-7000-8000-000000000001"
MANY = 450


class Lists(Items, InboxServiceServicer):
    """An inbox of two notices, or of `many`, and what is asked of it."""

    asked: list[Any]
    many = 0

    async def ListWorkItems(self, request: Any, context: Any) -> ListWorkItemsResponse:
        self.asked.append(request)
        if request.box in (ListWorkItemsRequest.BOX_COPIES, ListWorkItemsRequest.BOX_TO_READ):
            case = pb.CaseSummary(title="郑州出差", document="claims/EC-2026-000001")
            names = [f"notices/{n}" for n in range(self.many or 2)]
            title = Text(zh=case.title, en=case.title)
            found = [
                pb.Notice(name=name, kind=pb.Notice.KIND_COPY, case=case, about=case.document, title=title)
                for name in names
            ]
            return ListWorkItemsResponse(notices=found)
        if request.box == ListWorkItemsRequest.BOX_REQUESTED:
            return ListWorkItemsResponse(cases=[pb.CaseSummary(title="郑州出差")])
        return ListWorkItemsResponse(work_items=[WorkItem(title="郑州出差")])

    async def CarbonCopy(self, request: Any, context: Any) -> pb.CarbonCopyResponse:
        self.asked.append(request)
        return pb.CarbonCopyResponse(notice="notices/1", people=request.people)

    async def MarkRead(self, request: Any, context: Any) -> pb.MarkReadResponse:
        self.asked.append(request)
        return pb.MarkReadResponse(marked=len(request.names) - 1)

    async def CountInbox(self, request: Any, context: Any) -> pb.FolderCounts:
        self.asked.append(request)
        return pb.FolderCounts(to_do=7, copies=3, to_read=2)


class WithInbox(Zhupi):
    """Answers for inboxes, too."""

    lists: Lists

    def add_to(self, server: grpc.aio.Server) -> None:
        super().add_to(server)
        add_InboxServiceServicer_to_server(self.lists, server)


@pytest.fixture
async def lists(tmp_path: Path) -> AsyncIterator[tuple[Session, Lists]]:
    zhupi = WithInbox(tmp_path)
    zhupi.items = zhupi.lists = recording = Lists()
    recording.asked = []
    async with zhupi.running():
        out = Output("zh", as_json=False, console=Console(file=io.StringIO(), width=200))
        async with Session(zhupi.options(), out) as session:
            session.caller = await caller(session)
            yield session, recording


def said(session: Session) -> str:
    file = session.out.console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


async def test_a_copy_goes_to_everybody_who_is_named(lists: tuple[Session, Lists]) -> None:
    session, recording = lists
    await copies.cc.act(session, NAME, ["孙丽", "wangfang"], comment="请知悉")
    (asked,) = recording.asked
    assert (asked.name, list(asked.people)) == (NAME, ["people/sunli", "people/wangfang"])
    assert (asked.comment, len(asked.request_id)) == ("请知悉", 36)
    assert said(session) == "已抄送给 2 人\n"


async def test_what_is_named_is_marked_as_read(lists: tuple[Session, Lists]) -> None:
    session, recording = lists
    await copies.read.act(session, ["notices/5", NAME])
    (asked,) = recording.asked
    assert list(asked.names) == ["notices/5", NAME]
    assert said(session) == "1 条标记为已读\n"


async def test_by_the_number_of_a_document_all_that_is_to_be_read_of_it_is_marked(
    lists: tuple[Session, Lists],
) -> None:
    session, recording = lists
    await copies.read.act(session, ["EC-2026-000001"])
    listed, marked = recording.asked
    assert (listed.box, listed.document) == (ListWorkItemsRequest.BOX_TO_READ, "claims/EC-2026-000001")
    assert list(marked.names) == ["notices/0", "notices/1"]


async def test_whoever_is_asked_reads_the_question_and_how_to_answer(lists: tuple[Session, Lists]) -> None:
    session, _ = lists
    question = WorkItem.Question(asker_title="张伟", question="司机是谁？")
    asked = WorkItem(kind=WorkItem.KIND_ANSWER, document="claims/EC-2026-1", questions=[question])
    inbox.ask(session, [WorkItem(title="郑州出差"), asked])
    assert said(session) == "张伟就 EC-2026-1 问您：司机是谁？  （zhupi answer EC-2026-1 …）\n"


async def test_without_a_name_all_that_is_to_be_read_is_marked_part_by_part(
    lists: tuple[Session, Lists],
) -> None:
    session, recording = lists
    recording.many = MANY
    session.out.as_json = True
    await copies.read.act(session)
    listed, *marked = recording.asked
    assert listed.box == ListWorkItemsRequest.BOX_TO_READ
    assert [len(one.names) for one in marked] == [200, 200, 50]
    assert len({one.request_id for one in marked}) == 3
    assert json.loads(said(session)) == {"marked": MANY - 3}


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, {"box": ListWorkItemsRequest.BOX_TO_DO, "page_size": 50}),
        ({"done": True}, {"box": ListWorkItemsRequest.BOX_DONE}),
        ({"folder": Folder.DONE}, {"box": ListWorkItemsRequest.BOX_DONE}),
        ({"folder": Folder.REQUESTED}, {"box": ListWorkItemsRequest.BOX_REQUESTED}),
        ({"folder": Folder.COPIES}, {"box": ListWorkItemsRequest.BOX_COPIES}),
        ({"folder": Folder.TO_READ}, {"box": ListWorkItemsRequest.BOX_TO_READ}),
        ({"folder": Folder.SET_ASIDE}, {"box": ListWorkItemsRequest.BOX_SET_ASIDE}),
        ({"find": "zzcc 王"}, {"query": "zzcc 王"}),
        ({"process": "expense-claim"}, {"process": "expense-claim"}),
        ({"requester": "孙丽"}, {"requester": "people/sunli"}),
        ({"organisation": "henan"}, {"organisation": "organisations/henan"}),
        ({"overdue": True}, {"overdue": True}),
        ({"sort": Sort.OLDEST}, {"order": ListWorkItemsRequest.ORDER_OLDEST_FIRST}),
        ({"sort": Sort.LARGEST}, {"order": ListWorkItemsRequest.ORDER_LARGEST_FIRST}),
        ({"limit": 3}, {"page_size": 3}),
    ],
)
async def test_an_option_narrows_what_is_asked_for(
    lists: tuple[Session, Lists], given: dict[str, Any], asked: dict[str, Any]
) -> None:
    session, recording = lists
    await inbox.inbox.act(session, **given)
    (request,) = recording.asked
    assert {key: getattr(request, key) for key in asked} == asked
    assert "郑州出差" in said(session)


async def test_amounts_and_days_are_the_ends_of_ranges(lists: tuple[Session, Lists]) -> None:
    session, recording = lists
    await inbox.inbox.act(session, at_least="100", at_most="5000.50", days=3)
    (asked,) = recording.asked
    assert (asked.amount_from.units, asked.amount_from.currency_code) == (100, "CNY")
    assert (asked.amount_to.units, asked.amount_to.nanos) == (5000, 500_000_000)
    lain = SystemClock().now() - timedelta(days=3)
    assert abs(asked.arrived_before.ToDatetime(lain.tzinfo) - lain) < timedelta(hours=1)
    await inbox.inbox.act(session)
    assert not any(recording.asked[1].HasField(one) for one in ("amount_from", "amount_to", "arrived_before"))


async def test_counts_are_shown_without_a_list(lists: tuple[Session, Lists]) -> None:
    session, recording = lists
    await inbox.inbox.act(session, counts=True)
    (asked,) = recording.asked
    assert isinstance(asked, pb.CountInboxRequest)
    assert [line.split() for line in said(session).splitlines() if "抄送" in line] == [["抄送", "3"]]


def test_a_case_shows_who_has_read_their_copy() -> None:
    out = Output("zh", as_json=False, console=Console(file=io.StringIO(), width=200))
    copy = case_pb2.Copy(person_title="吴昊", kind=case_pb2.Copy.KIND_BY_POLICY)
    copy.read_time.FromJsonString("2026-07-01T01:00:00Z")
    session = Session(Zhupi(Path()).options(), out)
    show_case(session, case_pb2.Case(title="郑州出差", copies=[copy]))
    assert all(word in said(session) for word in ("抄送", "吴昊", "按策略抄送", "阅读时间", "2026-07-01"))
