"""Calling every RPC of a running component as somebody who must not be answered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any

import grpc
import pytest
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import MethodDescriptor
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from chassis.rpc.client import person_channel
from chassis.rpc.errors import refusal_of
from kernel.errors import Code

HEALTH = "grpc.health.v1.Health"


async def methods_of(address: str, token: str) -> list[MethodDescriptor]:
    """Every RPC that the component at `address` has, by its reflection, but health."""
    asking = reflection_pb2.ServerReflectionRequest(list_services="")
    async with person_channel(address, token) as channel:
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        answers = [answer async for answer in stub.ServerReflectionInfo(iter([asking]))]
    names = [service.name for service in answers[0].list_services_response.service]
    found = (descriptor_pool.Default().FindServiceByName(name) for name in names if name != HEALTH)
    return [method for service in found for method in service.methods]


async def refused(channel: grpc.aio.Channel, method: MethodDescriptor, token: str) -> tuple[Code, str]:
    """With which code and reason a call without content is refused."""
    path = f"/{method.containing_service.full_name}/{method.name}"
    metadata = (("authorization", f"Bearer {token}"),) if token else ()
    ways = [
        "stream" if streaming else "unary" for streaming in (method.client_streaming, method.server_streaming)
    ]
    open_call = getattr(channel, "_".join(ways))(path, request_serializer=bytes, response_deserializer=bytes)
    call: Any = open_call(_nothing() if method.client_streaming else b"", metadata=metadata, timeout=20)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await (call.read() if method.server_streaming else call)
    refusal = refusal_of(error.value, "server")
    return refusal.code, refusal.reason


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


async def let_in(
    address: str, methods: Iterable[MethodDescriptor], bad_tokens: dict[str, tuple[str, str]]
) -> list[str]:
    """Where a bad token was not refused with its reason; empty: nowhere. `bad_tokens` as Edge.bad_tokens gives them."""
    found = []
    called = list(methods)
    async with grpc.aio.insecure_channel(address) as channel:
        for wrong, (token, reason) in bad_tokens.items():
            for method in called:
                answer = await refused(channel, method, token)
                if answer != (Code.UNAUTHENTICATED, reason):
                    found.append(f"{method.full_name}, token {wrong}: {answer}")
    return found
