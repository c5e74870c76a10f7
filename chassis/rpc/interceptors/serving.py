"""The layers around every call that is served, in their order. Health alone is answered without them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from typing import Any, Final, TypeAlias

import grpc
from google.protobuf.message import Message

from chassis.rpc.interceptors.accounting import accounted
from chassis.rpc.interceptors.authentication import authenticate
from chassis.rpc.interceptors.call import Call, Context
from chassis.rpc.interceptors.deadlines import Deadlines, limited
from chassis.rpc.interceptors.errors import answering_refusals
from chassis.rpc.interceptors.hearing import heard_out
from chassis.rpc.interceptors.subject import concerns
from chassis.rpc.interceptors.tracing import traced
from chassis.rpc.interceptors.validation import validate, validated
from chassis.rpc.wire import tolerant
from chassis.security.auth import Verifier
from chassis.transaction.requests import Request, handling
from kernel.errors import Unavailable

OPEN_TO_ALL: Final = "/grpc.health.v1.Health/"

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"  # subscriptable for type checkers only


class Stopping(Unavailable):
    """The server is going away; the caller connects again and meets another, or the next one."""

    zh = "服务正在重启，请重新连接"
    en = "This server is stopping; connect again"


class OpenStreams:
    """The answer streams that are open, so that they can be ended: some would never end by themselves."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ending = asyncio.Event()

    @contextmanager
    def counted(self) -> Iterator[None]:
        if self._ending.is_set():
            raise Stopping(what="")
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            yield
        except asyncio.CancelledError:
            if not self._ending.is_set():
                raise
            task.uncancel()  # it was `end`, not the caller: there is still somebody to be told
            raise Stopping(what="") from None
        finally:
            self._tasks.discard(task)

    def end(self) -> None:
        self._ending.set()
        for task in self._tasks:
            task.cancel()


class Layers(grpc.aio.ServerInterceptor):
    """One interceptor for all of it: handlers are wrapped once, and the order can be read in `_around`."""

    def __init__(self, verifier: Verifier, deadlines: Deadlines) -> None:
        self._verifier = verifier
        self._deadlines = deadlines
        self._wrapped: dict[str, Handler] = {}
        self.streams = OpenStreams()

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        method = handler_call_details.method
        known = self._wrapped.get(method)
        if known is not None:
            return known
        handler = await continuation(handler_call_details)
        # An unknown method has no handler; gRPC answers it. Only methods that exist are remembered.
        if handler is None or method.startswith(OPEN_TO_ALL):
            return handler
        self._wrapped[method] = wrapped = self._wrap(handler, method)
        return wrapped

    def _wrap(self, handler: Handler, method: str) -> Handler:
        streaming = (bool(handler.request_streaming), bool(handler.response_streaming))
        behaviour, factory = _parts(handler)

        def call(request: Any, context: Context) -> Call:
            return Call(method, context, request, *streaming)

        async def answer(request: Any, context: Context) -> Any:
            async with self._around(current := call(request, context)):
                made = await behaviour(current.request, context)
                concerns(made)
                return made

        async def answers(request: Any, context: Context) -> None:
            # Written out here instead of handing on the generator, so that it ends in the task that began it.
            async with self._around(current := call(request, context)):
                with self.streams.counted():
                    async with aclosing(behaviour(current.request, context)) as messages:
                        async for message in messages:
                            await context.write(message)

        wrapped: Handler = factory(
            answers if handler.response_streaming else answer,
            request_deserializer=tolerant(handler.request_deserializer),
            response_serializer=handler.response_serializer,
        )
        return wrapped

    @asynccontextmanager
    async def _around(self, call: Call) -> AsyncIterator[None]:
        with traced(call):
            async with (
                accounted(call),
                answering_refusals(call),
                heard_out(call),
                limited(call, self._deadlines) as deadline,
            ):
                actor = await authenticate(call, self._verifier)
                if call.client_streams:
                    call.request = validated(call.request, call.method)
                elif not call.is_telemetry:  # its proto has no rules of ours, and it is large
                    validate(call.request, call.method)
                concerns(call.request)
                request_id, body_hash = _identify(call.request)
                with handling(Request(actor, call.method, request_id, body_hash, deadline)):
                    yield


def _parts(handler: Handler) -> tuple[Any, Any]:
    match (bool(handler.request_streaming), bool(handler.response_streaming)):
        case (False, False):
            return handler.unary_unary, grpc.unary_unary_rpc_method_handler
        case (False, True):
            return handler.unary_stream, grpc.unary_stream_rpc_method_handler
        case (True, False):
            return handler.stream_unary, grpc.stream_unary_rpc_method_handler
        case _:
            return handler.stream_stream, grpc.stream_stream_rpc_method_handler


def _identify(request: object) -> tuple[str, bytes]:
    """The request_id of a write and the hash of all it says. A caller who streams says it in the stream's header."""
    request_id = getattr(request, "request_id", "")
    if not request_id or not isinstance(request, Message):
        return "", b""
    return request_id, hashlib.sha256(request.SerializeToString(deterministic=True)).digest()
