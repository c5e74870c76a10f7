"""One write: aggregate, timeline, outbox and the request's answer commit together or not at all.

    async with uow:
        claim = await uow.claims.get_for_update(number)
        await uow.claims.save(claim.submit())
        uow.record(ClaimSubmitted.of(claim, by=actor, at=clock.now()), case_requested)
        await uow.commit(claim)

Leaving the block without `commit()` rolls back. The commit is one round trip to PostgreSQL, whatever was queued.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Final, Self, TypeVar, overload

import psycopg
from google.protobuf.message import Message
from opentelemetry.trace import SpanKind
from psycopg.rows import namedtuple_row
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.observability import telemetry
from chassis.postgres.database import Database, constraint_of, refusal_for, refusing
from chassis.postgres.tables import inbox, requests
from chassis.transaction.queued import BUS, Queued, Statement, kept, lane_key
from chassis.transaction.requests import AnsweredMeanwhile, Request, RequestIdReused
from kernel.timeline import Event

__all__ = ["BUS", "Statement", "UnitOfWork", "lane_key"]

T = TypeVar("T")

STATEMENTS: Final = "db.statements"  # how many went in one round trip


class AlreadyReceived(Exception):
    """The same message had its effect in another transaction meanwhile; this one is rolled back."""


class UnitOfWork:
    """One transaction at a time, READ COMMITTED. A service's subclass adds its repositories in `opened`.

    It may be entered again after it was left: each time it is a new transaction.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._session: AsyncSession | None = None
        self._only_asks = False
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._request: Request | None = None
        self._encode: Callable[[Any], bytes] = bytes
        self._received: dict[str, str] | None = None
        self._queued = Queued()

    @property
    def session(self) -> AsyncSession:
        if self._session is None:
            raise RuntimeError("the unit of work is not open: async with uow")
        return self._session

    def opened(self, session: AsyncSession) -> None:
        """A transaction begins: a subclass makes its repositories here."""

    def reading(self) -> Self:
        """Only ask: each question is a transaction of its own, so that nothing has to be begun or ended.

        READ COMMITTED shows each question what is committed by then, in one transaction as in many. What makes the
        difference is the ROLLBACK that is not needed: after one psycopg forgets all statements that it has prepared,
        and PostgreSQL would parse and plan each of them anew, for whoever has the connection next.
        """
        self._only_asks = True
        return self

    async def __aenter__(self) -> Self:
        if self._session is not None:
            raise RuntimeError("the unit of work is open already")
        sessions = self.database.asking if self._only_asks else self.database.sessions
        self._session, self._connection, self._queued = sessions(), None, Queued()
        self.opened(self._session)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Roll back what was not committed. A database error leaves as the refusal it means to the caller."""
        session, self._session, self._queued = self.session, None, Queued()
        if error is not None and not isinstance(error, Exception):
            # Cancelled in the midst of a statement: nobody knows what the connection is about to say.
            await asyncio.shield(session.invalidate())
            return
        try:
            await session.close()
        except OperationalError:
            # The connection is lost, and with it all that was not committed; what was read or committed stands.
            await session.invalidate()
        refusal = refusal_for(error) if error is not None else None
        if refusal is not None and refusal is not error:
            raise refusal from error

    def record(self, event: Event, *messages: Message, lane: str | None = None) -> None:
        """Queue a row of the document's timeline, and one message to the bus for each of `messages`."""
        self._queued.record(event, messages, lane or event.document)

    def send(self, lane: str, destination: str, body: Message | bytes, subject: str = "") -> None:
        """Queue a message to `destination`, one of those that the relay has senders for.

        Messages of one lane to one destination arrive in the order in which they were committed. The subject is that
        of the protobuf message unless one is given.
        """
        self._queued.send(destination, lane, body, subject)

    # For repositories on busy paths: plain SQL with psycopg's placeholders, one round trip for many statements.

    def write(self, statement: str, parameters: dict[str, Any]) -> None:
        """Queue a statement whose result nobody waits for: it goes with the commit, or ahead of the next `fetch`."""
        self._must_not_only_ask()
        self._queued.writes.append((statement, parameters))

    def _must_not_only_ask(self) -> None:
        if self._only_asks:
            raise RuntimeError("whoever only asks has nothing to write")

    async def fetch(self, *questions: Statement) -> list[list[Any]]:
        """Ask all questions in one round trip; the rows of each, columns by name.

        Each sees what those before it have locked or written, as if it had been asked alone.
        """
        if not questions and not self._queued.writes:
            return []
        driver = await self._driver()
        if self._only_asks and len(questions) == 1:
            return [await _asked(driver, *questions[0])]
        writes, self._queued.writes = self._queued.writes, []
        async with _round_trip(driver, "fetch", len(writes) + len(questions)) as cursor:
            for statement, parameters in writes:
                await cursor.execute(statement.encode(), parameters)
            cursors = [psycopg.AsyncCursor(driver, row_factory=namedtuple_row) for _ in questions]
            for asking, (question, parameters) in zip(cursors, questions, strict=True):
                await asking.execute(question.encode(), parameters)
        return [await cursor.fetchall() for cursor in cursors]

    async def _driver(self) -> psycopg.AsyncConnection[Any]:
        """The connection under the session, which keeps it from its first use to its end."""
        if self._connection is None:
            raw = await (await self.session.connection()).get_raw_connection()
            self._connection = raw.driver_connection
            assert self._connection is not None
        return self._connection

    @overload
    async def commit(self) -> None: ...
    @overload
    async def commit(self, answer: T) -> T: ...
    async def commit(self, answer: object = None) -> object:
        """Write what was queued, commit, wake the relay. Returns `answer`.

        Raises AnsweredMeanwhile, AlreadyReceived where a twin committed first, Contention, Unavailable.
        """
        self._must_not_only_ask()
        session = self.session
        await session.flush()
        answered = kept(self._request, self._encode(answer)) if self._request else None
        if statements := self._queued.statements(self._received, answered):
            await self._write(statements)
        await session.commit()
        self._connection = None  # the session has let it go
        if self._queued.messages:
            self.database.bell.ring()
        self._queued, self._request, self._received = Queued(), None, None
        return answer

    async def _write(self, statements: list[Statement]) -> None:
        """Send all statements and the COMMIT at once, and wait once."""
        driver = await self._driver()
        try:
            async with _round_trip(driver, "commit", len(statements)) as cursor:
                for statement, parameters in statements:
                    await cursor.execute(statement.encode(), parameters)
                await driver.commit()
        except psycopg.errors.UniqueViolation as error:
            match constraint_of(error):
                case "requests_pkey":
                    raise AnsweredMeanwhile from error
                case "inbox_pkey":
                    raise AlreadyReceived from error
            raise

    # The answer to the request that this write serves (requests.Answering).

    def answering(self, request: Request, encode: Callable[[Any], bytes]) -> None:
        """Make the next `commit(answer)` keep `encode(answer)`. Without a request_id nothing is kept."""
        self._request, self._encode = (request if request.request_id else None), encode

    async def stored_answer(self, request: Request) -> bytes | None:
        """What was answered under the caller's request_id, None if nothing. Raises RequestIdReused."""
        ours = (requests.c.caller == request.caller.id) & (requests.c.request_id == request.request_id)
        with refusing():
            async with self.database.sessions() as session:
                stored = (await session.execute(select(requests).where(ours))).one_or_none()
        if stored is None:
            return None
        if (stored.method, stored.body_hash) != (request.method, request.body_hash):
            raise RequestIdReused(field="request_id", request_id=request.request_id)
        answer: bytes = stored.answer
        return answer

    # The message that this write is the effect of (inbox.inbox).

    @property
    def is_receiving(self) -> bool:
        """Whether a message is taken in and nothing has been committed since."""
        return self._received is not None

    def receiving(self, consumer: str, message_id: str) -> None:
        """Make the next commit write the inbox row; an empty message id ends it."""
        self._received = {"consumer": consumer, "message_id": message_id} if message_id else None

    async def has_received(self, consumer: str, message_id: str) -> bool:
        """Whether the message has had its effect."""
        this = (inbox.c.consumer == consumer) & (inbox.c.message_id == message_id)
        with refusing():
            async with self.database.sessions() as session:
                return await session.scalar(select(inbox.c.message_id).where(this)) is not None


async def _asked(
    driver: psycopg.AsyncConnection[Any], question: str, parameters: dict[str, Any]
) -> list[Any]:
    """One question in a transaction of its own: nothing goes with it that a pipeline would be needed for."""
    with telemetry.step("fetch", SpanKind.CLIENT) as span:
        span.set_attribute(STATEMENTS, 1)
        asking = psycopg.AsyncCursor(driver, row_factory=namedtuple_row)
        await asking.execute(question.encode(), parameters)
        return await asking.fetchall()


@asynccontextmanager
async def _round_trip(
    driver: psycopg.AsyncConnection[Any], name: str, statements: int
) -> AsyncIterator[psycopg.AsyncCursor[Any]]:
    """Statements that are sent together and waited for once: one span, whose cursor makes none of its own."""
    with telemetry.step(name, SpanKind.CLIENT) as span:
        span.set_attribute(STATEMENTS, statements)
        async with driver.pipeline():
            yield psycopg.AsyncCursor(driver)
