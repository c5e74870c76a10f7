"""The directory in the database: whole versions, the one in force kept in memory."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.wire import Wire
from kernel.text import Text
from services.approval.cache import EMPTY, Cache
from services.approval.domain.people.directory import (
    Assignment,
    Capability,
    Directory,
    Organisation,
    Person,
    Post,
    ReportingLine,
)
from services.approval.domain.people.periods import Period
from services.approval.store.reference_tables import (
    AssignmentRow,
    CapabilityRow,
    DirectoryVersionRow,
    OrganisationRow,
    PersonRow,
    PostRow,
    ReportingLineRow,
)
from services.approval.store.tables import Table

ONE_IMPORT_AT_A_TIME = 7_215_003_401  # advisory lock
LATEST: Final = "SELECT max(version) AS version FROM directory_versions"


class Directories:
    """Versions of the directory, inside one transaction. `once`: for whoever only asks, all is answered by the same version."""

    def __init__(self, session: AsyncSession, wire: Wire, cache: Cache, *, once: bool = False) -> None:
        self._once = once
        self._answered: Directory | None = None
        self._session = session
        self._wire = wire
        self._cache = cache

    async def current(self) -> Directory:
        """The version in force; an empty one, numbered 0, before the first import."""
        if self._once and self._answered is not None:
            return self._answered
        self._answered = await self._latest()
        return self._answered

    async def _latest(self) -> Directory:
        ((latest,),) = await self._wire.fetch((LATEST, {}))
        if latest.version is None:
            return EMPTY
        if self._cache.directory.version != latest.version:
            self._cache.directory = await self._read(latest.version)
        return self._cache.directory

    async def lock(self) -> None:
        """Let other imports wait until this transaction ends."""
        await self._session.execute(text(f"SELECT pg_advisory_xact_lock({ONE_IMPORT_AT_A_TIME})"))

    async def add(self, directory: Directory, importer: str, at: datetime) -> None:
        version = {"version": directory.version}
        row = {"imported_at": at, "importer": importer}
        await self._session.execute(insert(DirectoryVersionRow), [version | row])
        for table, rows in _written(directory).items():
            if rows:
                numbered = [version | {"line": line} | row for line, row in enumerate(rows)]
                await self._session.execute(insert(table), numbered)

    async def _read(self, version: int) -> Directory:
        return Directory(
            version=version,
            organisations=tuple(
                Organisation(r.id, Text(r.title_zh, r.title_en), r.parent, Period(r.first, r.last))
                for r in await self._rows(OrganisationRow, version)
            ),
            people=tuple(
                Person(r.id, r.name, r.organisation, r.grade, r.email, r.pinyin, Period(r.first, r.last))
                for r in await self._rows(PersonRow, version)
            ),
            posts=tuple(
                Post(r.key, Text(r.title_zh, r.title_en), tuple(r.roles), r.head)
                for r in await self._rows(PostRow, version)
            ),
            assignments=tuple(
                Assignment(r.person, r.post, r.organisation, Period(r.first, r.last))
                for r in await self._rows(AssignmentRow, version)
            ),
            reporting_lines=tuple(
                ReportingLine(r.person, r.manager, Period(r.first, r.last))
                for r in await self._rows(ReportingLineRow, version)
            ),
            capabilities=tuple(
                Capability(r.person, r.key, r.value, Period(r.first, r.last))
                for r in await self._rows(CapabilityRow, version)
            ),
        )

    async def _rows(self, table: type[Table], version: int) -> list[Any]:
        columns = table.__table__
        found = await self._session.execute(select(columns).where(columns.c.version == version))
        return list(found)


def _written(directory: Directory) -> dict[type[Table], list[dict[str, Any]]]:
    return {
        OrganisationRow: [
            {
                "id": o.id,
                "title_zh": o.title.zh,
                "title_en": o.title.en,
                "parent": o.parent,
                **_days(o.period),
            }
            for o in directory.organisations
        ],
        PersonRow: [
            {
                "id": p.id,
                "name": p.name,
                "organisation": p.organisation,
                "grade": p.grade,
                "email": p.email,
                "pinyin": p.pinyin,
                **_days(p.period),
            }
            for p in directory.people
        ],
        PostRow: [
            {
                "key": p.key,
                "title_zh": p.title.zh,
                "title_en": p.title.en,
                "roles": list(p.roles),
                "head": p.head,
            }
            for p in directory.posts
        ],
        AssignmentRow: [
            {"person": a.person, "post": a.post, "organisation": a.organisation, **_days(a.period)}
            for a in directory.assignments
        ],
        ReportingLineRow: [
            {"person": r.person, "manager": r.manager, **_days(r.period)} for r in directory.reporting_lines
        ],
        CapabilityRow: [
            {"person": c.person, "key": c.key, "value": c.value, **_days(c.period)}
            for c in directory.capabilities
        ],
    }


def _days(period: Period) -> dict[str, Any]:
    return {"first": period.first, "last": period.last}
