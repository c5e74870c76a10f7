"""Every call is counted, timed and written down once, when it ends."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
import structlog

from chassis.observability.metrics import SERVED, STREAMS
from chassis.rpc.interceptors import correlation
from chassis.rpc.interceptors.call import Call

log = structlog.get_logger("zhupi.rpc")


@asynccontextmanager
async def accounted(call: Call) -> AsyncIterator[None]:
    structlog.contextvars.clear_contextvars()
    call.request_id = correlation.adopt(call.metadata.get(correlation.HEADER, ""))
    structlog.contextvars.bind_contextvars(request=call.request_id, method=call.method)
    call.context.set_trailing_metadata(((correlation.HEADER, call.request_id),))
    began = time.perf_counter()
    if call.server_streams:
        STREAMS.labels(call.method).inc()
    try:
        yield
    finally:
        took = time.perf_counter() - began
        if call.server_streams:
            STREAMS.labels(call.method).dec()
        else:
            SERVED.labels(call.method, call.code.name).observe(took)
        say = log.debug if call.is_telemetry and call.code is grpc.StatusCode.OK else log.info
        why = {"reason": call.reason} if call.reason else {}
        say("served", code=call.code.name, ms=round(took * 1000, 1), **why)
