"""The layers around every call that is made: who we are and for whom, request id, trace, deadline, safe retries, refusals."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import grpc
from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pb2 import MethodOptions
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind

from chassis.observability import telemetry
from chassis.rpc.errors import refusal_of
from chassis.rpc.interceptors import correlation, tracing
from chassis.transaction.requests import current_request

# Before the second, third and fourth try, in seconds, each with jitter.
PAUSES: Final = (0.05, 0.2, 0.8)
READS: Final = ("Get", "List")

Details = grpc.aio.ClientCallDetails
Continue = Callable[[Details, Any], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """How calls to `peer` are made. `token` gives the bearer token of each call, `timeout` holds where none is given."""

    peer: str
    token: Callable[[], str]
    timeout: float

    def prepared(self, details: Details, timeout: float | None) -> Details:
        metadata = grpc.aio.Metadata(*(details.metadata or ()))
        for key, value in (
            ("authorization", f"Bearer {self.token()}"),
            (correlation.HEADER, correlation.current()),
            *telemetry.headers().items(),
        ):
            if value and metadata.get(key) is None:
                metadata.add(key, value)
        return Details(
            details.method,
            timeout,
            metadata,
            details.credentials,
            details.wait_for_ready,
        )

    def allowed(self, asked: float | None) -> float:
        """How long one answer may take: never longer than who waits for us will wait."""
        own = self.timeout if asked is None else asked
        left = _left()
        return own if left is None else min(own, left)

    def allowed_for_stream(self, asked: float | None) -> float | None:
        left = _left()
        return min((limit for limit in (asked, left) if limit is not None), default=None)

    def span(self, method: str) -> Span:
        return telemetry.tracer.start_span(
            method.lstrip("/"), kind=SpanKind.CLIENT, attributes=tracing.attributes(method)
        )


def _left() -> float | None:
    request = current_request()
    if request is None or request.deadline is None:
        return None
    return max(request.deadline - time.monotonic(), 0.0)


def interceptors(outgoing: Outgoing) -> Sequence[grpc.aio.ClientInterceptor]:
    """One of each kind: grpc.aio looks only at the first kind that an interceptor is."""
    return (_UnaryUnary(outgoing), _UnaryStream(outgoing), _StreamUnary(outgoing), _StreamStream(outgoing))


class _UnaryUnary(grpc.aio.UnaryUnaryClientInterceptor):
    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing

    async def intercept_unary_unary(
        self, continuation: Continue, client_call_details: Details, request: Any
    ) -> Any:
        method = _text(client_call_details.method)
        give_up_at = time.monotonic() + self._outgoing.allowed(client_call_details.timeout)
        pauses = iter(PAUSES if is_safe_to_repeat(method, request) else ())
        while True:
            try:
                left = give_up_at - time.monotonic()
                return await _answered(self._outgoing, continuation, client_call_details, request, left)
            except grpc.aio.AioRpcError as error:
                pause = next(pauses, None) if error.code() is grpc.StatusCode.UNAVAILABLE else None
                if pause is None or time.monotonic() + pause > give_up_at:
                    raise refusal_of(error, self._outgoing.peer) from error
            _count_retry(self._outgoing.peer, method)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter


def _count_retry(peer: str, method: str) -> None:
    # Most programs that only call end without one, and importing what counts takes a while.
    from chassis.observability.metrics import RETRIES

    RETRIES.labels(peer, method).inc()


class _StreamUnary(grpc.aio.StreamUnaryClientInterceptor):
    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing

    async def intercept_stream_unary(
        self, continuation: Continue, client_call_details: Details, request_iterator: Any
    ) -> Any:
        timeout = self._outgoing.allowed_for_stream(client_call_details.timeout)
        try:
            return await _answered(
                self._outgoing, continuation, client_call_details, request_iterator, timeout
            )
        except grpc.aio.AioRpcError as error:
            raise refusal_of(error, self._outgoing.peer) from error


class _UnaryStream(grpc.aio.UnaryStreamClientInterceptor):
    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing

    async def intercept_unary_stream(
        self, continuation: Continue, client_call_details: Details, request: Any
    ) -> Any:
        return await _streamed(self._outgoing, continuation, client_call_details, request)


class _StreamStream(grpc.aio.StreamStreamClientInterceptor):
    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing

    async def intercept_stream_stream(
        self, continuation: Continue, client_call_details: Details, request_iterator: Any
    ) -> Any:
        return await _streamed(self._outgoing, continuation, client_call_details, request_iterator)


async def _answered(
    outgoing: Outgoing, continuation: Continue, details: Details, request: Any, seconds: float | None
) -> Any:
    """The call, after it has been answered. Raises AioRpcError."""
    with trace.use_span(
        outgoing.span(_text(details.method)),
        end_on_exit=True,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            call = await continuation(outgoing.prepared(details, seconds), request)
            await call
        except grpc.aio.AioRpcError as error:
            tracing.end(span, error.code())
            raise
        tracing.end(span, grpc.StatusCode.OK)
        return call


async def _streamed(outgoing: Outgoing, continuation: Continue, details: Details, request: Any) -> Any:
    span = outgoing.span(_text(details.method))
    timeout = outgoing.allowed_for_stream(details.timeout)
    with trace.use_span(span, end_on_exit=False):
        call = await continuation(outgoing.prepared(details, timeout), request)
    return _messages(call, span, outgoing.peer)


async def _messages(call: Any, span: Span, peer: str) -> AsyncIterator[Any]:
    code = grpc.StatusCode.OK
    try:
        async for message in call:
            yield message
    except grpc.aio.AioRpcError as error:
        code = error.code()
        raise refusal_of(error, peer) from error
    finally:
        tracing.end(span, code)
        span.end()


def is_safe_to_repeat(method: str, request: object) -> bool:
    """Reads, what the proto calls idempotent, and writes that carry a request_id."""
    return bool(getattr(request, "request_id", "")) or _is_idempotent(method)


@lru_cache(maxsize=1024)
def _is_idempotent(method: str) -> bool:
    service, _, name = method.lstrip("/").rpartition("/")
    if name.startswith(READS):
        return True
    try:
        descriptor = descriptor_pool.Default().FindServiceByName(service).methods_by_name[name]
    except KeyError:
        return False
    level = descriptor.GetOptions().idempotency_level
    return bool(level != MethodOptions.IDEMPOTENCY_UNKNOWN)


def _text(method: str | bytes) -> str:
    return method.decode() if isinstance(method, bytes) else method  # bytes, whatever the stubs say
