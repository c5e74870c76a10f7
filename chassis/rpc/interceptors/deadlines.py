"""No call lasts for ever: callers say how long they wait; without a word a default holds, and there is a cap."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from chassis.rpc.interceptors.call import Call, Context
from kernel.errors import DeadlineExceeded


@dataclass(frozen=True, slots=True)
class Deadlines:
    """In seconds. A stream, in either direction, may last longer than a single answer may take."""

    default: float = 15.0
    longest: float = 60.0
    longest_stream: float = 3600.0

    def allowed(self, call: Call) -> float:
        remaining = _remaining(call.context)
        if call.client_streams or call.server_streams:
            return self.longest_stream if remaining is None else min(remaining, self.longest_stream)
        return self.default if remaining is None else min(remaining, self.longest)


def _remaining(context: Context) -> float | None:
    return context.time_remaining()  # None where the caller waits for ever, whatever the stubs say


@asynccontextmanager
async def limited(call: Call, deadlines: Deadlines) -> AsyncIterator[float]:
    """Cancels the block when its time is over. Yields the deadline as a value of time.monotonic()."""
    allowed = deadlines.allowed(call)
    scope = asyncio.timeout(allowed)
    try:
        async with scope:
            yield time.monotonic() + allowed
    except TimeoutError as error:
        if not scope.expired():
            raise  # a time-out of the handler's own making is not the caller's deadline
        raise DeadlineExceeded(what=call.method.rpartition("/")[2]) from error
