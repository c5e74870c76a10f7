"""What cases have done to claims, remembered for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from chassis.postgres.wire import Wire
from services.expense.domain.claim import Claim
from services.expense.domain.life import ClaimVerb

NOTE: Final = """
INSERT INTO case_verbs (claim, effect, verb, at) VALUES (%(claim)s, %(effect)s, %(verb)s, %(at)s)
ON CONFLICT DO NOTHING RETURNING effect
"""


class CaseVerbs:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def note(self, effect: str, claim: Claim, verb: ClaimVerb, at: datetime) -> bool:
        noted = {"claim": claim.number, "effect": effect, "verb": verb.value, "at": at}
        return bool((await self._wire.fetch((NOTE, noted)))[0])
