"""`zhupi activity cancel|end-early|closure|close`: what becomes of an activity once it is approved."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cli.activity_view import get_activity, show_activity
from cli.command import command
from cli.commands.activity_group import Number, Reason, activities
from cli.names import resource
from cli.options import Etag
from cli.paging import listed
from cli.refusals import NotALine
from cli.session import Session
from cli.values import money
from reading.names import bare
from zhupi.marketing.v1 import activity_pb2 as pb
from zhupi.marketing.v1.activity_pb2_grpc import ActivityServiceStub
from zhupi.marketing.v1.evidence_pb2 import ListEvidenceRequest
from zhupi.marketing.v1.evidence_pb2_grpc import EvidenceServiceStub

# All evidence that there is, in place of names.
ALL: Final = "all"


@command(activities, "cancel", "取消尚未执行的活动", "It does not take place", writes=True)
async def cancel(session: Session, number: Number, reason: Reason, etag: Etag = "") -> None:
    activity = await get_activity(session, number)
    request = pb.CancelActivityRequest(
        name=activity.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or activity.etag),
        reason=reason,
    )
    show_activity(session.out, await session.stub(ActivityServiceStub).CancelActivity(request))


@command(activities, "end-early", "提前结束活动", "It is over before its last day", writes=True)
async def end_early(session: Session, number: Number, reason: Reason, etag: Etag = "") -> None:
    activity = await get_activity(session, number)
    request = pb.EndActivityEarlyRequest(
        name=activity.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or activity.etag),
        reason=reason,
    )
    show_activity(session.out, await session.stub(ActivityServiceStub).EndActivityEarly(request))


@command(
    activities,
    "closure",
    "填写结案：实际费用、效果、证据",
    "Write down what it cost and brought",
    writes=True,
)
async def closure(
    session: Session,
    number: Number,
    actual: Annotated[
        list[str] | None,
        typer.Option(
            "--actual", metavar="LINE=AMOUNT", help="What a line cost: 1=2800 · 一行的实际费用：1=2800"
        ),
    ] = None,
    attendance: Annotated[
        int | None, typer.Option("--attendance", min=0, help="How many came · 参加人数")
    ] = None,
    sales: Annotated[
        str | None, typer.Option("--sales", help="Sold there; empty: not known · 现场销售额")
    ] = None,
    result: Annotated[str | None, typer.Option("--result", help="What it brought · 活动效果")] = None,
    evidence: Annotated[
        list[str] | None,
        typer.Option(
            "--evidence", help="What proves it: evidence/…, or all there is: all · 执行证据；全部用 all"
        ),
    ] = None,
    etag: Etag = "",
) -> None:
    activity = await get_activity(session, number)
    proofs = await all_of(session, activity.name) if evidence == [ALL] else evidence
    request = pb.UpdateClosureRequest(
        name=activity.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or activity.etag),
        closure=closure_after(activity.closure, actual, attendance, sales, result, proofs),
    )
    show_activity(session.out, await session.stub(ActivityServiceStub).UpdateClosure(request))
    close = f"zhupi activity close {bare(activity.name)}"
    session.out.say(f"提交结案：{close}", f"To submit it: {close}", style="dim")


async def all_of(session: Session, activity: str) -> list[str]:
    """All evidence that there is."""
    rpc = session.stub(EvidenceServiceStub).ListEvidence
    found = await listed(session, rpc, ListEvidenceRequest(activity=activity), "evidence")
    return [one.name for one in found]


@command(activities, "close", "提交结案审批", "Ask for approval of the closure", writes=True)
async def close(session: Session, number: Number, etag: Etag = "") -> None:
    activity = await get_activity(session, number)
    request = pb.SubmitClosureRequest(
        name=activity.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or activity.etag),
    )
    show_activity(session.out, await session.stub(ActivityServiceStub).SubmitClosure(request))


def closure_after(
    closure: pb.Closure,
    actual: list[str] | None,
    attendance: int | None,
    sales: str | None,
    result: str | None,
    evidence: list[str] | None,
) -> pb.Closure:
    """`closure` with what was typed; None leaves it as it is. Raises NotALine, NotAnAmount."""
    costs = {one.line: one.actual for one in closure.lines}
    for given in actual or []:
        line, equals, amount = given.partition("=")
        if not equals or not line.isdecimal():
            raise NotALine(field="--actual", given=given)
        costs[line] = money(amount, "--actual")
    after = pb.Closure(
        lines=[pb.ActualCost(line=line, actual=amount) for line, amount in sorted(costs.items(), key=_order)],
        attendance=closure.attendance if attendance is None else attendance,
        result=closure.result if result is None else result,
        evidence=closure.evidence if evidence is None else [resource("evidence", one) for one in evidence],
    )
    if sales:
        after.sales.CopyFrom(money(sales, "--sales"))
    elif sales is None and closure.HasField("sales"):
        after.sales.CopyFrom(closure.sales)
    return after


def _order(cost: tuple[str, object]) -> int:
    return int(cost[0])
