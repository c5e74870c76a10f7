"""Who decided what, whose turn it was, and who was chosen, in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from chassis.postgres.wire import Wire, json
from services.approval.domain.cases.names import CaseName, StepName
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.known import Decided
from services.approval.domain.policies.references import place
from services.approval.domain.policies.separation import Party

# How many of the latest walks of a step say who is experienced in it.
LOOKED_BACK: Final = 1000

# What an item says now, not what was ever decided on it: a decision that was taken back is none.
DECIDED: Final = """
SELECT steps.stage, steps.key, steps.visit,
    item.decision ->> 'by' AS person, item.decision ->> 'on_behalf_of' AS on_behalf_of
FROM work_items AS item JOIN steps ON steps.id = item.step_id
WHERE item.case_id = %(case)s AND item.decision IS NOT NULL
ORDER BY item.decision ->> 'at', item.id
"""
REQUESTERS: Final = "SELECT DISTINCT requester AS person FROM cases WHERE document = ANY(%(documents)s)"
DECIDERS: Final = """
SELECT DISTINCT person FROM cases JOIN work_items AS item ON item.case_id = cases.id
CROSS JOIN LATERAL (VALUES (item.decision ->> 'by'), (item.decision ->> 'on_behalf_of')) AS who (person)
WHERE cases.document = ANY(%(documents)s) AND item.decision IS NOT NULL AND person <> ''
"""
HAND: Final = """
SELECT item.assignee FROM work_items AS item JOIN steps ON steps.id = item.step_id
WHERE item.case_id = %(case)s AND steps.stage = %(stage)s AND item.assignee <> ''
    AND jsonb_array_length(item.candidates) > 1
ORDER BY steps.opened_at, item.id LIMIT 1
"""
EXPERIENCE: Final = """
WITH latest AS (
    SELECT id FROM steps
    WHERE split_part(case_id, '/', 1) = %(process)s AND stage = %(stage)s AND key = %(key)s
    ORDER BY opened_at DESC LIMIT %(looked_back)s
)
SELECT item.assignee AS person, count(*) AS times FROM latest JOIN work_items AS item ON item.step_id = latest.id
WHERE item.decision IS NOT NULL AND item.assignee = ANY(%(people)s) GROUP BY item.assignee
"""
TURNS: Final = """
SELECT person, n FROM turns WHERE process = %(process)s AND place = %(place)s AND person <> ''
"""
# The row of nobody counts the turns, and is what those who want one wait for.
NEXT_TURN: Final = """
INSERT INTO turns (process, place, person, n) VALUES (%(process)s, %(place)s, '', 1)
ON CONFLICT (process, place, person) DO UPDATE SET n = turns.n + 1 RETURNING n
"""
TAKE_TURN: Final = """
INSERT INTO turns (process, place, person, n) VALUES (%(process)s, %(place)s, %(person)s, %(n)s)
ON CONFLICT (process, place, person) DO UPDATE SET n = excluded.n
"""
CHOSEN: Final = "SELECT key, people FROM step_choices WHERE case_id = %(case)s AND stage = %(stage)s"
CHOSEN_BY: Final = f"{CHOSEN} AND by_step = %(by_step)s"
# Whom administrators name, no step has named.
CHOICES: Final = f"{CHOSEN} AND by_step <> ''"
NAMED: Final = f"{CHOSEN} AND by_step = ''"
CHOOSE: Final = """
INSERT INTO step_choices (case_id, stage, key, people, by_step, chooser, at)
VALUES (%(case)s, %(stage)s, %(key)s, %(people)s, %(by_step)s, %(chooser)s, %(at)s)
ON CONFLICT (case_id, stage, key) DO UPDATE
SET people = excluded.people, by_step = excluded.by_step, chooser = excluded.chooser, at = excluded.at
"""
UNCHOOSE: Final = "DELETE FROM step_choices WHERE by_step = %(by_step)s AND chooser = %(chooser)s"


class History:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def decided(self, case: CaseName) -> tuple[Decided, ...]:
        rows = (await self._wire.fetch((DECIDED, {"case": str(case)})))[0]
        return tuple(
            Decided(place(row.stage, row.key), row.visit, person)
            for row in rows
            for person in (row.person, row.on_behalf_of)
            if person
        )

    async def related(self, documents: Collection[str]) -> Mapping[Party, frozenset[PersonId]]:
        asked = {"documents": sorted(documents)}
        requesters, deciders = await self._wire.fetch((REQUESTERS, asked), (DECIDERS, asked))
        return {
            Party.REQUESTER: frozenset(row.person for row in requesters),
            Party.DECIDERS: frozenset(row.person for row in deciders),
        }

    async def hand(self, case: CaseName, stage: str) -> PersonId:
        rows = (await self._wire.fetch((HAND, {"case": str(case), "stage": stage})))[0]
        return next((row.assignee for row in rows), "")

    async def experience(
        self, process: str, place: str, people: Sequence[PersonId]
    ) -> Mapping[PersonId, int]:
        stage, _, key = place.partition("/")
        asked = {
            "process": process,
            "stage": stage,
            "key": key,
            "people": list(people),
            "looked_back": LOOKED_BACK,
        }
        return {row.person: row.times for row in (await self._wire.fetch((EXPERIENCE, asked)))[0]}

    async def turns(self, process: str, place: str) -> Mapping[PersonId, int]:
        rows = (await self._wire.fetch((TURNS, {"process": process, "place": place})))[0]
        return {row.person: row.n for row in rows}

    async def lock_turns(self, process: str, place: str) -> int:
        ((row,),) = await self._wire.fetch((NEXT_TURN, {"process": process, "place": place}))
        n: int = row.n
        return n

    def take_turn(self, process: str, place: str, person: PersonId, n: int) -> None:
        self._wire.write(TAKE_TURN, {"process": process, "place": place, "person": person, "n": n})

    async def choices(self, case: CaseName, stage: str) -> Mapping[str, tuple[PersonId, ...]]:
        rows = (await self._wire.fetch((CHOICES, {"case": str(case), "stage": stage})))[0]
        return {row.key: tuple(row.people) for row in rows}

    async def chosen_by(self, step: StepName) -> Mapping[str, tuple[PersonId, ...]]:
        asked = {"case": str(step.case), "stage": step.stage, "by_step": str(step)}
        rows = (await self._wire.fetch((CHOSEN_BY, asked)))[0]
        return {row.key: tuple(row.people) for row in rows}

    async def named(self, case: CaseName, stage: str) -> Mapping[str, tuple[PersonId, ...]]:
        rows = (await self._wire.fetch((NAMED, {"case": str(case), "stage": stage})))[0]
        return {row.key: tuple(row.people) for row in rows}

    def name(
        self,
        case: CaseName,
        stage: str,
        key: str,
        people: Sequence[PersonId],
        administrator: PersonId,
        at: datetime,
    ) -> None:
        row = {
            "case": str(case),
            "stage": stage,
            "key": key,
            "people": json(list(people)),
            "by_step": "",
            "chooser": administrator,
            "at": at,
        }
        self._wire.write(CHOOSE, row)

    def choose(
        self, by: StepName, chooser: PersonId, choices: Mapping[str, tuple[PersonId, ...]], at: datetime
    ) -> None:
        for key, people in choices.items():
            row = {
                "case": str(by.case),
                "stage": by.stage,
                "key": key,
                "people": json(list(people)),
                "by_step": str(by),
                "chooser": chooser,
                "at": at,
            }
            self._wire.write(CHOOSE, row)

    def unchoose(self, by: StepName, chooser: PersonId) -> None:
        self._wire.write(UNCHOOSE, {"by_step": str(by), "chooser": chooser})
