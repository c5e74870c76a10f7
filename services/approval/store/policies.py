"""Published policies: as they were written, and as they are meant."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, exists, func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.transaction.unit_of_work import lane_key
from kernel.errors import NotFound
from kernel.text import Text
from services.approval.cache import Cache
from services.approval.domain.policies.life import PolicyState
from services.approval.domain.policies.policy import Policy
from services.approval.policy_text.reading import published_policy
from services.approval.store.reference_tables import PolicyRow, RetirementRow
from services.approval.use_cases.policy_views import PolicyView, Retirement
from services.approval.use_cases.refusals import NoPolicy, PolicyOutOfForce

LATER: Final = aliased(PolicyRow)


class Policies:
    def __init__(self, session: AsyncSession, cache: Cache) -> None:
        self._session = session
        self._cache = cache

    async def in_force(self, process: str) -> Policy:
        view = await self._latest(process)
        if view is None:
            raise NoPolicy(field="process", process=process)
        if view.state is PolicyState.RETIRED:
            raise PolicyOutOfForce(field="process", process=process)
        return published_policy(view.yaml, view.version)

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

    async def retire(self, view: PolicyView) -> None:
        assert view.retirement is not None
        row = {
            "process": view.process,
            "version": view.version,
            "retired_by": view.retirement.by,
            "retired_at": view.retirement.at,
            "reason": view.retirement.reason,
        }
        await self._session.execute(insert(RetirementRow).values(row))

    async def view(self, process: str, version: int | None) -> PolicyView:
        if version is None:
            found = await self._latest(process)
        else:
            wanted = _versions().where(PolicyRow.process == process, PolicyRow.version == version)
            row = (await self._session.execute(wanted)).first()
            found = _view(row) if row else None
        if found is None:
            versions = "" if version is None else f"/versions/{version}"
            raise NotFound(name=f"policies/{process}{versions}")
        return found

    async def page(self, process: str, page: PageRequest) -> Page[PolicyView]:
        if process:
            found = await fetch_page(
                self._session,
                _versions().where(PolicyRow.process == process),
                page,
                PolicyRow.version,
                newest_first=True,
            )
        else:
            found = await fetch_page(self._session, _latest_of_each(), page, PolicyRow.process)
        return found.map(_view)

    async def titles(self) -> dict[str, Text]:
        """What every process is called, by the policy in force."""
        rows = await self._session.execute(
            select(PolicyRow.process, PolicyRow.title_zh, PolicyRow.title_en)
            .ext(distinct_on(PolicyRow.process))
            .order_by(PolicyRow.process, PolicyRow.version.desc())
        )
        return {process: Text(zh, en) for process, zh, en in rows}

    async def _latest(self, process: str) -> PolicyView | None:
        latest = _latest_of_each().where(PolicyRow.process == process)
        row = (await self._session.execute(latest)).first()
        return _view(row) if row else None


def _versions() -> Select[*tuple[Any, ...]]:
    """Every version, with its retirement, if there is one, and whether it is the latest of its process."""
    own = (RetirementRow.process == PolicyRow.process) & (RetirementRow.version == PolicyRow.version)
    later = exists().where(LATER.process == PolicyRow.process, LATER.version > PolicyRow.version)
    return select(PolicyRow, RetirementRow, (~later).label("is_latest")).outerjoin(RetirementRow, own)


def _latest_of_each() -> Select[*tuple[Any, ...]]:
    later = exists().where(LATER.process == PolicyRow.process, LATER.version > PolicyRow.version)
    return _versions().where(~later)


def _view(row: Any) -> PolicyView:
    policy, gone = row.PolicyRow, row.RetirementRow
    state = PolicyState.PUBLISHED if row.is_latest else PolicyState.SUPERSEDED
    if gone and row.is_latest:
        state = PolicyState.RETIRED
    return PolicyView(
        policy.process,
        policy.version,
        Text(policy.title_zh, policy.title_en),
        policy.yaml,
        policy.publisher,
        policy.published_at,
        state,
        Retirement(gone.retired_by, gone.retired_at, gone.reason) if gone else None,
    )
