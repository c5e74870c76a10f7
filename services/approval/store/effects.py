"""Effects and comments of cases."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.ids import uuid7
from services.approval.domain.names import CaseName
from services.approval.store.tables import CommentRow, EffectRow
from services.approval.use_cases.views import Comment, Effect, EffectState

TROUBLED = (EffectState.WAITING.value, EffectState.REFUSED.value)


def effect_of(row: EffectRow) -> Effect:
    return Effect(row.key, EffectState(row.state), row.reason, row.updated_at, row.next_attempt_at)


class Effects:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, case: CaseName, key: str) -> Effect | None:
        row = await self._session.get(EffectRow, (str(case), key))
        return effect_of(row) if row else None

    async def waiting(self, case: CaseName) -> tuple[Effect, ...]:
        rows = select(EffectRow).where(
            EffectRow.case_id == str(case), EffectRow.state == EffectState.WAITING.value
        )
        return tuple(map(effect_of, await self._session.scalars(rows.order_by(EffectRow.key))))

    async def save(self, case: CaseName, effect: Effect) -> None:
        values = {
            "state": effect.state.value,
            "reason": effect.reason,
            "updated_at": effect.updated_at,
            "next_attempt_at": effect.next_attempt_at,
        }
        row = upsert(EffectRow).values({"case_id": str(case), "key": effect.key, **values})
        await self._session.execute(
            row.on_conflict_do_update(index_elements=["case_id", "key"], set_=values),
            execution_options={"synchronize_session": False},
        )


class Comments:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, case: CaseName, comment: Comment) -> None:
        row = {"id": uuid7(comment.at), "case_id": str(case), "author": comment.author}
        await self._session.execute(
            insert(CommentRow).values(row | {"comment": comment.text, "at": comment.at})
        )
