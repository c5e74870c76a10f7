"""The service's own servicers, called without a wire: what the machine asks a hundred thousand times need not travel."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any, cast

import grpc
from google.protobuf.message import Message

from chassis.rpc.server import GrpcServer
from chassis.rpc.servicer import Servicer
from chassis.transaction.requests import Request, handling
from kernel.actor import Actor
from kernel.clock import Clock
from services.approval.service import Parts
from services.approval.store.unit_of_work import ApprovalStore
from tests.builders.approval_desk import Desk


class Rehearsal(Parts):
    """The same parts, of which nothing stays."""

    def units(self) -> ApprovalStore:
        return RolledBack(self.database, self.names.cache)


class RolledBack(ApprovalStore):
    """Everything is written, so that the database has looked at it, and rolled back."""

    async def commit(self, answer: object = None) -> Any:
        await self.fetch()
        return answer


class Servicers:
    """Stands in for the server while the servicers register, and finds them again."""

    def __init__(self, parts: Parts, clock: Clock) -> None:
        self._clock = clock
        self._handlers: dict[str, Any] = {}
        parts.serve_on(cast(GrpcServer, self))

    def add(self, add: Callable[[Any, Any], None], servicer: object) -> None:
        if isinstance(servicer, Servicer):
            servicer.clock = self._clock
        add(servicer, self)

    def add_generic_rpc_handlers(self, handlers: object) -> None:
        """Every handler comes under its method as well."""

    def add_registered_method_handlers(self, service: str, handlers: dict[str, Any]) -> None:
        self._handlers |= {f"/{service}/{name}": handler.unary_unary for name, handler in handlers.items()}

    def call(self, actor: Actor, method: str, asked: Message) -> Awaitable[Message]:
        """`method` as `zhupi.approval.v1.CaseService/GetCase`."""
        return _Channel(self._handlers, actor).unary_unary(f"/{method}")(asked)

    def desk(self, actor: Actor) -> Desk:
        return Desk(cast(grpc.aio.Channel, _Channel(self._handlers, actor)))


class _Channel:
    def __init__(self, handlers: dict[str, Any], actor: Actor) -> None:
        self._handlers, self._actor = handlers, actor

    def unary_unary(self, method: str, *_: object, **__: object) -> Callable[[Message], Awaitable[Message]]:
        handler = self._handlers.get(method)

        async def call(asked: Message) -> Message:
            assert handler is not None, method
            request_id = getattr(asked, "request_id", "")
            body = hashlib.sha256(asked.SerializeToString(deterministic=True)).digest()
            with handling(Request(self._actor, method, request_id, body if request_id else b"")):
                return cast(Message, await handler(asked, _Context()))

        return call

    def unary_stream(self, *_: object, **__: object) -> None:
        """Streams are not walked here."""

    stream_unary = stream_stream = unary_stream


class _Context:
    def set_trailing_metadata(self, metadata: object) -> None:
        """Nobody listens."""
