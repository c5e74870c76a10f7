"""Cases in the database: locked and changed one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.wire import Columns, Statement, Wire, json
from chassis.transaction.unit_of_work import lane_key
from kernel.errors import NotFound
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import CaseName, StepName
from services.approval.domain.people.directory import PersonId
from services.approval.domain.steps.steps import Step
from services.approval.store.inbox_entries import InboxEntries
from services.approval.store.participants import join
from services.approval.store.routes import one_route, route_of
from services.approval.store.rows import CASE_CHANGES, REOPENING, case_of, case_values
from services.approval.store.shown_cases import ShownCases
from services.approval.store.steps import STEP_NAMED, STEP_OF_ITEM, one_step
from services.approval.use_cases.views import RouteView
from zhupi.approval.v1.events_pb2 import InboxChanged

FIXED: Final = Columns(
    (
        "id",
        "process",
        "number",
        "n",
        "document",
        "requested_version",
        "requester",
        "organisation",
        "snapshot",
        "created_at",
        "reopens",
    )
)
# NO KEY: rows that refer to the case may be added meanwhile.
LOCK: Final = "SELECT * FROM cases WHERE id = %(case)s FOR NO KEY UPDATE"
# A work item never moves to another case, so its case can be looked up before anything is locked.
LOCK_OF_ITEM: Final = """
SELECT * FROM cases WHERE id = (SELECT case_id FROM work_items WHERE id = %(item)s) FOR NO KEY UPDATE
"""
LOCK_DOCUMENT: Final = "SELECT pg_advisory_xact_lock(%(key)s)"
ABOUT_DOCUMENT: Final = "SELECT * FROM cases WHERE document = %(document)s ORDER BY n"
OF_DOCUMENT: Final = f"{ABOUT_DOCUMENT} FOR NO KEY UPDATE"
ADD: Final = f"""
INSERT INTO cases ({FIXED.columns}, {CASE_CHANGES.columns}) VALUES ({FIXED.values}, {CASE_CHANGES.values})
"""  # noqa: S608 - names of columns
SAVE: Final = f"UPDATE cases SET {CASE_CHANGES.changes} WHERE id = %(id)s"  # noqa: S608 - names of columns
SHOW: Final = "UPDATE cases SET snapshot = %(snapshot)s WHERE id = %(id)s"
# Whoever gives a case up or closes it leaves nothing ahead of anybody.
END_AHEAD: Final = (
    "DELETE FROM upcoming WHERE case_id = %(case)s",
    "DELETE FROM decided_ahead WHERE case_id = %(case)s",
)
NOTE_SIGNAL: Final = """
INSERT INTO signals (case_id, id, signal, args, at) VALUES (%(case)s, %(id)s, %(signal)s, %(args)s, %(at)s)
ON CONFLICT DO NOTHING RETURNING id
"""


class Cases(ShownCases):
    """Whoever changes anything of a case locks its row first; what hangs on it needs no locks of its own then."""

    def __init__(self, session: AsyncSession, wire: Wire, tell: Callable[[InboxChanged], None]) -> None:
        super().__init__(session, wire)
        self._entries = InboxEntries(wire, tell)
        self._requested: dict[str, int] = {}

    async def lock(self, name: CaseName) -> Case:
        found = (await self._wire.fetch((LOCK, {"case": str(name)})))[0]
        if not found:
            raise NotFound(name=name.resource)
        return case_of(found[0])

    async def lock_with_route(self, name: CaseName, stage: str, round: int) -> tuple[Case, RouteView | None]:
        lock = (LOCK, {"case": str(name)})
        cases, routes = await self._wire.fetch(lock, route_of(name, stage, round))
        if not cases:
            raise NotFound(name=name.resource)
        return case_of(cases[0]), one_route(routes)

    async def lock_with_step(
        self, name: CaseName, step: StepName, round: int
    ) -> tuple[Case, Step | None, RouteView | None]:
        lock = (LOCK, {"case": str(name)})
        cases, steps, routes = await self._wire.fetch(
            lock, (STEP_NAMED, {"step": str(step)}), route_of(name, step.stage, round)
        )
        if not cases:
            raise NotFound(name=name.resource)
        return case_of(cases[0]), one_step(steps), one_route(routes)

    async def lock_with_item(self, item: UUID) -> tuple[Case, Step]:
        asked = {"item": item}
        cases, rows = await self._wire.fetch((LOCK_OF_ITEM, asked), (STEP_OF_ITEM, asked))
        if not cases:
            raise NotFound(name=f"workItems/{item}")
        step = one_step(rows)
        assert step is not None
        return case_of(cases[0]), step

    async def lock_with_item_if_free(self, item: UUID) -> tuple[Case, Step] | None:
        asked = {"item": item}
        cases, rows = await self._wire.fetch((f"{LOCK_OF_ITEM} SKIP LOCKED", asked), (STEP_OF_ITEM, asked))
        step = one_step(rows)
        return (case_of(cases[0]), step) if cases and step else None

    async def of_document(self, document: str) -> tuple[Case, ...]:
        key = lane_key("approval", "document", document)
        lock: Statement = (LOCK_DOCUMENT, {"key": key})
        _, found = await self._wire.fetch(lock, (OF_DOCUMENT, {"document": document}))
        self._requested = {row.id: row.requested_version for row in found}
        return tuple(map(case_of, found))

    async def about(self, document: str) -> tuple[Case, ...]:
        (found,) = await self._wire.fetch((ABOUT_DOCUMENT, {"document": document}))
        return tuple(map(case_of, found))

    def requested_version(self, case: Case) -> int:
        return self._requested[str(case.name)]

    def add(self, case: Case, snapshot: Mapping[str, Any]) -> None:
        row = {
            "id": str(case.name),
            "process": case.name.process,
            "number": case.name.number,
            "n": case.name.n,
            "document": case.document,
            "requested_version": case.document_version,
            "requester": case.requester,
            "organisation": case.organisation,
            "snapshot": json(dict(snapshot)),
            "created_at": case.created_at,
            "reopens": json(REOPENING.dump_python(case.reopens, mode="json")) if case.reopens else None,
        }
        self._wire.write(ADD, row | case_values(case))
        assert case.created_at is not None
        self._entries.request(case.name, case.requester, case.created_at)

    def save(self, case: Case, snapshot: Mapping[str, Any] | None = None) -> None:
        self._wire.write(SAVE, case_values(case) | {"id": str(case.name)})
        self._entries.follow(case.name)
        if case.is_given_up or not case.is_open:
            for nothing_lies_ahead in END_AHEAD:
                self._wire.write(nothing_lies_ahead, {"case": str(case.name)})
        if snapshot is not None:
            self._wire.write(SHOW, {"id": str(case.name), "snapshot": json(dict(snapshot))})

    def join(self, name: CaseName, people: Iterable[PersonId]) -> None:
        if everyone := set(people):
            self._wire.write(*join(name, everyone))

    async def note_signal(
        self, name: CaseName, id: str, signal: str, args: Mapping[str, Any], at: datetime
    ) -> bool:
        row = {"case": str(name), "id": id, "signal": signal, "args": json(dict(args)), "at": at}
        return bool((await self._wire.fetch((NOTE_SIGNAL, row)))[0])
