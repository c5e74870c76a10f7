"""Calendars between messages and the domain."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from google.type.date_pb2 import Date

from chassis.rpc.values import NameMalformed, date_from_message, date_to_message, time_to_message
from kernel.fields import within
from services.approval.domain.time.calendar import Override
from services.approval.domain.time.calendars import CalendarYear, Origin, year_document
from services.approval.mapping.names import organisation
from services.approval.use_cases.calendars import (
    EVERYWHERE,
    Published,
    PublishYear,
    RemoveDays,
    Rescheduling,
    SetDays,
    YearName,
)
from zhupi.approval.v1 import calendar_pb2 as pb

YEAR: Final = re.compile(r"calendars/([a-z0-9]+(?:[._-][a-z0-9]+)*)/([1-9][0-9]{0,3})")
ORIGINS: Final = {
    Origin.WEEKDAYS: pb.CalendarYear.ORIGIN_WEEKDAYS,
    Origin.ANNOUNCED: pb.CalendarYear.ORIGIN_ANNOUNCED,
    Origin.PUBLISHED: pb.CalendarYear.ORIGIN_PUBLISHED,
}


def year_to_message(year: CalendarYear) -> pb.CalendarYear:
    return pb.CalendarYear(
        name=year.document,
        organisation=organisation(year.organisation),
        year=year.year,
        origin=ORIGINS[year.origin],
        provisional=year.is_provisional,
        source=year.source,
        days=[
            pb.CalendarDay(
                day=date_to_message(one.day),
                working=one.working,
                reason=one.reason,
                organisation=organisation(one.organisation),
            )
            for one in year.special
        ],
        working_days=year.working_days,
        etag=str(year.version),
    )


def published_to_message(published: Published) -> pb.PublishedYear:
    return pb.PublishedYear(
        name=year_document(EVERYWHERE, published.year),
        year=published.year,
        source=published.source,
        working_days=published.working_days,
        etag=str(published.version),
        steps_to_move=published.behind,
    )


def rescheduling_to_message(found: Rescheduling) -> pb.Rescheduling:
    return pb.Rescheduling(version=found.version, steps_behind=found.behind, time=time_to_message(found.at))


def year_name(name: str) -> YearName:
    """Raises NameMalformed."""
    found = YEAR.fullmatch(name)
    if found is None:
        raise NameMalformed(field="name", name=name)
    return YearName(found[1], int(found[2]))


def set_days(request: pb.SetCalendarDaysRequest) -> SetDays:
    days = []
    for place, one in enumerate(request.days):
        with within(f"days[{place}].day"):
            days.append(Override(date_from_message(one.day), one.working, one.reason))
    return SetDays(year_name(request.name), tuple(days), request.etag)


def remove_days(request: pb.RemoveCalendarDaysRequest) -> RemoveDays:
    return RemoveDays(year_name(request.name), _days(request.days, "days"), request.etag)


def publish_year(request: pb.PublishYearRequest) -> PublishYear:
    return PublishYear(
        request.year,
        _days(request.days_off, "days_off"),
        _days(request.days_worked, "days_worked"),
        request.source,
        request.etag,
    )


def _days(messages: Iterable[Date], field: str) -> tuple[date, ...]:
    days = []
    for place, message in enumerate(messages):
        with within(f"{field}[{place}]"):
            days.append(date_from_message(message))
    return tuple(days)
