"""How a case calls: within our own walls through local activities, other systems through their own queue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar

from google.protobuf.message import Message
from temporalio import workflow
from temporalio.common import RetryPolicy

from workflows.activities.owners import activity_of
from workflows.contracts import OUTSIDE_QUEUE

M = TypeVar("M")
T = TypeVar("T")

# Milliseconds, mostly. What does not come back within seconds is waited for by the case itself.
QUICK: Final = RetryPolicy(
    initial_interval=timedelta(milliseconds=100), maximum_interval=timedelta(seconds=2), maximum_attempts=4
)
IN_TIME: Final = timedelta(seconds=5)
# With what it waits for its turn.
IN_ITS_TURN: Final = timedelta(seconds=20)
# A few attempts; then the case itself waits, where everybody sees it.
A_FEW: Final = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=5), maximum_attempts=3
)


async def call_inside(act: Callable[[Any, M], Awaitable[T]], request: M, summary: str = "") -> T:
    """Ask one of our own services. Raises FailureError."""
    return await workflow.execute_local_activity_method(
        act,
        request,
        start_to_close_timeout=IN_TIME,
        schedule_to_close_timeout=IN_ITS_TURN,
        retry_policy=QUICK,
        summary=summary or None,
    )


async def call_owner(request: Message, result: type[T]) -> T:
    """Ask the owner of a document, by the verb that the request belongs to. Raises FailureError."""
    answer: T = await workflow.execute_local_activity(
        activity_of(request),
        request,
        result_type=result,
        start_to_close_timeout=IN_TIME,
        schedule_to_close_timeout=IN_ITS_TURN,
        retry_policy=QUICK,
    )
    return answer


async def call_outside(act: Callable[..., Awaitable[T]], args: Sequence[Any], summary: str = "") -> T:
    """Ask another system: it may take minutes, and the activity says that it is alive. Raises FailureError."""
    answer: T = await workflow.execute_activity_method(
        act,
        args=args,
        task_queue=OUTSIDE_QUEUE,
        start_to_close_timeout=timedelta(minutes=5),
        schedule_to_close_timeout=timedelta(minutes=15),
        heartbeat_timeout=timedelta(seconds=30),
        retry_policy=A_FEW,
        summary=summary or None,
    )
    return answer
