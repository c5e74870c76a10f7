"""Effects and comments of cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from chassis.postgres.wire import Wire
from kernel.ids import uuid7
from services.approval.domain.cases.names import CaseName
from services.approval.use_cases.views import Comment, Effect, EffectState

TROUBLED: Final = (EffectState.WAITING.value, EffectState.REFUSED.value)
FIND: Final = "SELECT * FROM effects WHERE case_id = %(case)s AND key = %(key)s"
WAITING: Final = "SELECT * FROM effects WHERE case_id = %(case)s AND state = 'waiting' ORDER BY key"
SAVE: Final = """
INSERT INTO effects (case_id, key, state, reason, updated_at, next_attempt_at)
VALUES (%(case)s, %(key)s, %(state)s, %(reason)s, %(updated_at)s, %(next_attempt_at)s)
ON CONFLICT (case_id, key) DO UPDATE SET state = excluded.state, reason = excluded.reason,
    updated_at = excluded.updated_at, next_attempt_at = excluded.next_attempt_at
"""
SETTLE: Final = """
UPDATE effects SET state = 'done', updated_at = %(at)s, next_attempt_at = NULL
WHERE case_id = %(case)s AND key = %(key)s AND state = 'waiting'
"""
SETTLE_ALL: Final = """
UPDATE effects SET state = 'done', updated_at = %(at)s, next_attempt_at = NULL
WHERE case_id = %(case)s AND state = 'waiting'
"""
ADD_COMMENT: Final = """
INSERT INTO comments (id, case_id, author, comment, at) VALUES (%(id)s, %(case)s, %(author)s, %(comment)s, %(at)s)
"""


def effect_of(row: Any) -> Effect:
    return Effect(row.key, EffectState(row.state), row.reason, row.updated_at, row.next_attempt_at)


class Effects:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def find(self, case: CaseName, key: str) -> Effect | None:
        found = (await self._wire.fetch((FIND, {"case": str(case), "key": key})))[0]
        return effect_of(found[0]) if found else None

    async def waiting(self, case: CaseName) -> tuple[Effect, ...]:
        found = (await self._wire.fetch((WAITING, {"case": str(case)})))[0]
        return tuple(map(effect_of, found))

    def save(self, case: CaseName, effect: Effect) -> None:
        row = {
            "case": str(case),
            "key": effect.key,
            "state": effect.state.value,
            "reason": effect.reason,
            "updated_at": effect.updated_at,
            "next_attempt_at": effect.next_attempt_at,
        }
        self._wire.write(SAVE, row)

    def settle(self, case: CaseName, key: str, at: datetime) -> None:
        self._wire.write(SETTLE, {"case": str(case), "key": key, "at": at})

    def settle_all(self, case: CaseName, at: datetime) -> None:
        self._wire.write(SETTLE_ALL, {"case": str(case), "at": at})


class Comments:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def add(self, case: CaseName, comment: Comment) -> None:
        row = {"id": uuid7(comment.at), "case": str(case), "author": comment.author}
        self._wire.write(ADD_COMMENT, row | {"comment": comment.text, "at": comment.at})
