"""Published policies: as they were written, and as they are meant."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.transaction.unit_of_work import lane_key
from kernel.errors import NotFound
from kernel.text import Text
from services.approval.cache import Cache
from services.approval.domain.policies.policy import Policy
from services.approval.policy_text.reading import published_policy
from services.approval.store.reference_tables import PolicyRow
from services.approval.use_cases.refusals import NoPolicy
from services.approval.use_cases.views import PolicyView


class Policies:
    def __init__(self, session: AsyncSession, cache: Cache) -> None:
        self._session = session
        self._cache = cache

    async def in_force(self, process: str) -> Policy:
        row = await self._latest(process)
        if row is None:
            raise NoPolicy(field="process", process=process)
        return published_policy(row.yaml, row.version)

    async def version(self, process: str, version: int) -> Policy:
        known = self._cache.policies.get((process, version))
        if known is None:
            row = await self._session.get(PolicyRow, (process, version))
            if row is None:
                raise NotFound(name=f"policies/{process}/versions/{version}")
            known = self._cache.policies[process, version] = published_policy(row.yaml, row.version)
        return known

    async def lock(self, process: str) -> None:
        key = lane_key("approval", "policy", process)
        await self._session.execute(select(func.pg_advisory_xact_lock(key)))

    async def latest_version(self, process: str) -> int:
        latest = select(func.max(PolicyRow.version)).where(PolicyRow.process == process)
        return await self._session.scalar(latest) or 0

    async def add(self, view: PolicyView) -> None:
        row = {
            "process": view.process,
            "version": view.version,
            "title_zh": view.title.zh,
            "title_en": view.title.en,
            "yaml": view.yaml,
            "published_at": view.published_at,
            "publisher": view.publisher,
        }
        await self._session.execute(insert(PolicyRow).values(row))

    async def view(self, process: str, version: int | None) -> PolicyView:
        if version is None:
            row = await self._latest(process)
        else:
            row = await self._session.get(PolicyRow, (process, version))
        if row is None:
            versions = "" if version is None else f"/versions/{version}"
            raise NotFound(name=f"policies/{process}{versions}")
        return _view(row)

    async def page(self, process: str, page: PageRequest) -> Page[PolicyView]:
        if process:
            versions = select(PolicyRow).where(PolicyRow.process == process)
            key = PolicyRow.version
            found = await fetch_page(self._session, versions, page, key, newest_first=True)
        else:
            latest = (
                select(PolicyRow.process, func.max(PolicyRow.version).label("version"))
                .group_by(PolicyRow.process)
                .subquery()
            )
            in_force = select(PolicyRow).join(
                latest, (latest.c.process == PolicyRow.process) & (latest.c.version == PolicyRow.version)
            )
            found = await fetch_page(self._session, in_force, page, PolicyRow.process)
        return found.map(lambda row: _view(row.PolicyRow))

    async def titles(self) -> dict[str, Text]:
        """What every process is called, by the policy in force."""
        rows = await self._session.execute(
            select(PolicyRow.process, PolicyRow.title_zh, PolicyRow.title_en)
            .ext(distinct_on(PolicyRow.process))
            .order_by(PolicyRow.process, PolicyRow.version.desc())
        )
        return {process: Text(zh, en) for process, zh, en in rows}

    async def _latest(self, process: str) -> PolicyRow | None:
        latest = select(PolicyRow).where(PolicyRow.process == process)
        found: Any = await self._session.scalar(latest.order_by(PolicyRow.version.desc()).limit(1))
        row: PolicyRow | None = found
        return row


def _view(row: PolicyRow) -> PolicyView:
    title = Text(row.title_zh, row.title_en)
    return PolicyView(row.process, row.version, title, row.yaml, row.publisher, row.published_at)
