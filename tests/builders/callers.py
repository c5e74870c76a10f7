"""Callers of one server under test: people with roles, other components."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeVar

import grpc

from chassis.rpc.client import channel, person_channel
from chassis.rpc.server import GrpcServer
from tests.builders.edge import Edge

Stub = TypeVar("Stub")


class Callers:
    """Opens stubs to the component `name`; they are closed with it."""

    def __init__(self, edge: Edge, server: GrpcServer, name: str, stack: AsyncExitStack) -> None:
        self.edge, self.server, self.name, self.stack = edge, server, name, stack

    async def service(self, name: str, stub: Callable[[grpc.aio.Channel], Stub]) -> Stub:
        """As another component, on its own account."""
        settings = self.edge.settings(name, peers={self.name: self.server.address})
        return stub(await self.stack.enter_async_context(channel(settings, self.name)))

    async def person(self, person: str, stub: Callable[[grpc.aio.Channel], Stub], *roles: str) -> Stub:
        return await self.token(self.edge.token(person, *roles), stub)

    async def channel(self, person: str, *roles: str) -> grpc.aio.Channel:
        return await self.person(person, lambda channel: channel, *roles)

    async def token(self, token: str, stub: Callable[[grpc.aio.Channel], Stub]) -> Stub:
        opened = person_channel(self.server.address, token, peer=self.name)
        return stub(await self.stack.enter_async_context(opened))


@asynccontextmanager
async def calling(edge: Edge, name: str, register: Callable[[GrpcServer], None]) -> AsyncIterator[Callers]:
    """A server of the component `name` on a free port, with what `register` adds to it."""
    server = GrpcServer(edge.settings(name, listen="127.0.0.1:0"), name)
    register(server)
    await server.start()
    try:
        async with AsyncExitStack() as stack:
            yield Callers(edge, server, name, stack)
    finally:
        await server.stop(grace=0.5)
