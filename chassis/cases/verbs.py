"""What cases have done to documents, by the effect that asked for it. A workflow that begins again repeats all of it.

The table is the service's own: `case_verbs (document, effect, verb, at)` with the primary key (document, effect).
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Final

from chassis.postgres.wire import Wire

NOTE: Final = """
INSERT INTO case_verbs (document, effect, verb, at) VALUES (%(document)s, %(effect)s, %(verb)s, %(at)s)
ON CONFLICT DO NOTHING RETURNING effect
"""


class CaseVerbs:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def note(self, effect: str, document: str, verb: Enum, at: datetime) -> bool:
        """Whether it was not done before; then it is from this transaction on."""
        noted = {"document": document, "effect": effect, "verb": verb.value, "at": at}
        return bool((await self._wire.fetch((NOTE, noted)))[0])
