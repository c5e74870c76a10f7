"""Planned routes: written once for each walk of a stage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from chassis.postgres.wire import Statement, Wire, json
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import CaseName
from services.approval.domain.planning.route import Route
from services.approval.domain.steps.walked import Past
from services.approval.store.rows import JUMPS, ROUTE
from services.approval.use_cases.views import RouteView

# As it is now: as it was planned, or as it became last.
_ROUTES: Final = """
SELECT routes.stage, routes.round, routes.document_version, coalesce(latest.route, routes.route) AS route,
    coalesce(latest.revision, 0) AS revision, coalesce(latest.jumps, '[]') AS jumps
FROM routes LEFT JOIN LATERAL (
    SELECT * FROM route_revisions AS became
    WHERE became.case_id = routes.case_id AND became.stage = routes.stage AND became.round = routes.round
    ORDER BY became.n DESC LIMIT 1
) AS latest ON true WHERE routes.case_id = %(case)s"""
FIND: Final = f"{_ROUTES} AND routes.stage = %(stage)s AND routes.round = %(round)s"
# The stage that was planned last is the one under way. Clocks of two servers do not agree on which that is.
RUNNING: Final = f"{_ROUTES} ORDER BY routes.n DESC LIMIT 1"
LATEST: Final = f"{_ROUTES} AND routes.stage = %(stage)s ORDER BY routes.round DESC LIMIT 1"
ALL: Final = f"{_ROUTES} ORDER BY routes.n"
ADD: Final = """
INSERT INTO routes (case_id, stage, round, n, route, document_version, planned_at)
SELECT %(case)s, %(stage)s, %(round)s, 1 + coalesce(max(n), 0), %(route)s, %(document_version)s, %(planned_at)s
FROM routes WHERE case_id = %(case)s
"""

BECAME: Final = """
INSERT INTO route_revisions (case_id, stage, round, n, revision, route, jumps, at)
SELECT %(case)s, %(stage)s, %(round)s, 1 + coalesce(max(n), 0), %(revision)s, %(route)s, %(jumps)s, %(at)s
FROM route_revisions WHERE case_id = %(case)s AND stage = %(stage)s AND round = %(round)s
"""
TURNED: Final = """
INSERT INTO walk_turns (case_id, stage, round, n, void, passed, jumped, at)
VALUES (%(case)s, %(stage)s, %(round)s, %(n)s, %(void)s, %(passed)s, %(jumped)s, %(at)s) ON CONFLICT DO NOTHING
"""
PAST: Final = """
SELECT n, void, passed, jumped FROM walk_turns
WHERE case_id = %(case)s AND stage = %(stage)s AND round = %(round)s ORDER BY n DESC LIMIT 1
"""


class Routes:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def find(self, case: CaseName, stage: str, round: int) -> RouteView | None:
        return one_route((await self._wire.fetch(route_of(case, stage, round)))[0])

    async def running(self, case: CaseName) -> RouteView | None:
        return one_route((await self._wire.fetch((RUNNING, {"case": str(case)})))[0])

    def became(self, case: CaseName, view: RouteView, at: datetime) -> None:
        row = {
            "case": str(case),
            "stage": view.route.stage,
            "round": view.round,
            "route": _json(view.route),
            "revision": view.revision,
            "jumps": json(JUMPS.dump_python(list(view.jumps), mode="json")),
            "at": at,
        }
        self._wire.write(BECAME, row)

    async def latest(self, case: CaseName, stage: str) -> RouteView | None:
        return one_route((await self._wire.fetch((LATEST, {"case": str(case), "stage": stage})))[0])

    def add(self, case: Case, round: int, route: Route, at: datetime) -> None:
        planned = {
            "case": str(case.name),
            "stage": route.stage,
            "round": round,
            "route": _json(route),
            "document_version": case.document_version,
            "planned_at": at,
        }
        self._wire.write(ADD, planned)

    def turned(self, case: CaseName, stage: str, round: int, past: Past, at: datetime) -> None:
        row = {
            "case": str(case),
            "stage": stage,
            "round": round,
            "n": past.turns,
            "void": json(dict(past.void)),
            "passed": json(dict(past.passed)),
            "jumped": past.jumped,
            "at": at,
        }
        self._wire.write(TURNED, row)

    async def past(self, case: CaseName, stage: str, round: int) -> Past | None:
        walk = {"case": str(case), "stage": stage, "round": round}
        rows = (await self._wire.fetch((PAST, walk)))[0]
        return next((Past(row.n, row.void, row.passed, row.jumped) for row in rows), None)


def route_of(case: CaseName, stage: str, round: int) -> Statement:
    return FIND, {"case": str(case), "stage": stage, "round": round}


def one_route(rows: Iterable[Any]) -> RouteView | None:
    for row in rows:
        return route_view(row)
    return None


def route_view(row: Any) -> RouteView:
    """From a row of `routes`, whether of SQLAlchemy's or psycopg's making."""
    jumps = tuple(JUMPS.validate_python(row.jumps))
    return RouteView(ROUTE.validate_python(row.route), row.round, row.document_version, row.revision, jumps)


def _json(route: Route) -> Any:
    return json(ROUTE.dump_python(route, mode="json", exclude_defaults=True))
