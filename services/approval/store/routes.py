"""Planned routes: written once for each walk of a stage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from chassis.postgres.wire import Statement, Wire, json
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import CaseName
from services.approval.domain.planning.route import Route
from services.approval.store.rows import ROUTE
from services.approval.use_cases.views import RouteView

FIND: Final = """
SELECT route, document_version FROM routes
WHERE case_id = %(case)s AND stage = %(stage)s AND round = %(round)s
"""
LATEST: Final = """
SELECT route, round, document_version FROM routes
WHERE case_id = %(case)s AND stage = %(stage)s ORDER BY round DESC LIMIT 1
"""
ADD: Final = """
INSERT INTO routes (case_id, stage, round, route, document_version, planned_at)
VALUES (%(case)s, %(stage)s, %(round)s, %(route)s, %(document_version)s, %(planned_at)s)
"""


class Routes:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def find(self, case: CaseName, stage: str, round: int) -> RouteView | None:
        return one_route((await self._wire.fetch(route_of(case, stage, round)))[0], round)

    async def latest(self, case: CaseName, stage: str) -> RouteView | None:
        rows = (await self._wire.fetch((LATEST, {"case": str(case), "stage": stage})))[0]
        return one_route(rows, rows[0].round) if rows else None

    def add(self, case: Case, round: int, route: Route, at: datetime) -> None:
        planned = {
            "case": str(case.name),
            "stage": route.stage,
            "round": round,
            "route": json(ROUTE.dump_python(route, mode="json", exclude_defaults=True)),
            "document_version": case.document_version,
            "planned_at": at,
        }
        self._wire.write(ADD, planned)


def route_of(case: CaseName, stage: str, round: int) -> Statement:
    return FIND, {"case": str(case), "stage": stage, "round": round}


def one_route(rows: Iterable[Any], round: int) -> RouteView | None:
    for row in rows:
        return RouteView(ROUTE.validate_python(row.route), round, row.document_version)
    return None
