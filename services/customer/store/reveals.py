"""Who saw which phone numbers, inside one transaction."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Final

from chassis.postgres.wire import Wire
from services.customer.use_cases.ports import Reveal

# One at a time for each person: two at once would each find room for one.
LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('customer/reveals/' || %(by)s::text, 0))"
LATEST: Final = "SELECT at FROM phone_reveals WHERE by = %(by)s ORDER BY at DESC LIMIT %(count)s"
ADD: Final = """
INSERT INTO phone_reveals (by, at, customer, phone, purpose)
VALUES (%(by)s, %(at)s, %(customer)s, %(phone)s, %(purpose)s)
"""


class Reveals:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def latest(self, by: str, count: int) -> list[datetime]:
        _, rows = await self._wire.fetch((LOCK, {"by": by}), (LATEST, {"by": by, "count": count}))
        return [row.at for row in rows]

    async def add(self, reveal: Reveal) -> None:
        self._wire.write(ADD, asdict(reveal))
