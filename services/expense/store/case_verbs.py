"""What cases have done to claims, remembered for ever."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.expense.domain.claim import Claim
from services.expense.domain.life import ClaimVerb
from services.expense.store.tables import CaseVerbRow


class CaseVerbs:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def note(self, effect: str, claim: Claim, verb: ClaimVerb, at: datetime) -> bool:
        noted = insert(CaseVerbRow).values(claim=claim.number, effect=effect, verb=verb.value, at=at)
        first = noted.on_conflict_do_nothing().returning(CaseVerbRow.effect)
        return await self._session.scalar(first) is not None
