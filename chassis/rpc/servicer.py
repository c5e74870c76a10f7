"""Servicers decode, call a use case, encode. What every one of them needs is here; rules are in the use cases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final, Generic, Protocol, TypeVar, cast

import grpc
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.message import Message

from chassis.postgres.database import Contention
from chassis.rpc.interceptors import correlation
from chassis.transaction.requests import AnsweredMeanwhile, Answering, Request, current_request
from kernel.actor import Actor
from kernel.clock import Clock, SystemClock
from kernel.errors import Refusal

C = TypeVar("C")
R = TypeVar("R")
M = TypeVar("M", bound=Message)
U = TypeVar("U", bound=Answering)
Command = TypeVar("Command", contravariant=True)
Work = TypeVar("Work", contravariant=True)
Result = TypeVar("Result", covariant=True)

REPLAYED = "x-request-replayed"
ATTEMPTS: Final = 3


class UseCase(Protocol[Command, Work, Result]):
    """One verb: `async def submit_claim(command, *, uow, actor, clock)`. What else it needs is bound with partial."""

    def __call__(
        self, command: Command, /, *, uow: Work, actor: Actor, clock: Clock
    ) -> Awaitable[Result]: ...


class Servicer(Generic[U]):
    """`units` opens a unit of work for each call.

    async def SubmitClaim(self, request, context):
        return await self.write(context, submit_claim, decode(request), encode)
    """

    def __init__(self, units: Callable[[], U], clock: Clock | None = None) -> None:
        self.units = units
        self.clock = clock or SystemClock()

    async def write(
        self,
        context: grpc.aio.ServicerContext[Any, Awaitable[M]],
        use_case: UseCase[C, U, R],
        command: C,
        encode: Callable[[R], M],
    ) -> M:
        """Do a write once for each request_id. Repeated, it answers what it answered; raises RequestIdReused, Refusal.

        A write that stood in another's way was rolled back whole: it is tried again before the caller hears of it.
        """
        for _ in range(ATTEMPTS - 1):
            with suppress(Contention):
                return await self._written(context, use_case, command, encode)
        return await self._written(context, use_case, command, encode)

    async def _written(
        self,
        context: grpc.aio.ServicerContext[Any, Awaitable[M]],
        use_case: UseCase[C, U, R],
        command: C,
        encode: Callable[[R], M],
    ) -> M:
        request = caller_request()
        uow = self.units()
        kept: list[M] = []

        def keep(result: R) -> bytes:
            kept.append(encode(result))
            return kept[-1].SerializeToString(deterministic=True)

        uow.answering(request, keep)
        try:
            result = await use_case(command, uow=uow, actor=request.caller, clock=self.clock)
        except (AnsweredMeanwhile, Refusal):
            stored = await uow.stored_answer(request) if request.request_id else None
            if stored is None:
                raise
            context.set_trailing_metadata(((correlation.HEADER, correlation.current()), (REPLAYED, "true")))
            return cast(M, _answer_class(request.method).FromString(stored))
        return kept[-1] if kept else encode(result)

    async def read(
        self,
        context: grpc.aio.ServicerContext[Any, Awaitable[M]],  # ties encode's message to what the RPC answers
        use_case: UseCase[C, U, R],
        query: C,
        encode: Callable[[R], M],
    ) -> M:
        """Answer a question; nothing is kept."""
        request, uow = caller_request(), self.units().reading()
        return encode(await use_case(query, uow=uow, actor=request.caller, clock=self.clock))


def caller_request() -> Request:
    """The call that is being handled. The layers around every call set it."""
    request = current_request()
    assert request is not None, "a servicer is called by the server's layers only"
    return request


@lru_cache(maxsize=1024)
def _answer_class(method: str) -> type[Message]:
    service, _, name = method.lstrip("/").rpartition("/")
    descriptor = descriptor_pool.Default().FindServiceByName(service).methods_by_name[name]
    return message_factory.GetMessageClass(descriptor.output_type)
