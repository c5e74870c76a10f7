"""`zhupi case suspend|resume|terminate|reopen|jump|reassign|add-step|remove-step`: what administrators do from outside; and `redo`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.case_view import Target, show_case
from cli.command import alone, command
from cli.finding import find_case, find_item_of_case
from cli.help import DOCUMENTS, group
from cli.options import Seen
from cli.people import find_person
from cli.session import Session
from cli.work_item_view import OPEN, show_item
from reading.names import bare
from zhupi.approval.v1 import case_pb2 as pb
from zhupi.approval.v1.case_pb2_grpc import CaseServiceStub
from zhupi.approval.v1.route_pb2 import RouteStep
from zhupi.approval.v1.work_item_pb2 import ReassignWorkItemRequest, WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub
from zhupi.common.v1.text_pb2 import Text

PANEL = DOCUMENTS

cases = group("审批单", "Cases")

Why = Annotated[
    str, typer.Option("--reason", "--comment", help="Why; everybody reads it · 原因（必填），所有参与者可见")
]
Step = Annotated[str, typer.Argument(metavar="STEP", help="Key of a step of the route · 路线中的步骤编码")]
People = Annotated[
    list[str], typer.Option("--to", help="Who decides it: logins or names · 由谁审批：登录名或姓名，可多次")
]
Former = Annotated[
    str,
    typer.Option(
        "--from",
        help="Only this person's share; what others have said stays · 只改派此人的一份，他人的意见保留",
    ),
]
MODES = {"single": RouteStep.MODE_SINGLE, "all": RouteStep.MODE_ALL, "any": RouteStep.MODE_ANY}


@command(cases, "suspend", "挂起审批单（管理员）", "Let a case rest (administrators)", writes=True)
async def suspend(session: Session, target: Target, reason: Why, etag: Seen = "") -> None:
    request = pb.SuspendCaseRequest(**await _override(session, target, reason, etag))
    show_case(session, await session.stub(CaseServiceStub).SuspendCase(request))


@command(cases, "resume", "恢复审批单（管理员）", "Go on with a case (administrators)", writes=True)
async def resume(session: Session, target: Target, reason: Why, etag: Seen = "") -> None:
    request = pb.ResumeCaseRequest(**await _override(session, target, reason, etag))
    show_case(session, await session.stub(CaseServiceStub).ResumeCase(request))


@command(cases, "terminate", "终止审批单（管理员）", "End a case from outside (administrators)", writes=True)
async def terminate(session: Session, target: Target, reason: Why, etag: Seen = "") -> None:
    request = pb.TerminateCaseRequest(**await _override(session, target, reason, etag))
    show_case(session, await session.stub(CaseServiceStub).TerminateCase(request))


@command(
    cases,
    "reopen",
    "重新打开已结束的审批单（管理员）",
    "Decide anew what was not approved (administrators)",
    writes=True,
)
async def reopen(session: Session, target: Target, reason: Why, etag: Seen = "") -> None:
    request = pb.ReopenCaseRequest(**await _override(session, target, reason, etag))
    show_case(session, await session.stub(CaseServiceStub).ReopenCase(request))


@command(cases, "jump", "跳转到某一步骤（管理员）", "Go on at a step (administrators)", writes=True)
async def jump(session: Session, target: Target, step: Step, reason: Why, etag: Seen = "") -> None:
    request = pb.JumpCaseRequest(**await _override(session, target, reason, etag), step=step)
    show_case(session, await session.stub(CaseServiceStub).JumpCase(request))


@command(cases, "reassign", "改派步骤（管理员）", "Have others decide a step (administrators)", writes=True)
async def reassign(
    session: Session,
    target: Target,
    step: Step,
    to: People,
    reason: Why,
    former: Former = "",
    etag: Seen = "",
) -> None:
    if former:
        await _reassign_item(session, target, step, former, await _people(session, to), reason, etag)
        return
    request = pb.ReassignStepRequest(
        **await _override(session, target, reason, etag), step=step, people=await _people(session, to)
    )
    show_case(session, await session.stub(CaseServiceStub).ReassignStep(request))


async def _reassign_item(
    session: Session, target: str, step: str, former: str, people: list[str], reason: str, etag: str
) -> None:
    """One share of the step, whoever has it."""
    holder = (await find_person(session, bare(former))).name

    def is_theirs(item: WorkItem) -> bool:
        waits = item.state in (*OPEN, WorkItem.STATE_WAITING, WorkItem.STATE_SUSPENDED)
        theirs = holder in ([item.assignee] if item.assignee else item.candidates)
        return waits and theirs and item.kind == WorkItem.KIND_DECISION and item.step == step

    item = await find_item_of_case(session, target, is_theirs)
    request = ReassignWorkItemRequest(
        name=item.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or item.etag),
        reason=reason,
        people=people,
    )
    show_item(session.out, await session.stub(WorkItemServiceStub).ReassignWorkItem(request))


@command(cases, "add-step", "在路线中增加步骤（管理员）", "Put a step in (administrators)", writes=True)
async def add_step(
    session: Session,
    target: Target,
    key: Annotated[str, typer.Argument(metavar="KEY", help="Of the new step · 新步骤的编码")],
    behind: Annotated[str, typer.Option("--behind", help="After which step · 排在哪一步骤之后")],
    to: People,
    reason: Why,
    zh: Annotated[str, typer.Option("--zh", help="Chinese title · 中文名称")],
    en: Annotated[str, typer.Option("--en", help="English title · 英文名称")],
    mode: Annotated[str, typer.Option("--mode", help="single | all | any")] = "single",
    etag: Seen = "",
) -> None:
    if mode not in MODES:
        raise typer.BadParameter(" | ".join(MODES), param_hint="--mode")
    request = pb.AddStepRequest(
        **await _override(session, target, reason, etag),
        behind=behind,
        key=key,
        title=Text(zh=zh, en=en),
        mode=MODES[mode],
        people=await _people(session, to),
    )
    show_case(session, await session.stub(CaseServiceStub).AddStep(request))


@command(cases, "remove-step", "从路线中移除步骤（管理员）", "Take a step out (administrators)", writes=True)
async def remove_step(session: Session, target: Target, step: Step, reason: Why, etag: Seen = "") -> None:
    request = pb.RemoveStepRequest(**await _override(session, target, reason, etag), step=step)
    show_case(session, await session.stub(CaseServiceStub).RemoveStep(request))


@alone("重新决定自己通过的步骤", "Decide once more a step that one has approved", writes=True)
async def redo(session: Session, target: Target, step: Step, reason: Why) -> None:
    case = await find_case(session, target)
    request = pb.RedoStepRequest(name=case.name, request_id=session.request_id(), step=step, reason=reason)
    show_case(session, await session.stub(CaseServiceStub).RedoStep(request))


async def _override(session: Session, given: str, reason: str, etag: str) -> dict[str, Any]:
    """What every override of a case says."""
    case = await find_case(session, given)
    return {
        "name": case.name,
        "request_id": session.request_id(),
        "etag": session.pinned("--etag", etag or case.etag),
        "reason": reason,
    }


async def _people(session: Session, given: list[str]) -> list[str]:
    return [(await find_person(session, bare(one))).name for one in given]


# Where it was before it stood beside what else people do.
command(
    cases, "redo", "重新决定自己通过的步骤", "Decide once more a step that one has approved", writes=True
)(redo.act)
