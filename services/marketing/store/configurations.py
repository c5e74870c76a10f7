"""What market management has set, inside one transaction."""

from __future__ import annotations

from typing import Any, Final

from chassis.postgres.wire import Wire, json
from kernel.errors import NotFound
from services.marketing.domain.configuration import Configuration
from services.marketing.store.delivered import configuration_of, delivered, document_of

CURRENT: Final = "SELECT * FROM configurations ORDER BY version DESC LIMIT 1"
ONE: Final = "SELECT * FROM configurations WHERE version = %(version)s"
# Two who publish at once: the second waits here, and finds another version than it has read.
LOCK: Final = "LOCK TABLE configurations IN SHARE ROW EXCLUSIVE MODE"
ADD: Final = """
INSERT INTO configurations (version, document, publisher, published_at)
VALUES (%(version)s, %(document)s, %(publisher)s, %(published_at)s)
"""


class Configurations:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def current(self) -> Configuration:
        (rows,) = await self._wire.fetch((CURRENT, {}))
        return _of(rows[0]) if rows else delivered()

    async def get(self, version: int) -> Configuration:
        """0: the one in force. Raises NotFound."""
        if not version:
            return await self.current()
        (rows,) = await self._wire.fetch((ONE, {"version": version}))
        if not rows:
            raise NotFound(name=f"activityConfiguration@{version}")
        return _of(rows[0])

    async def current_for_update(self) -> Configuration:
        """Nobody else publishes until this transaction ends."""
        self._wire.write(LOCK, {})
        return await self.current()

    async def add(self, configuration: Configuration) -> None:
        columns = {
            "version": configuration.version,
            "document": json(document_of(configuration)),
            "publisher": configuration.publisher,
            "published_at": configuration.publish_time,
        }
        self._wire.write(ADD, columns)


def _of(row: Any) -> Configuration:
    return configuration_of(
        row.document, version=row.version, publisher=row.publisher, publish_time=row.published_at
    )
