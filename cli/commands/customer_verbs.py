"""`zhupi customer …`: what is done to customers."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

import typer

from cli.command import command
from cli.customer_view import customer_name, get_customer, show_customer
from cli.help import group
from cli.options import Etag
from cli.organisations import find_organisation
from cli.people import find_person
from cli.session import Session
from zhupi.customer.v1 import customer_pb2 as pb
from zhupi.customer.v1.customer_pb2_grpc import CustomerServiceStub

customers = group("客户", "Customers")

Customer = Annotated[str, typer.Argument(metavar="C…", help="Number of the customer · 客户编号")]
Reason = Annotated[str, typer.Option("--reason", help="Why · 原因")]


async def act(session: Session, given: str, etag: str, rpc: str, kind: type[Any], **said: str) -> None:
    """One verb on a customer as it was seen; shows it as it is afterwards."""
    name = customer_name(given)
    request = kind(
        name=name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or (await get_customer(session, name)).etag),
        **said,
    )
    show_customer(session.out, await getattr(session.stub(CustomerServiceStub), rpc)(request))


@command(customers, "progress", "更新进展", "Say how far the work has come", writes=True)
async def progress(
    session: Session,
    customer: Customer,
    key: Annotated[str, typer.Argument(metavar="KEY", help="discovered, negotiation, … · 进展编码")],
    etag: Etag = "",
) -> None:
    await act(session, customer, etag, "SetProgress", pb.SetProgressRequest, progress=key)


@command(customers, "opportunity", "转为商机", "Mark it an opportunity", writes=True)
async def opportunity(session: Session, customer: Customer, etag: Etag = "") -> None:
    await act(session, customer, etag, "MarkOpportunity", pb.MarkOpportunityRequest)


@command(customers, "lost", "标记流失", "Mark it lost", writes=True)
async def lost(session: Session, customer: Customer, reason: Reason, etag: Etag = "") -> None:
    await act(session, customer, etag, "MarkLost", pb.MarkLostRequest, reason=reason)


@command(customers, "stop", "停止交易", "Stop its trade", writes=True)
async def stop(session: Session, customer: Customer, reason: Reason, etag: Etag = "") -> None:
    await act(session, customer, etag, "StopTrading", pb.StopTradingRequest, reason=reason)


@command(customers, "resume", "恢复交易", "Resume its trade", writes=True)
async def resume(session: Session, customer: Customer, etag: Etag = "") -> None:
    await act(session, customer, etag, "ResumeTrading", pb.ResumeTradingRequest)


@command(customers, "close", "标记倒闭", "Mark it closed down", writes=True)
async def close(session: Session, customer: Customer, reason: Reason, etag: Etag = "") -> None:
    await act(session, customer, etag, "CloseDown", pb.CloseDownRequest, reason=reason)


@command(customers, "upstream", "设置上游客户", "Say from whom it buys", writes=True)
async def upstream(
    session: Session,
    customer: Customer,
    of: Annotated[str, typer.Argument(metavar="C…", help="Empty: from no other · 空为无上游")] = "",
    etag: Etag = "",
) -> None:
    other = customer_name(of) if of else ""
    await act(session, customer, etag, "SetUpstream", pb.SetUpstreamRequest, upstream=other)


@command(customers, "alias", "添加别名", "Add a name that others use", writes=True)
async def alias(
    session: Session,
    customer: Customer,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The other name · 别名")],
    etag: Etag = "",
) -> None:
    await act(session, customer, etag, "AddAlias", pb.AddAliasRequest, alias=name)


@command(customers, "unalias", "删除别名", "Remove a name that others used", writes=True)
async def unalias(
    session: Session,
    customer: Customer,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The other name · 别名")],
    etag: Etag = "",
) -> None:
    await act(session, customer, etag, "RemoveAlias", pb.RemoveAliasRequest, alias=name)


@command(
    customers, "merge", "把另一个客户并入此客户", "Take in another customer that is the same", writes=True
)
async def merge(
    session: Session,
    customer: Customer,
    other: Annotated[str, typer.Argument(metavar="C…", help="The one that goes · 被并客户")],
    reason: Reason,
) -> None:
    into, gone = await get_customer(session, customer), await get_customer(session, other)
    request = pb.MergeCustomersRequest(
        name=into.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", into.etag),
        other=gone.name,
        other_etag=session.pinned("--other-etag", gone.etag),
        reason=reason,
    )
    show_customer(session.out, await session.stub(CustomerServiceStub).MergeCustomers(request))


@command(customers, "reassign", "移交业务员的客户", "Hand customers of a salesperson over", writes=True)
async def reassign(
    session: Session,
    person: Annotated[str, typer.Argument(metavar="WHO", help="Whose: a login or a name · 原业务员")],
    to: Annotated[str, typer.Argument(metavar="WHO", help="To whom · 新业务员")],
    reason: Reason,
    customer: Annotated[
        list[str] | None, typer.Option("--customer", help="Only this one · 只移交该客户")
    ] = None,
    organisation: Annotated[
        str, typer.Option("--organisation", help="Only those of this organisation · 只移交该部门的")
    ] = "",
    to_organisation: Annotated[
        str, typer.Option("--to-organisation", help="Where they belong afterwards · 移交后所属部门")
    ] = "",
) -> None:
    """As many requests as it takes, each of which stands by itself: what was handed over is not found again."""
    request = pb.ReassignCustomersRequest(
        request_id=session.request_id(),
        salesperson=(await find_person(session, person)).name,
        to_salesperson=(await find_person(session, to)).name,
        organisation=await find_organisation(session, organisation),
        to_organisation=await find_organisation(session, to_organisation),
        customers=map(customer_name, customer or []),
        reason=reason,
    )
    whole = pb.ReassignCustomersResponse(remaining=1)
    while whole.remaining:
        answer = await session.stub(CustomerServiceStub).ReassignCustomers(request)
        whole.customers.extend(answer.customers)
        whole.remaining = answer.remaining
        request.request_id = str(uuid4())
    session.out.details(whole, ("customers",))


@command(customers, "reveal", "查看完整电话（留痕）", "See a phone number whole, on the record", writes=True)
async def reveal(
    session: Session,
    customer: Customer,
    phone: Annotated[
        str, typer.Argument(metavar="WHICH", help="phone, responsible_phone, people/1 · 哪个电话")
    ] = "phone",
    purpose: Annotated[str, typer.Option("--purpose", help="What for · 用途")] = "",
) -> None:
    request = pb.RevealPhoneRequest(
        name=customer_name(customer), request_id=session.request_id(), phone=phone, purpose=purpose
    )
    answer = await session.stub(CustomerServiceStub).RevealPhone(request)
    session.out.details(answer, ("phone",))
