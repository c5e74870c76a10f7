"""Planned routes: written once for each walk of a stage."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.approval.domain.case import Case
from services.approval.domain.names import CaseName
from services.approval.domain.route import Route
from services.approval.store.rows import ROUTE
from services.approval.store.tables import RouteRow


class Routes:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, case: CaseName, stage: str, round: int) -> Route | None:
        row = await self._session.get(RouteRow, (str(case), stage, round))
        return ROUTE.validate_python(row.route) if row else None

    async def add(self, case: Case, round: int, route: Route, at: datetime) -> None:
        row = {"case_id": str(case.name), "stage": route.stage, "round": round, "planned_at": at}
        planned = {"route": ROUTE.dump_python(route, mode="json"), "document_version": case.document_version}
        await self._session.execute(insert(RouteRow).values(row | planned))
