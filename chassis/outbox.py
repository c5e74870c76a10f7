"""The relay: sends what was committed, in order within each lane, at least once, for as long as it takes.

Any number of relays may work one outbox. Each claims whole lanes by session-level advisory locks, so of one lane only
one of them sends. Should a relay lose its connection (and thereby its locks) in the midst of a lane, another begins the
lane again from the first unsent row: a row may then be sent twice, yet no row is sent for the first time before the
row ahead of it was. Receivers drop the repetition by the message's id.

Three kinds of failure, three answers:
  Unreachable    the destination is away: nothing is counted against the row; the destination rests with growing pauses.
  Unsendable     the destination will never take this row: it is parked, visible, and holds back its own lane only.
  anything else  the row is tried again with growing, jittered delays, and parked after `max_attempts`.

A commit in this process wakes the relay at once through the database's bell. PostgreSQL's NOTIFY would do that across
processes too, but takes a lock at commit that all notifying transactions queue for, through each other's fsync; so
other processes' rows (whose own relay was woken) are found by a poll instead.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

import psycopg
import structlog
from opentelemetry.trace import SpanKind
from sqlalchemy.exc import SQLAlchemyError

from chassis import outbox_admin
from chassis.database import Database
from chassis.outbox_store import Claimed, Failure, Lane, OutboxStore
from chassis.sender import Outgoing, Sender, Unreachable, Unsendable
from chassis.telemetry import continued, headers
from kernel.errors import Unavailable

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """Times in seconds."""

    lanes: int = 64  # in hand at once
    rows: int = 100  # of one lane, before others may have their turn
    poll: float = 1.0
    breath: float = 0.01  # between two looks at the table, so that under load one look serves many commits
    send_timeout: float = 10.0
    max_attempts: int = 12
    first_delay: float = 0.2
    longest_delay: float = 300.0
    first_pause: float = 0.25
    longest_pause: float = 3.0
    drain: float = 5.0
    upkeep: float = 15.0
    purge: float = 3600.0


def backoff(first: float, longest: float, failures: int) -> float:
    """Seconds to wait after so many failures in a row: doubling, and spread so that many do not come at once."""
    return min(longest, first * 2.0 ** min(failures, 30)) * random.uniform(0.5, 1.0)  # noqa: S311 - no secret


class Relay:
    """Carries one database's outbox to its destinations. `run` is its whole life."""

    def __init__(
        self, database: Database, senders: Mapping[str, Sender], settings: RelaySettings | None = None
    ) -> None:
        self._database = database
        self._senders = senders
        self._settings = settings or RelaySettings()
        self._in_hand: dict[Lane, asyncio.Task[None]] = {}
        self._done: list[Claimed] = []
        self._pauses: dict[str, int] = {}  # destination: how often in a row it was unreachable
        self._resting: set[str] = set()
        self._remembered: dict[str, datetime | None] = {}
        self._upkeep_due = asyncio.Event()
        self._stopping = asyncio.Event()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set, then finish the lanes in hand. Survives every outage of database and senders."""
        self._stopping, failures = stopping, 0
        upkeep = asyncio.create_task(self._upkeep())
        try:
            while not stopping.is_set():
                try:
                    store = await OutboxStore.open(self._database)
                    try:
                        failures = 0
                        await self._work(store)
                    finally:
                        await self._let_go()
                        await store.close()
                except (psycopg.Error, OSError) as error:
                    log.warning("the relay lost its database", error=error)
                    failures += 1
                    await _passed(stopping, backoff(0.1, 5, failures))
        finally:
            upkeep.cancel()
            await asyncio.wait([upkeep])

    async def _let_go(self) -> None:
        """Without the connection the lanes are not ours any more."""
        for task in self._in_hand.values():
            task.cancel()
        await asyncio.gather(*self._in_hand.values(), return_exceptions=True)
        self._in_hand.clear()
        self._done.clear()

    async def _work(self, store: OutboxStore) -> None:
        with self._database.bell.listening() as wake:
            stop = asyncio.create_task(self._ring_when_stopping(wake))
            try:
                while not self._stopping.is_set():
                    wake.clear()
                    breath = asyncio.create_task(asyncio.sleep(self._settings.breath))
                    await self._settle(store)
                    await self._claim(store, wake)
                    await _passed(wake, self._settings.poll)
                    await breath
                if self._in_hand:
                    await asyncio.wait(self._in_hand.values(), timeout=self._settings.drain)
                await self._settle(store)
            finally:
                stop.cancel()

    async def _ring_when_stopping(self, wake: asyncio.Event) -> None:
        await self._stopping.wait()
        wake.set()

    async def _settle(self, store: OutboxStore) -> None:
        done, self._done = self._done, []
        await store.settle(done)
        for claimed in done:
            self._in_hand.pop(claimed.lane, None)

    async def _claim(self, store: OutboxStore, wake: asyncio.Event) -> None:
        room = self._settings.lanes - len(self._in_hand)
        open_ = self._senders.keys() - self._resting
        if not room or not open_:
            return
        for claimed in await store.claim(open_, list(self._in_hand), room, self._settings.rows):
            self._in_hand[claimed.lane] = asyncio.create_task(self._carry(claimed, wake))

    async def _carry(self, claimed: Claimed, wake: asyncio.Event) -> None:
        """Send a lane's rows one after the other until one fails."""
        for message in claimed.messages:
            if self._stopping.is_set() or message.destination in self._resting:
                break
            try:
                with continued(message.headers, f"send {message.subject}", SpanKind.PRODUCER):
                    async with asyncio.timeout(self._settings.send_timeout):
                        traced = replace(message, headers={**message.headers, **headers()})
                        await self._senders[message.destination].send(traced)
            except Unreachable as error:
                self._rest(message.destination, error, wake)
                break
            except Exception as error:
                claimed.failure = self._failed(message, error)
                asyncio.get_running_loop().call_later(claimed.failure.delay, wake.set)
                break
            claimed.sent.append(message)
            self._pauses.pop(message.destination, None)
        self._done.append(claimed)
        wake.set()

    def _failed(self, message: Outgoing, error: Exception) -> Failure:
        park = isinstance(error, Unsendable) or message.attempts + 1 >= self._settings.max_attempts
        delay = backoff(self._settings.first_delay, self._settings.longest_delay, message.attempts)
        where = {"position": message.position, "lane": message.lane, "subject": message.subject}
        if park:
            log.error("a message is parked and holds back its lane", error=error, exc_info=error, **where)
        else:
            log.warning("a message was not sent", error=error, attempts=message.attempts + 1, **where)
        return Failure(message, f"{type(error).__name__}: {error}", delay, park)

    def _rest(self, destination: str, error: Exception, wake: asyncio.Event) -> None:
        """Leave the destination alone for a while; then one claim tries it again."""
        if destination in self._resting:
            return
        failures = self._pauses.get(destination, 0)
        self._pauses[destination] = failures + 1
        self._resting.add(destination)
        if not failures:
            log.warning("a destination is unreachable", destination=destination, error=error)
        pause = backoff(self._settings.first_pause, self._settings.longest_pause, failures)

        def resume() -> None:
            self._resting.discard(destination)
            self._upkeep_due.set()
            wake.set()

        asyncio.get_running_loop().call_later(pause, resume)

    async def _upkeep(self) -> None:
        """Now and then: send again what a destination has lost, and clear away what is long done."""
        purged, loop = -math.inf, asyncio.get_running_loop()
        while True:
            self._upkeep_due.clear()
            try:
                for destination in self._senders.keys() - self._resting:
                    await self._resend_lost(destination)
                if loop.time() - purged > self._settings.purge:
                    await outbox_admin.purge(self._database)
                    purged = loop.time()
            except (Unreachable, TimeoutError, Unavailable, SQLAlchemyError, OSError) as error:
                log.info("upkeep of the outbox is put off", error=error)
            await _passed(self._upkeep_due, self._settings.upkeep)

    async def _resend_lost(self, destination: str) -> None:
        async with asyncio.timeout(self._settings.send_timeout):
            since = await self._senders[destination].remembers_since()
        if since is None or since == self._remembered.get(destination):
            return
        again = await outbox_admin.resend_lost(self._database, destination, since)
        self._remembered[destination] = since
        if again:
            log.warning(
                "a destination lost messages; they are sent again", destination=destination, count=again
            )


async def _passed(event: asyncio.Event, seconds: float) -> None:
    """Return when the event is set or the time has passed."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
