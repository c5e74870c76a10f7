"""Business calendars: shown to everybody, changed by administrators; open steps follow in the background."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.errors import EtagMismatch, FailedPrecondition, InvalidArgument, NotFound
from services.approval import permissions
from services.approval.domain.people.directory import AsOf, OrganisationId
from services.approval.domain.time.calendar import Override
from services.approval.domain.time.calendars import (
    Calendars,
    CalendarYear,
    must_be_in_reach,
    year_document,
)
from services.approval.domain.time.year import DayOutsideYear, Year, days_of
from services.approval.use_cases.calendar_events import CalendarDaysRemoved, CalendarDaysSet, YearPublished
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork

# In the place of an organisation: what holds for all.
EVERYWHERE = "-"


class DayTwice(InvalidArgument):
    zh = "{day} 出现多次"
    en = "{day} is named twice"


class NothingSaidOfDay(FailedPrecondition):
    zh = "该部门没有对 {day} 作过设置"
    en = "The organisation itself has said nothing of {day}"


@dataclass(frozen=True, slots=True)
class YearName:
    organisation: OrganisationId
    year: int


@dataclass(frozen=True, slots=True)
class SetDays:
    name: YearName
    days: tuple[Override, ...]
    etag: str = ""


@dataclass(frozen=True, slots=True)
class RemoveDays:
    name: YearName
    days: tuple[date, ...]
    etag: str = ""


@dataclass(frozen=True, slots=True)
class PublishYear:
    year: int
    off: tuple[date, ...]
    worked: tuple[date, ...]
    source: str
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    year: int
    source: str
    working_days: int
    version: int
    behind: int


@dataclass(frozen=True, slots=True)
class Rescheduling:
    version: int
    behind: int
    at: datetime


async def get_year(name: YearName, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> CalendarYear:
    """Raises NotFound, YearOutOfReach."""
    async with uow:
        today = await _today(name.year, uow, clock)
        return (await uow.calendars.current()).year(_upwards(name, today), name.year)


async def set_days(cmd: SetDays, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> CalendarYear:
    """Raises NotPermitted, NotFound, YearOutOfReach, DayOutsideYear, DayTwice, EtagMismatch."""
    permissions.require(actor, "ChangeCalendars")
    _must_lie_in(cmd.name.year, "days", (one.day for one in cmd.days))
    async with uow:
        today, known = await _changing(cmd.name, cmd.etag, uow, clock)
        version, now = known.version + 1, clock.now()
        uow.calendars.set_days(version, cmd.name.organisation, cmd.days, (), by=actor.person, at=now)
        said = CalendarDaysSet(
            document=year_document(cmd.name.organisation, cmd.name.year),
            version=version,
            by=actor,
            at=now,
            organisation=cmd.name.organisation,
            days=cmd.days,
        )
        uow.record(said)
        changed = (await uow.calendars.current()).year(_upwards(cmd.name, today), cmd.name.year)
        return await uow.commit(changed)


async def remove_days(
    cmd: RemoveDays, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> CalendarYear:
    """Raises NotPermitted, NotFound, YearOutOfReach, DayOutsideYear, DayTwice, EtagMismatch, NothingSaidOfDay."""
    permissions.require(actor, "ChangeCalendars")
    _must_lie_in(cmd.name.year, "days", cmd.days)
    async with uow:
        today, known = await _changing(cmd.name, cmd.etag, uow, clock)
        own = known.overrides.get(cmd.name.organisation, {})
        for day in cmd.days:
            if day not in own:
                raise NothingSaidOfDay(field="days", day=day)
        version, now = known.version + 1, clock.now()
        uow.calendars.set_days(version, cmd.name.organisation, (), cmd.days, by=actor.person, at=now)
        removed = CalendarDaysRemoved(
            document=year_document(cmd.name.organisation, cmd.name.year),
            version=version,
            by=actor,
            at=now,
            organisation=cmd.name.organisation,
            days=cmd.days,
        )
        uow.record(removed)
        changed = (await uow.calendars.current()).year(_upwards(cmd.name, today), cmd.name.year)
        return await uow.commit(changed)


async def publish_year(cmd: PublishYear, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Published:
    """Raises NotPermitted, YearOutOfReach, DayOutsideYear, DayTwice, NotAWorkedDay, EtagMismatch."""
    permissions.require(actor, "ChangeCalendars")
    now = clock.now()
    must_be_in_reach(cmd.year, local_date(now))
    for field, days in (("days_off", cmd.off), ("days_worked", cmd.worked)):
        _must_lie_in(cmd.year, field, days)
    year = Year.announced(cmd.year, cmd.off, cmd.worked)
    async with uow:
        await uow.calendars.lock()
        known = await uow.calendars.current()
        before = known.published.get(cmd.year)
        document = year_document(EVERYWHERE, cmd.year)
        _expect(document, before.version if before else 0, cmd.etag)
        version = known.version + 1
        uow.calendars.publish(version, year, cmd.source, by=actor.person, at=now)
        published = YearPublished(
            document=document,
            version=version,
            by=actor,
            at=now,
            year=cmd.year,
            days_off=tuple(sorted(cmd.off)),
            days_worked=tuple(sorted(cmd.worked)),
            source=cmd.source,
        )
        uow.record(published)
        working = sum(year.is_working(day) for day in days_of(cmd.year))
        behind = await uow.calendars.behind(version)
        return await uow.commit(Published(cmd.year, cmd.source, working, version, behind))


async def get_rescheduling(_: None, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Rescheduling:
    async with uow:
        version = (await uow.calendars.current()).version
        return Rescheduling(version, await uow.calendars.behind(version), clock.now())


async def _changing(
    name: YearName, etag: str, uow: ApprovalUnitOfWork, clock: Clock
) -> tuple[AsOf, Calendars]:
    """The organisations of today and the calendars, which nobody else changes meanwhile."""
    today = await _today(name.year, uow, clock)
    _upwards(name, today)
    await uow.calendars.lock()
    known = await uow.calendars.current()
    version = known.changed.get((name.organisation, name.year), 0)
    _expect(year_document(name.organisation, name.year), version, etag)
    return today, known


async def _today(year: int, uow: ApprovalUnitOfWork, clock: Clock) -> AsOf:
    day = local_date(clock.now())
    must_be_in_reach(year, day)
    return (await uow.directories.current()).as_of(day)


def _upwards(name: YearName, today: AsOf) -> tuple[OrganisationId, ...]:
    """The organisation and those above it. Raises NotFound."""
    found = tuple(one.id for one in today.upwards(name.organisation))
    if not found:
        raise NotFound(field="name", name=year_document(name.organisation, name.year))
    return found


def _must_lie_in(year: int, field: str, days: Iterable[date]) -> None:
    """Raises DayOutsideYear, DayTwice."""
    seen: set[date] = set()
    for day in days:
        if day.year != year:
            raise DayOutsideYear(field=field, day=day, year=year)
        if day in seen:
            raise DayTwice(field=field, day=day)
        seen.add(day)


def _expect(name: str, version: int, etag: str) -> None:
    if etag and etag != str(version):
        raise EtagMismatch(field="etag", name=name, current=version)
