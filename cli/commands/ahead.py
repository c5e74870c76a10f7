"""`zhupi ahead`: a step that was not reached yet is decided before its turn, or that is taken back."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.case_view import Target
from cli.command import alone
from cli.finding import find_case
from cli.help import WORK
from cli.session import Session
from cli.work_item_view import UPCOMING
from zhupi.approval.v1 import upcoming_pb2 as pb
from zhupi.approval.v1.upcoming_pb2_grpc import UpcomingServiceStub
from zhupi.approval.v1.work_item_pb2 import WorkItem

PANEL = WORK

DECISIONS = {"approve": WorkItem.DECISION_APPROVED, "reject": WorkItem.DECISION_REJECTED}


@alone("预先办理尚未到达的步骤", "Decide a step before it is reached", writes=True)
async def ahead(
    session: Session,
    target: Target,
    step: Annotated[str, typer.Argument(metavar="STEP", help="Key of the step · 步骤编码")],
    decision: Annotated[str, typer.Option("--decision", help="approve | reject · 同意或拒绝")] = "approve",
    comment: Annotated[str, typer.Option("--comment", help="Comment · 意见")] = "",
    take_back: Annotated[
        bool, typer.Option("--take-back", help="Take it back instead · 收回预先决定")
    ] = False,
    version: Annotated[
        int,
        typer.Option(
            "--version",
            help="The document's version seen; the present one by default · 看到的单据版本；默认取当前的",
        ),
    ] = 0,
) -> None:
    if decision not in DECISIONS:
        raise typer.BadParameter(" | ".join(DECISIONS), param_hint="--decision")
    case = await find_case(session, target)
    stub = session.stub(UpcomingServiceStub)
    if take_back:
        taken = pb.TakeBackAheadRequest(name=case.name, request_id=session.request_id(), step=step)
        session.out.details(await stub.TakeBackAhead(taken), UPCOMING)
        return
    asked = pb.DecideAheadRequest(
        name=case.name,
        request_id=session.request_id(),
        step=step,
        document_version=version or case.document_version,
        decision=DECISIONS[decision],
        comment=comment,
    )
    session.out.details(await stub.DecideAhead(asked), UPCOMING)
