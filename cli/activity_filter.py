"""Which activities a command is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

import typer

from cli.customer_view import customer_name
from cli.options import Organisation, Requester
from cli.organisations import find_organisation
from cli.people import find_person
from cli.session import Session
from cli.values import month
from cli.written import word, words
from zhupi.marketing.v1 import activity_pb2 as pb

STATES: Final = pb.Activity.State.DESCRIPTOR


@dataclass(frozen=True)
class Asked:
    """Which activities."""

    state: Annotated[str, typer.Option("--state", help=f"State: {', '.join(words(STATES))} · 状态")] = ""
    activity_class: Annotated[
        str, typer.Option("--class", help="This class and all below it · 此类别及其下级")
    ] = ""
    organisation: Organisation = ""
    requester: Requester = ""
    customer: Annotated[str, typer.Option("--customer", metavar="C…", help="The customer · 客户编号")] = ""
    product: Annotated[str, typer.Option("--product", help="Code of a product · 产品编码")] = ""
    in_month: Annotated[
        str, typer.Option("--month", help="With a day in it: 2026-03 · 期间含此月份：2026-03")
    ] = ""
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Those that ought to have been closed · 逾期未结案")
    ] = False
    query: Annotated[str, typer.Option("--query", help="Part of number or title · 单号或名称的一部分")] = ""


async def filter_of(session: Session, asked: Asked) -> pb.ActivityFilter:
    return pb.ActivityFilter(
        state=pb.Activity.State.ValueType(word(STATES, asked.state, "--state")),
        activity_class=asked.activity_class,
        organisation=await find_organisation(session, asked.organisation),
        requester=(await find_person(session, asked.requester)).name if asked.requester else "",
        customer=customer_name(asked.customer) if asked.customer else "",
        product=asked.product,
        month=month(asked.in_month, "--month") if asked.in_month else "",
        overdue=asked.overdue,
        query=asked.query,
    )
