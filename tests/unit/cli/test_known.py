"""People and organisations are shown as they are called, whoever's answer names them."""

from __future__ import annotations

import io
from pathlib import Path

from google.protobuf.struct_pb2 import Struct
from rich.console import Console

from cli.output import Output
from cli.people import caller
from cli.session import Session
from cli.timeline_view import tell_entries
from cli.work_item_view import WHOLE
from kernel.text import Text
from reading.known import Known, names_in
from tests.unit.cli.served import Zhupi
from zhupi.approval.v1.route_pb2 import Approver
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest, WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub
from zhupi.common.v1 import text_pb2
from zhupi.common.v1.timeline_pb2 import TimelineEntry


def test_an_answer_that_says_what_somebody_is_called_is_believed() -> None:
    item = WorkItem(
        requester="people/lihua",
        requester_title="李华",
        organisation="organisations/henan",
        assignee="people/x",
    )
    assert dict(names_in(item)) == {
        "people/lihua": Text("李华", "李华"),
        "organisations/henan": None,
        "people/x": None,
    }
    approver = Approver(candidates=["people/a", "people/b"], candidate_titles=["甲", "乙"])
    assert dict(names_in(approver)) == {"people/a": Text("甲", "甲"), "people/b": Text("乙", "乙")}


def test_of_two_people_of_one_name_the_login_is_shown_as_well() -> None:
    known = Known()
    known.learn("people/wangfang", Text("王芳", "王芳"))
    assert known.shown("people/wangfang", "zh") == "王芳"
    known.learn("people/wangfang2", Text("王芳", "王芳"))
    assert [known.shown(f"people/{one}", "zh") for one in ("wangfang", "wangfang2")] == [
        "王芳 (wangfang)",
        "王芳 (wangfang2)",
    ]


def test_whom_nobody_knows_is_shown_by_login_and_other_names_as_before() -> None:
    known = Known()
    shown = [
        known.shown(one, "en") for one in ("people/x", "claims/EC-2026-1", "services/worker", "approved")
    ]
    assert shown == ["x", "EC-2026-1", "workflow", "approved"]


async def test_whoever_an_answer_names_is_looked_up_and_shown_by_name(tmp_path: Path) -> None:
    item = WorkItem(
        name="workItems/01990000-0000-7000-8000-000000000001",
        document="claims/EC-2026-1",
        assignee="people/sunli",
        candidates=["people/sunli", "people/gone"],
    )
    async with Zhupi(tmp_path).running() as zhupi:
        zhupi.items.items = [item]
        output = Output("zh", console=Console(file=io.StringIO(), width=100))
        async with Session(zhupi.options(), output) as session:
            session.caller = await caller(session)
            asked = ListWorkItemsRequest(document="claims/EC-2026-1")
            found = await session.stub(WorkItemServiceStub).ListWorkItems(asked)
            output.details(found.work_items[0], WHOLE)
    written = output.console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    assert "孙丽、gone" in written
    assert "sunli" not in written


async def test_people_whom_a_sentence_of_the_timeline_names_are_shown_by_name(tmp_path: Path) -> None:
    details = Struct()
    details.update({"person": "sunli", "step": "review"})
    entry = TimelineEntry(
        actor="people/lihua",
        sentence=text_pb2.Text(zh="将“sunli-review”委托给 sunli", en="sunli-review was delegated to sunli"),
        details=details,
    )
    async with Zhupi(tmp_path).running() as zhupi:
        output = Output("zh", console=Console(file=io.StringIO(), width=100))
        async with Session(zhupi.options(), output) as session:
            session.caller = await caller(session)
            await tell_entries(session, [entry])
    written = output.console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    assert "李华" in written
    assert "将“sunli-review”委托给孙丽" in written
