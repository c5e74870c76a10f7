"""The component `traces`: receives, answers, forgets."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import add_TraceServiceServicer_to_server

from chassis.component import Component, Running
from chassis.postgres.database import Database
from chassis.rpc.server import GrpcServer
from kernel.clock import Clock, SystemClock
from services.traces.grpc_api import Doors, TraceQueryServicer, TraceReceiver
from services.traces.settings import TracesSettings
from services.traces.store import Spans
from zhupi.traces.v1.traces_pb2_grpc import add_TraceQueryServiceServicer_to_server

NAME: Final = "traces"
FORGET_EVERY: Final = 3600.0  # seconds

log = structlog.get_logger(__name__)


async def serve(running: Running) -> None:
    settings = TracesSettings(**running.settings.model_dump())
    database = Database(settings.database_url.get_secret_value(), name=NAME, pool_size=4)
    spans, doors = Spans(database), Doors()
    await database.check()
    server = GrpcServer(settings, NAME)
    server.add(add_TraceServiceServicer_to_server, TraceReceiver(spans, doors))
    server.add(add_TraceQueryServiceServicer_to_server, TraceQueryServicer(spans, doors))
    forgetting = asyncio.create_task(forget(spans, timedelta(days=settings.trace_days), SystemClock()))
    try:
        await server.serve(running)
    finally:
        forgetting.cancel()
        with suppress(asyncio.CancelledError):
            await forgetting
        await database.close()


async def forget(spans: Spans, after: timedelta, clock: Clock, every: float = FORGET_EVERY) -> None:
    """Forget old spans, now and then, for ever. A database that does not answer is asked again the next time."""
    while True:
        try:
            gone = await spans.forget(clock.now() - after)
            log.info("forgot old spans", spans=gone)
        except Exception as error:
            log.warning("old spans could not be forgotten", exc_info=error)
        await asyncio.sleep(every)


COMPONENT = Component(NAME, serve, needs=("postgres",), migrations="services/traces/migrations")
