"""Looking at activities."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.errors import InvalidArgument
from services.marketing.domain.activity import Activity
from services.marketing.domain.life import ON_CALENDARS
from services.marketing.domain.terms import DatesReversed
from services.marketing.use_cases.ports import ActivityQuery, Directory, Work
from services.marketing.use_cases.sight import sight_of

LONGEST_CALENDAR: Final = 366


class CalendarTooLong(InvalidArgument):
    zh = "最多查询 {most} 天"
    en = "{most} days are the most at once"


@dataclass(frozen=True, slots=True)
class ListActivities:
    """`organisation` and `activity_class` stand for themselves and all below; `overdue`: today."""

    query: ActivityQuery
    page: PageRequest
    organisation: str = ""
    activity_class: str = ""
    overdue: bool = False


async def get_activity(
    number: str, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Activity:
    """Raises NotFound, also where the caller may not see it."""
    sight = await sight_of(actor, directory)
    async with uow:
        return await uow.activities.get(number, sight)


async def list_activities(
    cmd: ListActivities, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Page[Activity]:
    sight = await sight_of(actor, directory)
    organisations = await directory.below(cmd.organisation) if cmd.organisation else None
    async with uow:
        query = await query_of(cmd, organisations, uow, clock)
        return await uow.activities.page(query, sight, cmd.page)


async def list_calendar(
    cmd: ListActivities, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Page[Activity]:
    """Of the days of its query. Raises DatesReversed, CalendarTooLong."""
    _check_days(cmd.query.first_day, cmd.query.last_day)
    sight = await sight_of(actor, directory)
    organisations = await directory.below(cmd.organisation) if cmd.organisation else None
    async with uow:
        query = replace(await query_of(cmd, organisations, uow, clock), states=ON_CALENDARS)
        return await uow.activities.calendar(query, sight, cmd.page)


async def query_of(
    cmd: ListActivities, organisations: frozenset[str] | None, uow: Work, clock: Clock
) -> ActivityQuery:
    """What is asked for, with the classes below the class and today."""
    classes = None
    if cmd.activity_class:
        classes = (await uow.configurations.current()).below(cmd.activity_class)
    today = local_date(clock.now())
    return replace(
        cmd.query,
        organisations=organisations,
        classes=classes,
        overdue_on=today if cmd.overdue else None,
    )


def _check_days(first: date | None, last: date | None) -> None:
    if first is None or last is None:
        return
    if last < first:
        raise DatesReversed(field="last_day", start=first, end=last)
    if (last - first).days >= LONGEST_CALENDAR:
        raise CalendarTooLong(field="last_day", most=LONGEST_CALENDAR)


def in_days(cmd: ListActivities, first: date, last: date) -> ListActivities:
    """Of these days only; a month that was asked for as well narrows them."""
    query = cmd.query
    within_it = replace(
        query,
        first_day=max(first, query.first_day) if query.first_day else first,
        last_day=min(last, query.last_day) if query.last_day else last,
    )
    return replace(cmd, query=within_it)


def in_month(query: ActivityQuery, month: str) -> ActivityQuery:
    """`2026-03`."""
    first = date(int(month[:4]), int(month[5:]), 1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    return replace(query, first_day=first, last_day=last)
