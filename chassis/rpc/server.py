"""The gRPC server of a component: health, reflection, the layers around every call, and a drain that loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar, cast

import grpc
import structlog
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from chassis.component import Running
from chassis.config import Settings
from chassis.rpc.errors import LARGEST_METADATA
from chassis.rpc.interceptors.deadlines import Deadlines
from chassis.rpc.interceptors.serving import Layers
from chassis.security.auth import Verifier
from kernel.errors import FailedPrecondition

DRAIN: Final = 10.0  # seconds for calls that are under way
STREAM_DRAIN: Final = 1.0  # seconds after which open streams are told to go elsewhere
OPTIONS: Final = (
    ("grpc.max_receive_message_length", 4 << 20),
    ("grpc.max_send_message_length", 16 << 20),
    ("grpc.max_metadata_size", LARGEST_METADATA),
    ("grpc.absolute_max_metadata_size", LARGEST_METADATA),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    # Two servers on one port would share its calls by chance; a port in use must be an error.
    ("grpc.so_reuseport", 0),
)
MOST_CALLS: Final = 4000  # at one time, open streams included; more are refused at once

S = TypeVar("S")
log = structlog.get_logger(__name__)


class CannotListen(FailedPrecondition):
    zh = "无法监听 {address}：地址已被占用，或不属于本机"
    en = "Cannot listen on {address}: it is in use or not this machine's"


class GrpcServer:
    """Serves on settings.listen.

    server = GrpcServer(settings, "expense")
    server.add(add_ClaimServiceServicer_to_server, ClaimServicer(…))
    await server.serve(running)
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        *,
        verifier: Verifier | None = None,
        deadlines: Deadlines | None = None,
    ) -> None:
        self._listen = settings.listen
        self._layers = Layers(verifier or Verifier(settings, name), deadlines or Deadlines())
        self._server = grpc.aio.server(
            interceptors=(self._layers,), options=OPTIONS, maximum_concurrent_rpcs=MOST_CALLS
        )
        self._registry = _Registry(self._server)
        self._health = health.aio.HealthServicer()
        self._port = 0
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)

    def add(self, register: Callable[[S, grpc.aio.Server], None], servicer: S) -> None:
        """Serve `servicer`; `register` is the generated `add_…Servicer_to_server`."""
        register(servicer, cast(grpc.aio.Server, self._registry))

    @property
    def methods(self) -> tuple[str, ...]:
        """Every method served but health and reflection, as called: `/zhupi.expense.v1.ClaimService/SubmitClaim`."""
        return tuple(self._registry.methods)

    @property
    def address(self) -> str:
        """host:port, where `listen` left the port open too."""
        return f"{self._listen.rpartition(':')[0]}:{self._port}"

    async def start(self) -> None:
        """Raises CannotListen."""
        reflection.enable_server_reflection(
            [*self._registry.services, health.SERVICE_NAME, reflection.SERVICE_NAME], self._server
        )
        try:
            self._port = self._server.add_insecure_port(self._listen)
        except RuntimeError as error:
            raise CannotListen(address=self._listen) from error
        await self._server.start()
        for service in ("", *self._registry.services):
            await self._health.set(service, health_pb2.HealthCheckResponse.SERVING)
        log.info("serving", address=self.address)

    async def stop(self, grace: float = DRAIN) -> None:
        """Refuse new calls, let those under way end, send open streams elsewhere; after `grace` seconds cancel the rest."""
        await self._health.enter_graceful_shutdown()
        stopped = asyncio.ensure_future(self._server.stop(grace))
        await asyncio.wait((stopped,), timeout=min(STREAM_DRAIN, grace / 2))
        self._layers.streams.end()
        await stopped
        log.info("drained")

    async def serve(self, running: Running) -> None:
        """Start, say so, serve until asked to stop, drain."""
        await self.start()
        running.ready()
        try:
            await running.stopping.wait()
        finally:
            await self.stop()


class _Registry:
    """Stands in for the server while a servicer registers, and notes what is registered."""

    def __init__(self, server: grpc.aio.Server) -> None:
        self._server = cast(Any, server)
        self.services: list[str] = []
        self.methods: list[str] = []

    def add_generic_rpc_handlers(self, handlers: Sequence[grpc.ServiceRpcHandler]) -> None:
        self.services += [handler.service_name() for handler in handlers]
        self._server.add_generic_rpc_handlers(handlers)

    def add_registered_method_handlers(self, service: str, handlers: dict[str, object]) -> None:
        self.methods += [f"/{service}/{name}" for name in handlers]
        self._server.add_registered_method_handlers(service, handlers)
