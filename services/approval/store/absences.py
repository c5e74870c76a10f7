"""Stand-ins in the database. There are few of them: each question reads those it could be about, the rules are the domain's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Columns, Wire, json
from kernel.clock import local_date
from kernel.errors import NotFound
from services.approval.domain.people.directory import OrganisationId, PersonId
from services.approval.domain.people.periods import Period
from services.approval.domain.people.stand_ins import (
    Scope,
    StandIn,
    Standing,
    stand_ins_of,
    standings,
    stood_in_for,
)
from services.approval.store.directory import Directories
from services.approval.use_cases.queries import AskStandIns

ONE_AT_A_TIME: Final = 7_215_003_402  # advisory lock
ROW: Final = Columns(
    (
        "id",
        "person",
        "deputy",
        "first",
        "last",
        "processes",
        "organisations",
        "reason",
        "created_by",
        "created_at",
        "ended_by",
        "ended_at",
        "version",
    )
)
CHANGES: Final = Columns(("ended_by", "ended_at", "version"))
ADD: Final = f"INSERT INTO stand_ins ({ROW.columns}) VALUES ({ROW.values})"  # noqa: S608 - names of columns
SAVE: Final = f"UPDATE stand_ins SET {CHANGES.changes} WHERE id = %(id)s"  # noqa: S608 - names of columns
LOCK: Final = f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"
FIND: Final = "SELECT * FROM stand_ins WHERE id = %(id)s"
IN_FORCE: Final = """(ended_at IS NULL OR ended_at > %(at)s)
    AND (first IS NULL OR first <= %(day)s) AND (last IS NULL OR last >= %(day)s)"""
PRESENT: Final = "(ended_at IS NULL OR ended_at > %(at)s) AND (last IS NULL OR last >= %(day)s)"
ALL_PRESENT: Final = f"SELECT * FROM stand_ins WHERE {PRESENT} ORDER BY id"  # noqa: S608 - text of ours
# A stand-in may be away as well, and so on. UNION drops whoever was reached before.
REACHED: Final = f"""
WITH RECURSIVE reached AS (
    SELECT stand_ins.* FROM stand_ins WHERE deputy = %(deputy)s AND {IN_FORCE}
    UNION
    SELECT next.* FROM reached JOIN LATERAL (
        SELECT * FROM stand_ins WHERE deputy = reached.person AND {IN_FORCE}
    ) AS next ON true
)
SELECT * FROM reached
"""  # noqa: S608 - text of ours
OVER: Final = f"""
SELECT * FROM stand_ins
WHERE deputy = %(deputy)s AND person = ANY(%(people)s) AND NOT ({PRESENT}) ORDER BY id DESC LIMIT 1
"""  # noqa: S608 - text of ours


class Absences:
    def __init__(self, wire: Wire, directories: Directories) -> None:
        self._wire = wire
        self._directories = directories

    async def stood_in_for(
        self, person: PersonId, process: str, organisation: OrganisationId, at: datetime
    ) -> frozenset[PersonId]:
        known = await self._reached(person, at)
        if not known:
            return frozenset()
        today = (await self._directories.current()).as_of(local_date(at))
        return stood_in_for(person, known, process, organisation, today, at)

    async def stand_ins_of(
        self, people: Iterable[PersonId], process: str, organisation: OrganisationId, at: datetime
    ) -> frozenset[PersonId]:
        known = await self.all_present(at)
        if not known:
            return frozenset()
        today = (await self._directories.current()).as_of(local_date(at))
        return stand_ins_of(frozenset(people), known, process, organisation, today, at)

    async def standings(self, person: PersonId, at: datetime) -> frozenset[Standing]:
        known = await self._reached(person, at)
        if not known:
            return frozenset()
        return standings(person, known, (await self._directories.current()).as_of(local_date(at)), at)

    async def refuse_expired(self, person: PersonId, on_behalf_of: frozenset[PersonId], at: datetime) -> None:
        asked = {"deputy": person, "people": sorted(on_behalf_of), "at": at, "day": local_date(at)}
        for row in (await self._wire.fetch((OVER, asked)))[0]:
            stand_in_of(row).must_not_be_over(at)

    async def lock(self) -> None:
        await self._wire.fetch((LOCK, {}))

    async def all_present(self, at: datetime) -> tuple[StandIn, ...]:
        return _read((await self._wire.fetch((ALL_PRESENT, _moment(at))))[0])

    async def find(self, id: UUID) -> StandIn:
        for row in (await self._wire.fetch((FIND, {"id": id})))[0]:
            return stand_in_of(row)
        raise NotFound(name=f"standIns/{id}")

    async def page(self, asked: AskStandIns, page: PageRequest, at: datetime) -> Page[StandIn]:
        which, values = _which(asked, at)
        place = page.place(UUID)
        if place is not None:
            which, values = [*which, "id < %(after)s"], values | {"after": place[0]}
        listed = f"SELECT * FROM stand_ins WHERE {' AND '.join(which)} ORDER BY id DESC LIMIT %(limit)s"  # noqa: S608
        rows = (await self._wire.fetch((listed, values | {"limit": page.size + 1})))[0]
        here = _read(rows[: page.size])
        return Page(here, page.token((here[-1].id,)) if len(rows) > page.size else "")

    def add(self, stand_in: StandIn) -> None:
        row = {
            "id": stand_in.id,
            "person": stand_in.person,
            "deputy": stand_in.deputy,
            "first": stand_in.period.first,
            "last": stand_in.period.last,
            "processes": json(sorted(stand_in.scope.processes)),
            "organisations": json(sorted(stand_in.scope.organisations)),
            "reason": stand_in.reason,
            "created_by": stand_in.created_by,
            "created_at": stand_in.created_at,
        }
        self._wire.write(ADD, row | _changes(stand_in))

    def save(self, stand_in: StandIn) -> None:
        self._wire.write(SAVE, _changes(stand_in) | {"id": stand_in.id})

    async def _reached(self, deputy: PersonId, at: datetime) -> tuple[StandIn, ...]:
        return _read((await self._wire.fetch((REACHED, _moment(at) | {"deputy": deputy})))[0])


def stand_in_of(row: Any) -> StandIn:
    return StandIn(
        id=row.id,
        person=row.person,
        deputy=row.deputy,
        period=Period(row.first, row.last),
        scope=Scope(frozenset(row.processes), frozenset(row.organisations)),
        reason=row.reason,
        created_by=row.created_by,
        created_at=row.created_at,
        ended_by=row.ended_by,
        ended_at=row.ended_at,
        version=row.version,
    )


def _read(rows: Iterable[Any]) -> tuple[StandIn, ...]:
    return tuple(map(stand_in_of, rows))


def _moment(at: datetime) -> dict[str, Any]:
    return {"at": at, "day": local_date(at)}


def _changes(stand_in: StandIn) -> dict[str, Any]:
    return {"ended_by": stand_in.ended_by, "ended_at": stand_in.ended_at, "version": stand_in.version}


def _which(asked: AskStandIns, at: datetime) -> tuple[list[str], dict[str, Any]]:
    values: dict[str, Any] = {
        **_moment(at),
        "person": asked.person,
        "deputy": asked.deputy,
        "seen_by": asked.seen_by,
    }
    which = ["true"]
    which += ["person = %(person)s"] if asked.person else []
    which += ["deputy = %(deputy)s"] if asked.deputy else []
    which += ["(person = %(seen_by)s OR deputy = %(seen_by)s)"] if asked.seen_by else []
    which += [PRESENT] if asked.only_present else []
    return which, values
