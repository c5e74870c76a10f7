"""`zhupi erp …`: what the ERP has booked, and the switches of its sandbox."""

from __future__ import annotations

from typing import Annotated, Final

import typer
from google.protobuf.duration_pb2 import Duration

from cli.command import command
from cli.help import RUNNING, group
from cli.names import document as document_name
from cli.paging import ENOUGH, Limit, listed
from cli.session import Session
from zhupi.erp.v1.erp_pb2 import (
    Faults,
    GetFaultsRequest,
    ListPaymentsRequest,
    ListRegistrationsRequest,
    Payment,
    Registration,
    SetFaultsRequest,
)
from zhupi.erp.v1.erp_pb2_grpc import ErpSandboxServiceStub, ErpServiceStub

PANEL = RUNNING

erp = group("ERP（沙箱）", "The ERP (sandbox)")

PAYMENTS: Final = (
    "number",
    "state",
    "payee",
    "amount",
    "document",
    "key",
    "refusal",
    "create_time",
    "settle_time",
)
REGISTRATIONS: Final = (
    "code",
    "state",
    "customer",
    "display_name",
    "credit_limit",
    "payment_terms_days",
    "document",
    "key",
    "refusal",
    "create_time",
    "register_time",
)
FAULTS: Final = (
    "delay",
    "unavailable",
    "refuse_reason",
    "lose_answers",
    "never_settle",
    "only_next",
    "only_document",
)


@command(erp, "payments", "ERP 记账的全部付款", "Everything that the ERP has booked")
async def payments(
    session: Session,
    document: Annotated[str, typer.Argument(metavar="EC-…", help="Only of this document · 只看该单据")] = "",
    limit: Limit = ENOUGH,
) -> None:
    request = ListPaymentsRequest(document=document_name(document) if document else "")
    found = await listed(session, session.stub(ErpServiceStub).ListPayments, request, "payments", limit)
    session.out.table(found, PAYMENTS, kind=Payment)


@command(
    erp, "registrations", "ERP 客商档案的全部登记", "Every customer that was to be in the ERP's master file"
)
async def registrations(
    session: Session,
    customer: Annotated[str, typer.Argument(metavar="C…", help="Only of this customer · 只看该客户")] = "",
    limit: Limit = ENOUGH,
) -> None:
    request = ListRegistrationsRequest(
        customer=customer and f"customers/{customer.removeprefix('customers/')}"
    )
    found = await listed(
        session, session.stub(ErpServiceStub).ListRegistrations, request, "registrations", limit
    )
    session.out.table(found, REGISTRATIONS, kind=Registration)


@command(erp, "faults", "沙箱现在的故障", "What goes wrong in the sandbox now")
async def faults(session: Session) -> None:
    session.out.details(await session.stub(ErpSandboxServiceStub).GetFaults(GetFaultsRequest()), FAULTS)


@command(
    erp, "break", "让沙箱出故障；替换之前的全部故障", "Make something go wrong; replaces all earlier faults"
)
async def break_(
    session: Session,
    delay: Annotated[
        float,
        typer.Option(
            "--delay", min=0, max=600, help="Every answer takes so many seconds · 每次应答延迟多少秒"
        ),
    ] = 0,
    unavailable: Annotated[bool, typer.Option("--unavailable", help="Does not answer · 不可用")] = False,
    refuse: Annotated[
        str, typer.Option("--refuse", metavar="REASON", help="Refuses with this reason · 以此原因拒绝")
    ] = "",
    lose_answers: Annotated[
        bool, typer.Option("--lose-answers", help="Does it, but the answer is lost · 已办理但应答丢失")
    ] = False,
    never_settle: Annotated[bool, typer.Option("--never-settle", help="Stays pending · 一直处理中")] = False,
    next_: Annotated[
        int, typer.Option("--next", min=0, help="Only the next so many calls · 仅接下来几次调用")
    ] = 0,
    document: Annotated[
        str, typer.Option("--document", metavar="EC-…", help="Only this document · 仅该单据")
    ] = "",
) -> None:
    wanted = Faults(
        delay=Duration(seconds=int(delay), nanos=round(delay % 1 * 1_000_000_000)),
        unavailable=unavailable,
        refuse_reason=refuse,
        lose_answers=lose_answers,
        never_settle=never_settle,
        only_next=next_,
        only_document=document_name(document) if document else "",
    )
    await switch(session, wanted)


@command(erp, "heal", "排除沙箱的全部故障", "Heal everything")
async def heal(session: Session) -> None:
    await switch(session, Faults())


async def switch(session: Session, wanted: Faults) -> None:
    stub = session.stub(ErpSandboxServiceStub)
    session.out.details(await stub.SetFaults(SetFaultsRequest(faults=wanted)), FAULTS)
