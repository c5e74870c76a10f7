"""A stranger gets nothing: every RPC in the protos, on a server like any component's, refuses every bad token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import MethodDescriptor

import zhupi
from chassis.grpc_errors import refusal_of
from chassis.grpc_server import GrpcServer
from kernel.errors import Code
from tests.builders.edge import Edge

GENERATED = Path(zhupi.__file__).parent


def _modules() -> list[str]:
    return sorted(
        "zhupi." + ".".join(path.relative_to(GENERATED).with_suffix("").parts)
        for path in GENERATED.rglob("*_pb2_grpc.py")
    )


def _serve_everything(server: GrpcServer) -> None:
    """Every servicer as generated: whatever gets through to one is answered UNIMPLEMENTED, not refused."""
    for name in _modules():
        module = import_module(name)
        for attribute in dir(module):
            if attribute.startswith("add_"):
                servicer = getattr(module, attribute.removeprefix("add_").removesuffix("_to_server"))
                server.add(getattr(module, attribute), servicer())


def _methods() -> list[MethodDescriptor]:
    found = []
    for name in _modules():
        file = import_module(name.removesuffix("_grpc")).DESCRIPTOR
        found += [m for service in file.services_by_name.values() for m in service.methods]
    return found


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Edge:
    return Edge(tmp_path_factory.mktemp("home"))


async def _refused(channel: grpc.aio.Channel, method: MethodDescriptor, token: str) -> tuple[Code, str]:
    path = f"/{method.containing_service.full_name}/{method.name}"
    metadata = (("authorization", f"Bearer {token}"),) if token else ()
    # Stubs' type depends on the streaming; bytes do for all.
    kind = f"{'stream' if method.client_streaming else 'unary'}_{'stream' if method.server_streaming else 'unary'}"
    call: Any = getattr(channel, kind)(path, request_serializer=bytes, response_deserializer=bytes)(
        _nothing() if method.client_streaming else b"", metadata=metadata, timeout=20
    )
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await (call.read() if method.server_streaming else call)
    refusal = refusal_of(error.value, "server")
    return refusal.code, refusal.reason


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


async def test_every_rpc_refuses_every_bad_token_and_says_why(edge: Edge) -> None:
    server = GrpcServer(edge.settings("approval", listen="127.0.0.1:0"), "approval")
    _serve_everything(server)
    await server.start()
    try:
        assert {f"/{m.containing_service.full_name}/{m.name}" for m in _methods()} == set(server.methods)
        async with grpc.aio.insecure_channel(server.address) as channel:
            for wrong, (token, reason) in edge.bad_tokens().items():
                for method in _methods():
                    answer = await _refused(channel, method, token)
                    assert answer == (Code.UNAUTHENTICATED, reason), f"{method.full_name}, token {wrong}"
    finally:
        await server.stop(grace=0.5)
