"""One destination of the relay: open while it can be sent to, closed while it is away or lacks what came before."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from chassis.backoff import backoff
from chassis.outbox import admin
from chassis.outbox.sender import Outgoing, Sender, Unreachable
from chassis.postgres.database import Database
from kernel.errors import Unavailable

log = structlog.get_logger(__name__)


class Destination:
    """A destination is opened when it has said since when it forgets nothing, and what it lacks waits to be sent again.

    So after a loss, a lane begins again at its beginning, and not with what happened to be written next. `attend` is its
    life; times are in seconds.
    """

    def __init__(self, name: str, sender: Sender, first_pause: float, longest_pause: float) -> None:
        self.name = name
        self.is_open = False
        self.remembers_since: datetime | None = None
        self._sender = sender
        self._pauses = (first_pause, longest_pause)
        self._failures = 0  # in a row
        self._closed = asyncio.Event()

    def admits(self, since: datetime | None) -> bool:
        """Whether rows may be sent that were read when the destination remembered everything `since` then."""
        return self.is_open and self.remembers_since == since

    async def send(self, message: Outgoing) -> None:
        """Raises what the sender raises; Unreachable closes the destination."""
        try:
            await self._sender.send(message)
        except Unreachable as error:
            if self.is_open:
                self.is_open = False
                self._closed.set()
                self._failed(error)
            raise
        if self._failures:
            log.info("a destination is back", destination=self.name)
        self._failures = 0

    def _failed(self, error: Exception) -> None:
        if self._failures == 0:
            log.warning("a destination is unreachable", destination=self.name, error=error)
        self._failures += 1

    async def attend(self, database: Database, wake: asyncio.Event, every: float, patience: float) -> None:
        """Open it, and look after it again whenever it was closed, and every so often."""
        while True:
            if self._failures:
                await asyncio.sleep(backoff(*self._pauses, self._failures - 1))
            try:
                async with asyncio.timeout(patience):
                    await self._make_whole(database)
            except (Unreachable, Unavailable, SQLAlchemyError, OSError, TimeoutError) as error:
                self._failed(error)
                continue
            self._closed.clear()
            self.is_open = True
            wake.set()
            with suppress(TimeoutError):
                async with asyncio.timeout(every):
                    await self._closed.wait()
            self.is_open = False

    async def _make_whole(self, database: Database) -> None:
        since = await self._sender.remembers_since()
        if since is None or since == self.remembers_since:
            return
        again = await admin.resend_lost(database, self.name, since)
        self.remembers_since = since
        if again:
            log.warning(
                "a destination lost messages; they are sent again", destination=self.name, count=again
            )
