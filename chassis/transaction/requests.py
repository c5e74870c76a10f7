"""One incoming call: who calls which method, under which request id; and the answers kept for repeated writes.

The gRPC edge sets the call (`handling`), the unit of work stores the answer of a write in the transaction of the write:

    uow.answering(request, encode)          # commit(answer) will keep encode(answer) under (caller, request_id)
    try:
        result = await use_case(command, uow=uow, actor=request.caller, clock=clock)
    except (AnsweredMeanwhile, Refusal):    # a repeated write meets its own effect: etag moved, number taken, …
        stored = await uow.stored_answer(request)
        if stored is None:
            raise
        return decode(stored)

Looking the answer up only when the write did not go through costs the ordinary write nothing, and it is enough: a
repeat can commit nothing, because its row in `requests` would stand there twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol, Self

from kernel.actor import Actor
from kernel.errors import InvalidArgument


@dataclass(frozen=True, slots=True)
class Request:
    """One call, as the edge has authenticated it.

    `method` is the full gRPC name (`/zhupi.expense.v1.ClaimService/SubmitClaim`), `request_id` the caller's UUID for a
    write and empty for a read, `body_hash` the SHA-256 of the deterministically serialised request, `deadline` a value
    of `time.monotonic()` in seconds, None where the caller waits for ever.
    """

    caller: Actor
    method: str
    request_id: str = ""
    body_hash: bytes = b""
    deadline: float | None = None


class RequestIdReused(InvalidArgument):
    zh = "请求编号 {request_id} 已用于另一个请求"
    en = "request_id {request_id} was used for another request"


class AnsweredMeanwhile(Exception):
    """A twin of this request was committed first. Everything here is rolled back and the twin's answer is stored."""


class Answering(Protocol):
    """The unit of work as the edge sees it."""

    def reading(self) -> Self:
        """Only ask: there will be nothing to commit."""
        ...

    def answering(self, request: Request, encode: Callable[[Any], bytes]) -> None:
        """Make the next `commit(answer)` keep `encode(answer)`. Without a request_id nothing is kept."""
        ...

    async def stored_answer(self, request: Request) -> bytes | None:
        """What was answered under the caller's request_id, None if nothing. Raises RequestIdReused."""
        ...


_current: ContextVar[Request | None] = ContextVar("zhupi_request", default=None)


def current_request() -> Request | None:
    """The call that is being handled, None in background work."""
    return _current.get()


@contextmanager
def handling(request: Request) -> Iterator[Request]:
    """Make `request` the current one inside the block."""
    token = _current.set(request)
    try:
        yield request
    finally:
        _current.reset(token)
