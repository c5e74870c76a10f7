"""`zhupi calendar …`: on which days people work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Annotated, Final

import typer
from google.type.date_pb2 import Date

from cli.command import command
from cli.help import HOUSE, group
from cli.options import Seen
from cli.organisations import find_organisation
from cli.refusals import NotADate
from cli.session import Session
from cli.values import day, today
from reading.names import bare
from zhupi.approval.v1 import calendar_pb2 as pb
from zhupi.approval.v1.calendar_pb2_grpc import CalendarServiceStub

PANEL = HOUSE

calendars = group("工作日历", "Business calendars")

YEAR: Final = ("name", "organisation", "year", "origin", "provisional", "source", "working_days", "etag")
DAYS: Final = ("day", "working", "reason", "organisation")
PUBLISHED: Final = ("name", "year", "source", "working_days", "steps_to_move")
# No announcement names more; whoever mistypes a year should not wait.
LONGEST: Final = 366
Organisation = Annotated[str, typer.Argument(help="An organisation: henan, or its name · 部门：编码或名称")]
Days = Annotated[list[str], typer.Argument(help="Days, or 2027-10-01..2027-10-07 · 日期或日期区间")]


@command(calendars, "show", "查看部门一年的日历", "A year as an organisation sees it")
async def show(
    session: Session,
    organisation: Organisation,
    year: Annotated[int, typer.Argument(help="This year by default · 默认今年")] = 0,
) -> None:
    request = pb.GetCalendarYearRequest(name=await name_of(session, organisation, year or today().year))
    _shown(session, await session.stub(CalendarServiceStub).GetCalendarYear(request))


@command(calendars, "set", "设置部门某日上班或休息", "Say on which days an organisation works", writes=True)
async def set_(
    session: Session,
    organisation: Organisation,
    days: Days,
    working: Annotated[bool, typer.Option("--working/--off", help="Worked, or off · 上班或休息")],
    reason: Annotated[str, typer.Option("--reason", help="Why · 原因")],
    etag: Seen = "",
) -> None:
    found = list(spread(days, "days"))
    request = pb.SetCalendarDaysRequest(
        name=await name_of(session, organisation, found[0].year),
        request_id=session.request_id(),
        etag=etag,
        days=[pb.SetCalendarDaysRequest.Day(day=one, working=working, reason=reason) for one in found],
    )
    _shown(session, await session.stub(CalendarServiceStub).SetCalendarDays(request))


@command(
    calendars, "remove", "取消部门对某日的设置", "Take back what an organisation said of days", writes=True
)
async def remove(session: Session, organisation: Organisation, days: Days, etag: Seen = "") -> None:
    found = list(spread(days, "days"))
    request = pb.RemoveCalendarDaysRequest(
        name=await name_of(session, organisation, found[0].year),
        request_id=session.request_id(),
        etag=etag,
        days=found,
    )
    _shown(session, await session.stub(CalendarServiceStub).RemoveCalendarDays(request))


@command(calendars, "publish", "发布一年的节假日安排", "Publish a year as it was announced", writes=True)
async def publish(
    session: Session,
    year: Annotated[int, typer.Argument(help="The year · 年份")],
    source: Annotated[str, typer.Option("--source", help="Which announcement · 依据")],
    off: Annotated[
        list[str] | None,
        typer.Option("--off", help="Days off, or 2027-10-01..2027-10-07 · 放假日期或区间，可多次"),
    ] = None,
    worked: Annotated[
        list[str] | None,
        typer.Option("--worked", help="Weekend days that are worked · 调休上班的周末，可多次"),
    ] = None,
    etag: Seen = "",
) -> None:
    request = pb.PublishYearRequest(
        year=year,
        request_id=session.request_id(),
        etag=etag,
        days_off=spread(off or (), "off"),
        days_worked=spread(worked or (), "worked"),
        source=source,
    )
    session.out.details(await session.stub(CalendarServiceStub).PublishYear(request), PUBLISHED)


@command(calendars, "progress", "期限随日历重算的进度", "How far deadlines have followed the calendars")
async def progress(session: Session) -> None:
    found = await session.stub(CalendarServiceStub).GetRescheduling(pb.GetReschedulingRequest())
    session.out.details(found, ("version", "steps_behind", "time"))
    if not found.steps_behind:
        session.out.say(
            "所有期限都已按当前日历计算", "All deadlines are counted by the calendars as they are"
        )


async def name_of(session: Session, organisation: str, year: int) -> str:
    """`calendars/henan/2027`. Raises UnknownOrganisation, SeveralOrganisations."""
    return f"calendars/{bare(await find_organisation(session, organisation))}/{year}"


def spread(given: Iterable[str], field: str) -> Iterator[Date]:
    """Single days and `2027-10-01..2027-10-07`, day by day. Raises NotADate."""
    for one in given:
        first, dots, last = one.partition("..")
        begins, ends = day(first, field), day(last if dots else first, field)
        number = (_date(ends) - _date(begins)).days + 1
        if not 0 < number <= LONGEST:
            raise NotADate(field=field, given=one)
        for n in range(number):
            at = _date(begins) + timedelta(days=n)
            yield Date(year=at.year, month=at.month, day=at.day)


def _date(day: Date) -> date:
    return date(day.year, day.month, day.day)


def _shown(session: Session, year: pb.CalendarYear) -> None:
    session.out.details(year, YEAR)
    if not session.out.as_json:
        session.out.table(year.days, DAYS, kind=pb.CalendarDay)
