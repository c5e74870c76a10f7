"""What is published for all that a service owns, inside one transaction.

The table is the service's own: `configurations (version, document, publisher, published_at)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

from chassis.postgres.wire import Wire, json
from kernel.errors import NotFound
from kernel.published import Published

P = TypeVar("P", bound=Published)

CURRENT: Final = "SELECT * FROM configurations ORDER BY version DESC LIMIT 1"
ONE: Final = "SELECT * FROM configurations WHERE version = %(version)s"
# Two who publish at once: the second waits here, and finds another version than it has read.
LOCK: Final = "LOCK TABLE configurations IN SHARE ROW EXCLUSIVE MODE"
ADD: Final = """
INSERT INTO configurations (version, document, publisher, published_at)
VALUES (%(version)s, %(document)s, %(publisher)s, %(published_at)s)
"""


class Publications(Generic[P]):
    """`delivered` is what holds until something is published; `read` and `document` are the way from a document and to one."""

    def __init__(
        self,
        wire: Wire,
        *,
        delivered: Callable[[], P],
        read: Callable[..., P],
        document: Callable[[P], dict[str, Any]],
    ) -> None:
        self._wire = wire
        self._delivered = delivered
        self._read = read
        self._document = document

    async def current(self) -> P:
        (rows,) = await self._wire.fetch((CURRENT, {}))
        return self._of(rows[0]) if rows else self._delivered()

    async def get(self, version: int) -> P:
        """0: what is in force. Raises NotFound."""
        if not version:
            return await self.current()
        (rows,) = await self._wire.fetch((ONE, {"version": version}))
        if not rows:
            raise NotFound(name=f"{self._delivered().name}@{version}")
        return self._of(rows[0])

    async def current_for_update(self) -> P:
        """Nobody else publishes until this transaction ends."""
        self._wire.write(LOCK, {})
        return await self.current()

    async def add(self, published: P) -> None:
        columns = {
            "version": published.version,
            "document": json(self._document(published)),
            "publisher": published.publisher,
            "published_at": published.publish_time,
        }
        self._wire.write(ADD, columns)

    def _of(self, row: Any) -> P:
        said = {"version": row.version, "publisher": row.publisher, "publish_time": row.published_at}
        return self._read(row.document, **said)
