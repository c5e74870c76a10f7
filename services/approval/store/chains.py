"""What people go on with, in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.postgres.wire import Wire
from services.approval.domain.cases.names import CaseName, StepName
from services.approval.domain.people.directory import PersonId

SAME_KIND: Final = """
SELECT item.id FROM inbox_entries AS entry
    JOIN work_items AS item ON item.id = entry.id JOIN steps ON steps.id = item.step_id
WHERE entry.person = %(person)s AND entry.box = 'to_do' AND entry.process = %(process)s AND entry.until <= %(now)s
    AND steps.stage = %(stage)s AND steps.key = %(key)s AND item.id <> %(but)s AND item.answers IS NULL
    AND item.state IN ('offered', 'allocated', 'started')
ORDER BY entry.since, entry.id LIMIT %(size)s
"""
WISH: Final = """
INSERT INTO chains (case_id, person, since) VALUES (%(case)s, %(person)s, %(at)s) ON CONFLICT DO NOTHING
"""
WISHES: Final = "SELECT person FROM chains WHERE case_id = %(case)s ORDER BY since, person"
FULFIL: Final = "DELETE FROM chains WHERE case_id = %(case)s AND person = %(person)s"


class Chains:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def same_kind(
        self, person: PersonId, step: StepName, but: UUID, at: datetime, size: int
    ) -> tuple[UUID, ...]:
        asked = {
            "person": person,
            "process": step.case.process,
            "stage": step.stage,
            "key": step.key,
            "but": but,
            "now": at,
            "size": size,
        }
        return tuple(row.id for row in (await self._wire.fetch((SAME_KIND, asked)))[0])

    def wish(self, case: CaseName, person: PersonId, at: datetime) -> None:
        self._wire.write(WISH, {"case": str(case), "person": person, "at": at})

    async def wishes(self, case: CaseName) -> tuple[PersonId, ...]:
        return tuple(row.person for row in (await self._wire.fetch((WISHES, {"case": str(case)})))[0])

    def fulfil(self, case: CaseName, person: PersonId) -> None:
        self._wire.write(FULFIL, {"case": str(case), "person": person})
