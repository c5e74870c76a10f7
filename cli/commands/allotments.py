"""`zhupi allotment …`: what activities hold of budgets, and what has been claimed on them."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cli.command import command
from cli.help import HOUSE, group
from cli.names import document
from cli.options import Organisation
from cli.organisations import find_organisation
from cli.output import plain
from cli.paging import ENOUGH, Limit, listed
from cli.refusals import NotAName, UnknownWord
from cli.session import Session
from zhupi.expense.v1 import allotment_pb2 as pb
from zhupi.expense.v1.allotment_pb2 import Allotment, AllotmentDraw, AllotmentLine
from zhupi.expense.v1.allotment_pb2_grpc import AllotmentServiceStub

PANEL = HOUSE

allotments = group("活动额度", "Allotments of activities")

SUMS: Final = ("reserved", "committed", "claimable", "drawn", "spent")
COLUMNS: Final = ("name", "title", "organisation", "state", *SUMS)
HEAD: Final = (*COLUMNS, "in_flight", "changing", "fully_claimed", "version", "create_time", "update_time")
LINES: Final = ("id", "expense_type", "month", "amount", *SUMS)
DRAWS: Final = ("claim", "line", "amount", "paid")
STATES: Final = {
    name.removeprefix("STATE_").lower(): number for name, number in Allotment.State.items() if number
}
Number = Annotated[str, typer.Argument(metavar="AC-…", help="Number of the activity · 活动编号")]


def allotment_name(given: str) -> str:
    """`allotments/AC-2026-000123` from the activity's number, or from either name. Raises NotAName."""
    collection, _, number = given.rpartition("/")
    if collection not in ("", "activities", "allotments"):
        raise NotAName(given=given)
    return f"allotments/{document(number).rpartition('/')[2]}"


@command(allotments, "list", "列出活动额度", "List allotments")
async def list_(
    session: Session,
    state: Annotated[str, typer.Option("--state", help=f"State: {', '.join(STATES)} · 状态")] = "",
    organisation: Organisation = "",
    query: Annotated[str, typer.Option("--query", help="Part of number or title · 编号或名称的一部分")] = "",
    limit: Limit = ENOUGH,
) -> None:
    if state and state not in STATES:
        raise UnknownWord(field="--state", given=state, known=", ".join(STATES))
    request = pb.ListAllotmentsRequest(
        state=STATES.get(state, Allotment.STATE_UNSPECIFIED),
        organisation=await find_organisation(session, organisation),
        query=query,
    )
    rpc = session.stub(AllotmentServiceStub).ListAllotments
    session.out.table(await listed(session, rpc, request, "allotments", limit), COLUMNS, kind=Allotment)


@command(allotments, "show", "查看一个活动的额度", "One allotment, line by line")
async def show(session: Session, activity: Number) -> None:
    request = pb.GetAllotmentRequest(name=allotment_name(activity))
    found = await session.stub(AllotmentServiceStub).GetAllotment(request)
    if session.out.as_json:
        session.out.json(plain(found))
        return
    session.out.details(found, HEAD)
    if found.lines:
        session.out.table(found.lines, LINES, kind=AllotmentLine)


@command(allotments, "draws", "占用额度的报销单", "The claims that draw on it")
async def draws(session: Session, activity: Number, limit: Limit = ENOUGH) -> None:
    rpc = session.stub(AllotmentServiceStub).ListAllotmentDraws
    request = pb.ListAllotmentDrawsRequest(allotment=allotment_name(activity))
    session.out.table(await listed(session, rpc, request, "draws", limit), DRAWS, kind=AllotmentDraw)
