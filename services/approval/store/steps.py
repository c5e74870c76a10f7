"""Steps and their work items in the database, and in whose lists the items stand. Their case is locked already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.postgres.wire import Columns, Wire, json
from kernel.actor import Actor
from kernel.ids import uuid7
from services.approval.domain.cases.names import CaseName, StepName
from services.approval.domain.people.directory import PersonId
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.steps.steps import Step, StepState
from services.approval.domain.steps.walked import Walked
from services.approval.domain.steps.work_items import Decision, WorkItem
from services.approval.store.inbox_entries import InboxEntries
from services.approval.store.rows import (
    ITEM_CHANGES,
    ITEM_COLUMNS,
    RULES,
    STEP_CHANGES,
    TERMS,
    WHY,
    item_of,
    item_values,
    step_of,
    step_values,
)

# Read in a statement of its own, behind the one that locks the case: it sees what was committed while that one waited.
_STEPS: Final = f"""
SELECT steps.id, steps.turns, steps.mode, steps.terms, steps.rules, steps.timers, steps.countdown,
    steps.title_zh, steps.title_en, steps.earlier, steps.previous, steps.state, steps.completion, steps.opened_at, steps.urged_at,
    cases.requester, coalesce((
        SELECT max(became.revision) FROM route_revisions AS became
        WHERE became.case_id = steps.case_id AND became.stage = steps.stage AND became.round = steps.round
    ), 0) AS route_revision, {ITEM_COLUMNS}
FROM steps JOIN cases ON cases.id = steps.case_id LEFT JOIN work_items AS item ON item.step_id = steps.id
WHERE {{}} ORDER BY steps.opened_at, steps.id, item.position
"""  # noqa: S608 - names of columns
STEP_OF_ITEM: Final = _STEPS.format("steps.id = (SELECT step_id FROM work_items WHERE id = %(item)s)")
STEP_NAMED: Final = _STEPS.format("steps.id = %(step)s")
LATEST_OF_ROUND: Final = _STEPS.format(
    """steps.case_id = %(case)s AND steps.stage = %(stage)s AND steps.round = %(round)s AND NOT EXISTS (
        SELECT FROM steps AS later WHERE later.case_id = steps.case_id AND later.stage = steps.stage
            AND later.round = steps.round AND later.key = steps.key AND later.visit > steps.visit
    )"""
)
IS_HELD: Final = "steps.state = 'completed' AND (steps.timers -> 'due' ? 'deliver' OR steps.timers -> 'stopped' ? 'deliver')"
UNDER_WAY: Final = _STEPS.format(f"steps.case_id = %(case)s AND (steps.state = 'open' OR {IS_HELD})")
OPEN_STEPS: Final = _STEPS.format("steps.case_id = %(case)s AND steps.state = 'open'")

STEP: Final = Columns(
    (
        "id",
        "case_id",
        "stage",
        "key",
        "visit",
        "round",
        "turns",
        "mode",
        "terms",
        "rules",
        "title_zh",
        "title_en",
        "earlier",
        "previous",
        "opened_at",
    )
)
ITEM: Final = Columns(
    ("id", "case_id", "step_id", "position", "why", "post", "weight", "seat", "answers", "created_at")
)
DECISION: Final = Columns(
    (
        "id",
        "item_id",
        "step_id",
        "case_id",
        "person",
        "on_behalf_of",
        "service",
        "device",
        "outcome",
        "comment",
        "return_to",
        "resume",
        "document_version",
        "at",
    )
)
# What stands among the decisions where one was taken back: that it was made stays true.
UNDONE: Final = "undone"
ADD_STEP: Final = f"""
INSERT INTO steps ({STEP.columns}, {STEP_CHANGES.columns}) VALUES ({STEP.values}, {STEP_CHANGES.values})
"""  # noqa: S608 - names of columns
ADD_ITEM: Final = f"""
INSERT INTO work_items ({ITEM.columns}, {ITEM_CHANGES.columns}) VALUES ({ITEM.values}, {ITEM_CHANGES.values})
"""  # noqa: S608 - names of columns
ADD_DECISION: Final = f"INSERT INTO decisions ({DECISION.columns}) VALUES ({DECISION.values})"  # noqa: S608 - likewise
SAVE_STEP: Final = f"UPDATE steps SET {STEP_CHANGES.changes} WHERE id = %(id)s"  # noqa: S608 - likewise
SAVE_ITEM: Final = f"UPDATE work_items SET {ITEM_CHANGES.changes} WHERE id = %(id)s"  # noqa: S608 - likewise
WALKED: Final = f"""
SELECT DISTINCT ON (key) key, visit, round, state, completion ->> 'outcome' AS outcome,
    completion ->> 'return_to' AS return_to, coalesce({IS_HELD}, false) AS is_held
FROM steps WHERE case_id = %(case)s AND stage = %(stage)s ORDER BY key, visit DESC
"""  # noqa: S608 - likewise
APPROVERS: Final = """
SELECT DISTINCT said.person
FROM work_items AS item, unnest(ARRAY[item.decision ->> 'by', item.decision ->> 'on_behalf_of']) AS said (person)
WHERE case_id = %(case)s AND item.decision ->> 'outcome' = 'approved' AND said.person <> '' ORDER BY said.person
"""
APPROVED: Final = """
SELECT key FROM (
    SELECT DISTINCT ON (key) key, visit, completion FROM steps
    WHERE case_id = %(case)s AND stage = %(stage)s AND round = %(round)s ORDER BY key, visit DESC
) AS latest WHERE completion ->> 'outcome' = 'approved' AND visit IS DISTINCT FROM (
    SELECT (turn.void ->> key)::bigint FROM walk_turns AS turn
    WHERE turn.case_id = %(case)s AND turn.stage = %(stage)s AND turn.round = %(round)s ORDER BY turn.n DESC LIMIT 1
)
"""
CONSUME: Final = """
UPDATE steps SET consumed_at = %(at)s
WHERE case_id = %(case)s AND state = 'completed' AND consumed_at IS NULL AND id = ANY(%(steps)s)
"""
CONSUME_ALL: Final = """
UPDATE steps SET consumed_at = %(at)s
WHERE case_id = %(case)s AND state = 'completed' AND consumed_at IS NULL
"""


class Steps:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._entries = InboxEntries(wire)

    async def find(self, name: StepName) -> Step | None:
        return one_step((await self._wire.fetch((STEP_NAMED, {"step": str(name)})))[0])

    async def open_steps(self, case: CaseName) -> tuple[Step, ...]:
        return steps_of((await self._wire.fetch((OPEN_STEPS, {"case": str(case)})))[0])

    async def of_round(self, case: CaseName, stage: str, round: int) -> tuple[Step, ...]:
        walked = {"case": str(case), "stage": stage, "round": round}
        return steps_of((await self._wire.fetch((LATEST_OF_ROUND, walked)))[0])

    async def under_way(self, case: CaseName) -> tuple[Step, ...]:
        return steps_of((await self._wire.fetch((UNDER_WAY, {"case": str(case)})))[0])

    async def walked(self, case: CaseName, stage: str) -> tuple[Walked, ...]:
        rows = (await self._wire.fetch((WALKED, {"case": str(case), "stage": stage})))[0]
        return tuple(
            Walked(
                row.key,
                row.visit,
                row.round,
                StepState(row.state),
                Outcome(row.outcome) if row.outcome else None,
                row.return_to or "",
                row.is_held,
            )
            for row in rows
        )

    async def approvers(self, case: CaseName) -> tuple[PersonId, ...]:
        rows = (await self._wire.fetch((APPROVERS, {"case": str(case)})))[0]
        return tuple(row.person for row in rows)

    async def approved(self, case: CaseName, stage: str, round: int) -> frozenset[str]:
        walked = {"case": str(case), "stage": stage, "round": round}
        return frozenset(row.key for row in (await self._wire.fetch((APPROVED, walked)))[0])

    def add(self, step: Step, round: int) -> None:
        row = {
            "id": str(step.name),
            "case_id": str(step.name.case),
            "stage": step.name.stage,
            "key": step.name.key,
            "visit": step.name.visit,
            "round": round,
            "turns": step.turns,
            "mode": step.mode.value,
            "terms": json(TERMS.dump_python(step.terms, mode="json")),
            "rules": json(RULES.dump_python(step.rules, mode="json", exclude_defaults=True)),
            "title_zh": step.title.zh,
            "title_en": step.title.en,
            "earlier": json(list(step.earlier)),
            "previous": json(list(step.previous)),
            "opened_at": step.opened_at,
        }
        self._wire.write(ADD_STEP, row | step_values(step))
        for position, item in enumerate(step.items):
            self._wire.write(ADD_ITEM, _item_row(step, position, item, step.opened_at))
        self._entries.move(step.name.case, (), step.items, step.opened_at, step.due)

    def save(self, before: Step, after: Step, at: datetime) -> None:
        """Write down what a verb has changed. Items that it has added stand behind those that were there."""
        there = len(before.items)
        pairs = zip(before.items, after.items[:there], strict=True)
        changed = [(old, new) for old, new in pairs if old is not new and old != new]
        for _, item in changed:
            self._wire.write(SAVE_ITEM, item_values(item) | {"id": item.id})
        added = after.items[there:]
        for position, item in enumerate(added, there):
            self._wire.write(ADD_ITEM, _item_row(after, position, item, at))
        listed = [new for _, new in changed] + list(added)
        self._entries.move(after.name.case, [old for old, _ in changed], listed, at, after.due)
        if before.due != after.due:
            self._entries.due(after.items, after.due)
        if step_values(before) != step_values(after):
            self._wire.write(SAVE_STEP, step_values(after) | {"id": str(after.name)})

    def take_back(self, item: UUID, step: StepName, decision: Decision, actor: Actor, at: datetime) -> None:
        self.add_decision(item, step, decision, actor, UNDONE, at)

    def add_decision(
        self,
        item: UUID,
        step: StepName,
        decision: Decision,
        actor: Actor,
        outcome: str = "",
        at: datetime | None = None,
    ) -> None:
        row = {
            "id": uuid7(at or decision.at),
            "item_id": item,
            "step_id": str(step),
            "case_id": str(step.case),
            "person": decision.by,
            "on_behalf_of": decision.on_behalf_of,
            "service": actor.service,
            "device": actor.device,
            "outcome": outcome or decision.outcome.value,
            "comment": decision.comment,
            "return_to": decision.return_to,
            "resume": decision.resume.value,
            "document_version": decision.document_version,
            "at": at or decision.at,
        }
        self._wire.write(ADD_DECISION, row)

    def consume(self, case: CaseName, steps: Sequence[str], at: datetime) -> None:
        if steps:
            self._wire.write(CONSUME, {"case": str(case), "steps": list(steps), "at": at})

    def consume_all(self, case: CaseName, at: datetime) -> None:
        self._wire.write(CONSUME_ALL, {"case": str(case), "at": at})


def one_step(rows: Iterable[Any]) -> Step | None:
    return next(iter(steps_of(rows)), None)


def steps_of(rows: Iterable[Any]) -> tuple[Step, ...]:
    """Steps from rows of `_STEPS`: one for each work item, or one for a step without any."""
    first: dict[str, Any] = {}
    items: defaultdict[str, list[WorkItem]] = defaultdict(list)
    for row in rows:
        first.setdefault(row.id, row)
        if row.item_id is not None:
            items[row.id].append(item_of(row))
    return tuple(step_of(row, tuple(items[id]), row.requester) for id, row in first.items())


def _item_row(step: Step, position: int, item: WorkItem, at: datetime) -> dict[str, Any]:
    return {
        "id": item.id,
        "case_id": str(step.name.case),
        "step_id": str(step.name),
        "position": position,
        "why": json(WHY.dump_python(item.why, mode="json")),
        "post": item.post,
        "weight": item.weight,
        "seat": item.seat,
        "answers": item.answers,
        "created_at": at,
        **item_values(item),
    }
