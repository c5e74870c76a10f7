"""Commands for everything that a person does with a work item: what they ask of the service."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from chassis.rpc.errors import status_of
from cli.commands import acts, batches, decisions, overrides, signers
from cli.commands.acts import one_of_each_step
from cli.exits import Exit
from cli.output import Output
from cli.people import caller
from cli.refusals import NotADate, NothingToDecide
from cli.session import Session
from cli.values import moment
from kernel.clock import SHANGHAI, SystemClock
from kernel.errors import EtagMismatch
from tests.unit.cli.served import Items, Zhupi
from zhupi.approval.v1 import work_item_pb2 as pb
from zhupi.approval.v1.work_item_pb2 import WorkItem

NAME = "workItems/01990000-0000-7000-8000-000000000001"
Act = Callable[..., Awaitable[Any]]


class Recording(Items):
    """Has every item that is named, and keeps what is asked of it."""

    asked: list[Any]

    async def GetWorkItem(self, request: Any, context: Any) -> WorkItem:
        return WorkItem(name=request.name, etag="e1", document_version=3)

    async def DecideWorkItems(self, request: Any, context: Any) -> pb.DecideWorkItemsResponse:
        self.asked.append(request)
        first, second = (one.name for one in request.decisions)
        refusal = status_of(EtagMismatch(name=second, current="2"))
        result = pb.DecideWorkItemsResponse.Result
        done = result(name=first, work_item=WorkItem(name=first))
        return pb.DecideWorkItemsResponse(results=[done, result(name=second, refusal=refusal)])


async def _recorded(self: Recording, request: Any, context: Any) -> WorkItem:
    self.asked.append(request)
    following = WorkItem(name="workItems/next") if getattr(request, "then", 0) else None
    return WorkItem(name=request.name, next=following)


for _rpc in pb.DESCRIPTOR.services_by_name["WorkItemService"].methods:
    if _rpc.output_type.name == "WorkItem" and _rpc.name != "GetWorkItem":
        setattr(Recording, _rpc.name, _recorded)


@pytest.fixture
async def items(tmp_path: Path) -> AsyncIterator[tuple[Session, Recording]]:
    zhupi = Zhupi(tmp_path)
    zhupi.items = recording = Recording()
    recording.asked = []
    async with zhupi.running():
        out = Output("zh", as_json=False, console=Console(file=io.StringIO(), width=200))
        async with Session(zhupi.options(), out) as session:
            session.caller = await caller(session)
            yield session, recording


@pytest.mark.parametrize(
    ("act", "given", "kind", "asked"),
    [
        (acts.start.act, {}, "StartWorkItem", {}),
        (acts.suspend.act, {}, "SuspendWorkItem", {}),
        (acts.resume.act, {}, "ResumeWorkItem", {}),
        (
            acts.delegate.act,
            {"to": "孙丽", "comment": "请看"},
            "DelegateWorkItem",
            {"person": "people/sunli", "comment": "请看"},
        ),
        (acts.hand_back.act, {"comment": "好"}, "HandBackWorkItem", {"comment": "好"}),
        (acts.call_back.act, {}, "CallBackWorkItem", {}),
        (acts.skip.act, {}, "SkipWorkItem", {"document_version": 3}),
        (acts.undo.act, {"comment": "误"}, "UndoDecision", {"comment": "误"}),
        (
            acts.ask.act,
            {"question": "为何？", "to": "wangfang"},
            "AskForInformation",
            {"person": "people/wangfang", "question": "为何？"},
        ),
        (acts.answer.act, {"words": "下雨"}, "AnswerQuestion", {"answer": "下雨"}),
        (
            signers.add,
            {"person": "孙丽", "when": signers.When.BEFORE},
            "AddSigner",
            {"person": "people/sunli", "place": pb.AddSignerRequest.PLACE_BEFORE},
        ),
        (
            signers.remove,
            {"person": "sunli", "reason": "不必"},
            "RemoveSigner",
            {"reason": "不必"},
        ),
        (
            overrides.reassign,
            {"step": "manager", "to": ["孙丽"], "reason": "外派", "former": "lihua"},
            "ReassignWorkItem",
            {"people": ["people/sunli"], "reason": "外派"},
        ),
        (
            decisions.transfer.act,
            {"to": "孙丽", "restart": True},
            "TransferWorkItem",
            {"person": "people/sunli", "restart": True},
        ),
    ],
)
async def test_a_command_asks_for_its_act_on_what_was_seen(
    items: tuple[Session, Recording], act: Act, given: dict[str, Any], kind: str, asked: dict[str, Any]
) -> None:
    session, recording = items
    await act(session, NAME, **given)
    (request,) = recording.asked
    assert type(request).__name__ == f"{kind}Request"
    assert (request.name, request.etag, len(request.request_id)) == (NAME, "e1", 36)
    assert {key: getattr(request, key) for key in asked} == asked


async def test_whoever_decides_is_shown_what_they_go_on_with(items: tuple[Session, Recording]) -> None:
    session, recording = items
    await decisions.approve.act(session, NAME, then=decisions.Following.KIND)
    assert recording.asked[0].then == pb.THEN_NEXT_OF_THE_SAME_KIND
    assert "接着处理：\n待办      next" in session.out.console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO


async def test_of_many_decisions_each_is_told_with_its_refusal(items: tuple[Session, Recording]) -> None:
    session, recording = items
    other = NAME[:-1] + "2"
    code = await batches.decide.act(session, batches.What.APPROVE, [NAME, other])
    assert code is Exit.REFUSED
    assert [one.decision for one in recording.asked[0].decisions] == [WorkItem.DECISION_APPROVED] * 2
    said = session.out.console.file.getvalue()  # type: ignore[attr-defined]  # likewise
    assert f"✓ {NAME}" in said
    assert "已被更改" in said


async def test_a_snoozed_item_says_until_when(items: tuple[Session, Recording]) -> None:
    session, recording = items
    await acts.suspend.act(session, NAME, until="2199-01-02")
    assert recording.asked[0].until.ToDatetime(SHANGHAI).isoformat() == "2199-01-02T00:00:00+08:00"
    later = moment("4h") - SystemClock().now()
    assert timedelta(hours=3, minutes=59) < later <= timedelta(hours=4)
    with pytest.raises(NotADate):
        moment("soon", "until")


async def test_of_many_one_that_is_not_there_is_named_and_the_others_are_decided(
    items: tuple[Session, Recording],
) -> None:
    session, recording = items
    other = NAME.replace("1", "2")
    code = await batches.decide.act(session, batches.What.APPROVE, [NAME, "EC-2026-9", other])
    assert code is Exit.REFUSED
    assert [one.name for one in recording.asked[0].decisions] == [NAME, other]
    shown = session.out.console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    assert "✗ EC-2026-9：李华 没有关于 EC-2026-9 的待办" in shown
    with pytest.raises(NothingToDecide):
        await batches.decide.act(session, batches.What.APPROVE, ["EC-2026-9"])


async def test_each_step_is_urged_once(items: tuple[Session, Recording]) -> None:
    session, recording = items
    await acts.urge.act(session, NAME, comment="急")
    assert recording.asked[0].comment == "急"
    waits = [WorkItem(name=str(n), stage="claim", step=step) for n, step in enumerate("aab")]
    assert [item.step for item in one_of_each_step(waits)] == ["a", "b"]
