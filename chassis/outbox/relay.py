"""The relay: sends what was committed, in order within each lane, at least once, for as long as it takes.

Any number of relays may work one outbox. Each claims whole lanes by session-level advisory locks, so of one lane only
one of them sends. Should a relay lose its connection (and thereby its locks) in the midst of a lane, another begins the
lane again from the first unsent row: a row may then be sent twice, yet no row is sent for the first time before the
row ahead of it was. Receivers drop the repetition by the message's id.

Three kinds of failure, three answers:
  Unreachable    the destination is away: nothing is counted against the row; the destination is closed with growing pauses.
  Unsendable     the destination will never take this row: it is parked, visible, and holds back its own lane only.
  anything else  the row is tried again with growing, jittered delays, and parked after `max_attempts`.

A commit in this process wakes the relay at once through the database's bell. PostgreSQL's NOTIFY would do that across
processes too, but takes a lock at commit that all notifying transactions queue for, through each other's fsync; so
other processes' rows (whose own relay was woken) are found by a poll instead.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

import psycopg
import structlog
from opentelemetry.trace import SpanKind
from sqlalchemy.exc import SQLAlchemyError

from chassis.backoff import backoff
from chassis.observability.metrics import OUTBOX, SENT
from chassis.observability.telemetry import continued, headers
from chassis.outbox import admin
from chassis.outbox.destination import Destination
from chassis.outbox.sender import Outgoing, Sender, Unreachable, Unsendable
from chassis.outbox.store import Claimed, Failure, Lane, OutboxStore
from chassis.postgres.database import Database

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


class Relay:
    """Carries one database's outbox to its destinations. `run` is its whole life."""

    def __init__(
        self, database: Database, senders: Mapping[str, Sender], settings: RelaySettings | None = None
    ) -> None:
        self._database = database
        self._settings = settings or RelaySettings()
        self._destinations = {
            name: Destination(name, sender, self._settings.first_pause, self._settings.longest_pause)
            for name, sender in senders.items()
        }
        self._in_hand: dict[Lane, asyncio.Task[None]] = {}
        self._done: list[Claimed] = []
        self._stopping = asyncio.Event()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set, then finish the lanes in hand. Survives every outage of database and senders."""
        self._stopping, failures = stopping, 0
        with self._database.bell.listening() as wake:
            asides = self._asides(wake)
            try:
                while not stopping.is_set():
                    try:
                        await self._work(wake)
                    except (psycopg.Error, OSError) as error:
                        log.warning("the relay lost its database", error=error)
                        failures += 1
                        await _passed(stopping, backoff(0.1, 5, failures))
            finally:
                for task in asides:
                    task.cancel()
                await asyncio.wait(asides)

    def _asides(self, wake: asyncio.Event) -> list[asyncio.Task[None]]:
        async def ring_when_stopping() -> None:
            await self._stopping.wait()
            wake.set()

        attend = [
            destination.attend(self._database, wake, self._settings.upkeep, self._settings.send_timeout)
            for destination in self._destinations.values()
        ]
        return [asyncio.create_task(aside) for aside in (ring_when_stopping(), self._keep_house(), *attend)]

    async def _keep_house(self) -> None:
        """Say how much waits; clear away what is long done."""
        purged, loop = -math.inf, asyncio.get_running_loop()
        while True:
            try:
                waiting = {found.destination: found for found in await admin.backlog(self._database)}
                for name in {*waiting, *self._destinations}:
                    found = waiting.get(name)
                    OUTBOX.labels(name, "waiting").set(found.waiting if found else 0)
                    OUTBOX.labels(name, "parked").set(found.parked if found else 0)
                if loop.time() - purged > self._settings.purge:
                    await admin.purge(self._database)
                    purged = loop.time()
            except (SQLAlchemyError, OSError) as error:
                log.info("keeping the outbox in order is put off", error=error)
            await asyncio.sleep(self._settings.upkeep)

    async def _work(self, wake: asyncio.Event) -> None:
        """Claim, send, settle, for as long as the connection that holds our locks."""
        store = await OutboxStore.open(self._database)
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
            await self._let_go()
            await store.close()

    async def _let_go(self) -> None:
        """Without the connection the lanes are not ours any more."""
        for task in self._in_hand.values():
            task.cancel()
        await asyncio.gather(*self._in_hand.values(), return_exceptions=True)
        self._in_hand.clear()
        self._done.clear()

    async def _settle(self, store: OutboxStore) -> None:
        done, self._done = self._done, []
        await store.settle(done)
        for claimed in done:
            self._in_hand.pop(claimed.lane, None)

    async def _claim(self, store: OutboxStore, wake: asyncio.Event) -> None:
        room = self._settings.lanes - len(self._in_hand)
        since = {d.name: d.remembers_since for d in self._destinations.values() if d.is_open}
        if not room or not since:
            return
        for claimed in await store.claim(since, list(self._in_hand), room, self._settings.rows):
            carry = self._carry(claimed, since[claimed.lane[0]], wake)
            self._in_hand[claimed.lane] = asyncio.create_task(carry)

    async def _carry(self, claimed: Claimed, since: datetime | None, wake: asyncio.Event) -> None:
        """Send a lane's rows one after the other until one fails."""
        destination = self._destinations[claimed.lane[0]]
        for message in claimed.messages:
            if self._stopping.is_set() or not destination.admits(since):
                break
            try:
                with continued(message.headers, f"send {message.subject}", SpanKind.PRODUCER):
                    async with asyncio.timeout(self._settings.send_timeout):
                        await destination.send(replace(message, headers={**message.headers, **headers()}))
            except Unreachable:
                SENT.labels(destination.name, "unreachable").inc()
                break
            except Exception as error:
                claimed.failure = self._failed(message, error)
                asyncio.get_running_loop().call_later(claimed.failure.delay, wake.set)
                break
            claimed.sent.append(message)
            SENT.labels(destination.name, "sent").inc()
        self._done.append(claimed)
        wake.set()

    def _failed(self, message: Outgoing, error: Exception) -> Failure:
        park = isinstance(error, Unsendable) or message.attempts + 1 >= self._settings.max_attempts
        delay = backoff(self._settings.first_delay, self._settings.longest_delay, message.attempts)
        SENT.labels(message.destination, "parked" if park else "failed").inc()
        where = {"position": message.position, "lane": message.lane, "subject": message.subject}
        if park:
            log.error("a message is parked and holds back its lane", error=error, exc_info=error, **where)
        else:
            log.warning("a message was not sent", error=error, attempts=message.attempts + 1, **where)
        return Failure(message, f"{type(error).__name__}: {error}", delay, park)


async def _passed(event: asyncio.Event, seconds: float) -> None:
    """Return when the event is set or the time has passed."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
