"""`zhupi stand-in …`: who decides in whose place while somebody is away."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cli.command import command
from cli.help import HOUSE, group
from cli.names import resource
from cli.options import Seen
from cli.organisations import find_organisation
from cli.paging import ENOUGH, Limit, listed
from cli.people import find_person
from cli.session import Session
from cli.values import day
from reading.names import bare
from zhupi.approval.v1 import absence_pb2 as pb
from zhupi.approval.v1.absence_pb2 import StandIn
from zhupi.approval.v1.absence_pb2_grpc import AbsenceServiceStub

PANEL = HOUSE

stand_ins = group("代理", "Stand-ins")

COLUMNS: Final = (
    "name",
    "person_title",
    "deputy_title",
    "first_day",
    "last_day",
    "processes",
    "organisations",
    "state",
    "reason",
)
WHOLE: Final = (*COLUMNS, "creator", "create_time", "ender", "end_time")
Name = Annotated[str, typer.Argument(metavar="ID", help="A stand-in's id · 代理编号")]
For = Annotated[
    str,
    typer.Option(
        "--for",
        help="Who is away: a login or a Chinese name; oneself by default · 被代理人：登录名或姓名；默认自己",
    ),
]
Processes = Annotated[
    list[str] | None,
    typer.Option("--process", help="Only this process; may be repeated · 仅限该流程，可多次"),
]
Organisations = Annotated[
    list[str] | None,
    typer.Option(
        "--organisation", help="Only this organisation and below; may be repeated · 仅限该部门及下级，可多次"
    ),
]


@command(stand_ins, "create", "设置代理人", "Appoint a stand-in", writes=True)
async def create(
    session: Session,
    deputy: Annotated[
        str,
        typer.Argument(metavar="WHO", help="Who decides: a login or a Chinese name · 代理人：登录名或姓名"),
    ],
    person: For = "",
    first: Annotated[
        str, typer.Option("--from", help="First day; today by default · 开始日期；默认今天")
    ] = "",
    last: Annotated[
        str,
        typer.Option(
            "--to", help="Last day, included; until it is ended by default · 结束日期（含）；默认直到终止"
        ),
    ] = "",
    process: Processes = None,
    organisation: Organisations = None,
    reason: Annotated[str, typer.Option("--reason", "--comment", help="Why · 原因")] = "",
) -> None:
    request = pb.CreateStandInRequest(
        request_id=session.request_id(),
        person=await _named(session, person),
        deputy=(await find_person(session, deputy)).name,
        first_day=day(first, "first_day") if first else None,
        last_day=day(last, "last_day") if last else None,
        processes=process or [],
        organisations=[await find_organisation(session, one) for one in organisation or []],
        reason=reason,
    )
    session.out.details(await session.stub(AbsenceServiceStub).CreateStandIn(request), WHOLE)


@command(stand_ins, "list", "列出代理", "List stand-ins")
async def list_(
    session: Session,
    person: Annotated[str, typer.Option("--for", help="Only for this person · 只看该被代理人")] = "",
    deputy: Annotated[str, typer.Option("--by", help="Only by this stand-in · 只看该代理人")] = "",
    past: Annotated[bool, typer.Option("--past", help="Also those that are over · 包括已结束的")] = False,
    limit: Limit = ENOUGH,
) -> None:
    request = pb.ListStandInsRequest(
        person=await _named(session, person), deputy=await _named(session, deputy), show_past=past
    )
    rpc = session.stub(AbsenceServiceStub).ListStandIns
    session.out.table(await listed(session, rpc, request, "stand_ins", limit), COLUMNS, kind=StandIn)


@command(stand_ins, "show", "查看一项代理", "One stand-in")
async def show(session: Session, name: Name) -> None:
    request = pb.GetStandInRequest(name=resource("standIns", name))
    session.out.details(await session.stub(AbsenceServiceStub).GetStandIn(request), WHOLE)


@command(stand_ins, "end", "立即终止一项代理", "End a stand-in now", writes=True)
async def end(
    session: Session,
    name: Name,
    etag: Seen = "",
) -> None:
    request = pb.EndStandInRequest(
        name=resource("standIns", bare(name)), request_id=session.request_id(), etag=etag
    )
    session.out.details(await session.stub(AbsenceServiceStub).EndStandIn(request), WHOLE)


async def _named(session: Session, who: str) -> str:
    return (await find_person(session, who)).name if who else ""
