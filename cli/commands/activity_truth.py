"""`zhupi activity …`: whether what is believed of the money behind activities is what expense says."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cli.command import command
from cli.commands.activity_group import activities
from cli.names import document
from cli.paging import ENOUGH, Limit, listed
from cli.session import Session
from cli.written import word, words
from zhupi.marketing.v1 import reconciliation_pb2 as pb
from zhupi.marketing.v1.reconciliation_pb2 import Difference, Reconciliation
from zhupi.marketing.v1.reconciliation_pb2_grpc import ReconciliationServiceStub

STATES: Final = Difference.State.DESCRIPTOR
KINDS: Final = Difference.Kind.DESCRIPTOR
DIFFERENCES: Final = ("subject", "kind", "state", "what", "first_seen_time", "last_seen_time", "gone_time")
RUNS: Final = (
    "state", "begun_by", "start_time", "finish_time", "allotments", "budgets", "reported", "repaired", "gone",
)  # fmt: skip


@command(activities, "differences", "与费用系统的差异", "Where activities and expense differ")
async def differences(
    session: Session,
    subject: Annotated[
        str,
        typer.Argument(
            metavar="[AC-…]", help="Only of this activity, or budgets/… · 只看该活动，或 budgets/…"
        ),
    ] = "",
    state: Annotated[str, typer.Option("--state", help=f"State: {', '.join(words(STATES))} · 状态")] = "",
    kind: Annotated[str, typer.Option("--kind", help=f"Kind: {', '.join(words(KINDS))} · 类别")] = "",
    limit: Limit = ENOUGH,
) -> None:
    request = pb.ListDifferencesRequest(
        state=Difference.State.ValueType(word(STATES, state, "--state")),
        kind=Difference.Kind.ValueType(word(KINDS, kind, "--kind")),
        subject=subject if subject.startswith("budgets/") else subject and document(subject),
    )
    rpc = session.stub(ReconciliationServiceStub).ListDifferences
    found = await listed(session, rpc, request, "differences", limit)
    session.out.table(found, DIFFERENCES, kind=Difference)


@command(activities, "reconciliations", "对账记录", "Reconciliations with expense")
async def reconciliations(session: Session, limit: Limit = ENOUGH) -> None:
    rpc = session.stub(ReconciliationServiceStub).ListReconciliations
    found = await listed(session, rpc, pb.ListReconciliationsRequest(), "reconciliations", limit)
    session.out.table(found, RUNS, kind=Reconciliation)


@command(activities, "reconcile", "立即对账", "Have all of it compared now", writes=True)
async def reconcile(session: Session) -> None:
    request = pb.StartReconciliationRequest(request_id=session.request_id())
    run = await session.stub(ReconciliationServiceStub).StartReconciliation(request)
    session.out.details(run, ("name", *RUNS))
    session.out.say(
        "五分钟内开始；结果：zhupi activity differences",
        "It begins within five minutes; what it finds: zhupi activity differences",
        style="dim",
    )
