"""Business calendars in the database: what is in force is kept in memory, whole, for there is little of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from chassis.postgres.wire import Wire, json
from services.approval.cache import Cache
from services.approval.domain.cases.names import StepName
from services.approval.domain.people.directory import OrganisationId, PersonId
from services.approval.domain.time.calendar import Override
from services.approval.domain.time.calendars import Calendars as AllCalendars
from services.approval.domain.time.calendars import PublishedYear
from services.approval.domain.time.year import Year

ONE_CHANGE_AT_A_TIME: Final = 7_215_003_403  # advisory lock
LATEST: Final = """
SELECT greatest((SELECT max(version) FROM calendar_days), (SELECT max(version) FROM calendar_years), 0) AS version
"""
DAYS: Final = """
SELECT DISTINCT ON (organisation, day) organisation, day, version, working, reason FROM calendar_days
ORDER BY organisation, day, version DESC
"""
YEARS: Final = """
SELECT DISTINCT ON (year) year, version, days_off, days_worked, source FROM calendar_years ORDER BY year, version DESC
"""
ADD_DAY: Final = """
INSERT INTO calendar_days (organisation, day, version, working, reason, set_by, set_at)
VALUES (%(organisation)s, %(day)s, %(version)s, %(working)s, %(reason)s, %(by)s, %(at)s)
"""
ADD_YEAR: Final = """
INSERT INTO calendar_years (year, version, days_off, days_worked, source, published_by, published_at)
VALUES (%(year)s, %(version)s, %(days_off)s, %(days_worked)s, %(source)s, %(by)s, %(at)s)
"""
BEHIND: Final = """
SELECT count(*) AS steps FROM steps WHERE state = 'open' AND calendar_version IS NOT NULL AND calendar_version < %(version)s
"""
NEXT_BEHIND: Final = """
SELECT id FROM steps WHERE state = 'open' AND calendar_version IS NOT NULL AND calendar_version < %(version)s
ORDER BY calendar_version, id LIMIT %(size)s
"""
PROVISIONAL: Final = """
SELECT id FROM steps WHERE state = 'open' AND provisional AND id > %(after)s ORDER BY id LIMIT %(size)s
"""


class Calendars:
    def __init__(self, wire: Wire, cache: Cache) -> None:
        self._wire = wire
        self._cache = cache

    async def current(self) -> AllCalendars:
        ((latest,),) = await self._wire.fetch((LATEST, {}))
        if self._cache.calendars.version != latest.version:
            self._cache.calendars = await self._read(latest.version)
        return self._cache.calendars

    async def lock(self) -> None:
        await self._wire.fetch(("SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": ONE_CHANGE_AT_A_TIME}))

    def set_days(
        self,
        version: int,
        organisation: OrganisationId,
        days: Iterable[Override],
        removed: Iterable[date],
        *,
        by: PersonId,
        at: datetime,
    ) -> None:
        said = [(one.day, one.working, one.reason) for one in days]
        for day, working, reason in (*said, *((day, None, "") for day in removed)):
            row = {"organisation": organisation, "day": day, "version": version, "by": by, "at": at}
            self._wire.write(ADD_DAY, row | {"working": working, "reason": reason})

    def publish(self, version: int, year: Year, source: str, *, by: PersonId, at: datetime) -> None:
        row: dict[str, Any] = {
            "year": year.year,
            "version": version,
            "days_off": json([day.isoformat() for day in sorted(year.off)]),
            "days_worked": json([day.isoformat() for day in sorted(year.worked)]),
            "source": source,
            "by": by,
            "at": at,
        }
        self._wire.write(ADD_YEAR, row)

    async def behind(self, version: int) -> int:
        ((found,),) = await self._wire.fetch((BEHIND, {"version": version}))
        return int(found.steps)

    async def next_behind(self, version: int, size: int) -> tuple[StepName, ...]:
        rows = (await self._wire.fetch((NEXT_BEHIND, {"version": version, "size": size})))[0]
        return tuple(StepName.parse(row.id) for row in rows)

    async def provisional(self, after: str, size: int) -> tuple[StepName, ...]:
        rows = (await self._wire.fetch((PROVISIONAL, {"after": after, "size": size})))[0]
        return tuple(StepName.parse(row.id) for row in rows)

    async def _read(self, version: int) -> AllCalendars:
        days, years = await self._wire.fetch((DAYS, {}), (YEARS, {}))
        overrides: defaultdict[str, dict[date, Override]] = defaultdict(dict)
        changed: dict[tuple[str, int], int] = {}
        for row in days:
            at = row.organisation, row.day.year
            changed[at] = max(changed.get(at, 0), row.version)
            if row.working is not None:
                overrides[row.organisation][row.day] = Override(row.day, row.working, row.reason)
        published = {row.year: PublishedYear(_year(row), row.source, row.version) for row in years}
        return AllCalendars(version, overrides, published, changed)


def _year(row: Any) -> Year:
    off, worked = (frozenset(map(date.fromisoformat, days)) for days in (row.days_off, row.days_worked))
    return Year(row.year, off, worked)
