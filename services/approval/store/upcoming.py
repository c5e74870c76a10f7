"""What lies ahead of people, in the database. Its case is locked already where anything of it is changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Columns, Wire
from kernel.ids import uuid7
from kernel.text import Text
from services.approval.domain.cases.names import CaseName
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.ahead import Upcoming
from services.approval.domain.policies.ballot import Outcome
from services.approval.store.inbox_lines import CASE_LINE, case_line
from services.approval.store.participants import join
from services.approval.use_cases.ports.upcoming import Ahead, UpcomingView

KEYS: Final = "SELECT DISTINCT key FROM upcoming WHERE case_id = %(case)s"
# What nobody sees any more; then what they see, in which what was there keeps its place in their lists.
DROP: Final = """
DELETE FROM upcoming WHERE case_id = %(case)s
    AND (stage, key, person) NOT IN (SELECT %(stage)s, * FROM unnest(%(keys)s::text[], %(people)s::text[]))
"""
ADD: Final = """
INSERT INTO upcoming (case_id, stage, key, person, id, title_zh, title_en, is_sure, may_decide, since)
SELECT %(case)s, %(stage)s, row.*, %(since)s FROM unnest(
    %(keys)s::text[], %(people)s::text[], %(ids)s::uuid[], %(zh)s::text[], %(en)s::text[], %(sure)s::boolean[],
    %(may_decide)s::boolean[]
) AS row
ON CONFLICT (case_id, key, person) DO UPDATE
SET title_zh = excluded.title_zh, title_en = excluded.title_en, is_sure = excluded.is_sure,
    may_decide = excluded.may_decide
"""
REACHED: Final = "DELETE FROM upcoming WHERE case_id = %(case)s AND key = %(key)s"
END: Final = "DELETE FROM upcoming WHERE case_id = %(case)s"
_LINES: Final = f"""
SELECT upcoming.id AS upcoming_id, upcoming.key, upcoming.person, upcoming.stage AS upcoming_stage,
    upcoming.title_zh AS step_zh, upcoming.title_en AS step_en, upcoming.is_sure, upcoming.may_decide, upcoming.since,
    cases.document_version, said.round AS said_round, said.by AS said_by, said.outcome AS said_outcome,
    said.comment AS said_comment, said.document_version AS said_version, said.at AS said_at, {CASE_LINE}
FROM upcoming JOIN cases ON cases.id = upcoming.case_id LEFT JOIN decided_ahead AS said
    ON (said.case_id, said.stage, said.key, said.person)
        = (upcoming.case_id, upcoming.stage, upcoming.key, upcoming.person)
WHERE upcoming.person = %(person)s
"""  # noqa: S608 - names of columns
FIND: Final = f"{_LINES} AND upcoming.case_id = %(case)s AND upcoming.key = %(key)s"
PAGE: Final = f"""
{_LINES} AND (upcoming.since, upcoming.id) > (%(since)s::timestamptz, %(id)s::uuid)
ORDER BY upcoming.since, upcoming.id LIMIT %(size)s
"""
KEPT: Final = "SELECT * FROM decided_ahead WHERE case_id = %(case)s ORDER BY at, person"
AHEAD: Final = Columns(
    (
        "case_id",
        "stage",
        "round",
        "key",
        "person",
        "by",
        "service",
        "device",
        "outcome",
        "comment",
        "document_version",
        "at",
    )
)
KEEP: Final = f"INSERT INTO decided_ahead ({AHEAD.columns}) VALUES ({AHEAD.values})"  # noqa: S608 - names of columns
FORGET: Final = """
DELETE FROM decided_ahead WHERE case_id = %(case_id)s AND stage = %(stage)s AND round = %(round)s
    AND key = %(key)s AND person = %(person)s
"""
BEGINNING: Final = ("1970-01-01 00:00:00+00", UUID(int=0))


class UpcomingWork:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def keys(self, case: CaseName) -> frozenset[str]:
        return frozenset(row.key for row in (await self._wire.fetch((KEYS, {"case": str(case)})))[0])

    def replace(self, case: CaseName, stage: str, upcoming: Sequence[Upcoming], at: datetime) -> None:
        rows: dict[str, Any] = {
            "case": str(case),
            "stage": stage,
            "since": at,
            "keys": [one.step for one in upcoming],
            "people": [one.person for one in upcoming],
            # In the order of the route, as they are listed.
            "ids": sorted(uuid7(at) for _ in upcoming),
            "zh": [one.title.zh for one in upcoming],
            "en": [one.title.en for one in upcoming],
            "sure": [one.is_sure for one in upcoming],
            "may_decide": [one.may_decide for one in upcoming],
        }
        self._wire.write(DROP, rows)
        if upcoming:
            self._wire.write(ADD, rows)
            # Whoever sees what comes may look at what it is about.
            self._wire.write(*join(case, (one.person for one in upcoming)))

    def reached(self, case: CaseName, step: str) -> None:
        self._wire.write(REACHED, {"case": str(case), "key": step})

    def end(self, case: CaseName) -> None:
        self._wire.write(END, {"case": str(case)})

    async def find(self, case: CaseName, step: str, person: PersonId) -> UpcomingView | None:
        asked = {"case": str(case), "key": step, "person": person}
        return next(map(_view, (await self._wire.fetch((FIND, asked)))[0]), None)

    async def kept(self, case: CaseName) -> tuple[Ahead, ...]:
        return tuple(map(_ahead, (await self._wire.fetch((KEPT, {"case": str(case)})))[0]))

    def keep(self, case: CaseName, ahead: Ahead) -> None:
        row = {
            "by": ahead.by,
            "service": ahead.service,
            "device": ahead.device,
            "outcome": ahead.outcome.value,
            "comment": ahead.comment,
            "document_version": ahead.document_version,
            "at": ahead.at,
        }
        self._wire.write(KEEP, _name(case, ahead) | row)

    def forget(self, case: CaseName, ahead: Ahead) -> None:
        self._wire.write(FORGET, _name(case, ahead))

    async def page(self, person: PersonId, page: PageRequest) -> Page[UpcomingView]:
        since, id = page.place(datetime, UUID) or BEGINNING
        asked = {"person": person, "since": since, "id": id, "size": page.size + 1}
        rows = (await self._wire.fetch((PAGE, asked)))[0]
        here = rows[: page.size]
        more = len(rows) > page.size
        token = page.token((here[-1].since, here[-1].upcoming_id)) if more else ""
        return Page(tuple(map(_view, here)), token)


def _view(row: Any) -> UpcomingView:
    title = Text(row.step_zh, row.step_en)
    seen = Upcoming(row.key, title, row.person, row.is_sure, row.may_decide)
    said = row.said_at and Ahead(
        stage=row.upcoming_stage,
        round=row.said_round,
        step=row.key,
        person=row.person,
        by=row.said_by,
        outcome=Outcome(row.said_outcome),
        comment=row.said_comment,
        document_version=row.said_version,
        at=row.said_at,
    )
    return UpcomingView(case_line(row), row.document_version, row.upcoming_stage, seen, row.since, said)


def _ahead(row: Any) -> Ahead:
    return Ahead(
        stage=row.stage,
        round=row.round,
        step=row.key,
        person=row.person,
        by=row.by,
        outcome=Outcome(row.outcome),
        comment=row.comment,
        document_version=row.document_version,
        at=row.at,
        service=row.service,
        device=row.device,
    )


def _name(case: CaseName, ahead: Ahead) -> dict[str, Any]:
    return {
        "case_id": str(case),
        "stage": ahead.stage,
        "round": ahead.round,
        "key": ahead.step,
        "person": ahead.person,
    }
