"""A stranger gets nothing: every RPC in the protos, on a server like any component's, refuses every bad token."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from google.protobuf.descriptor import MethodDescriptor

import zhupi
from chassis.rpc.server import GrpcServer
from tests.builders.edge import Edge
from tests.builders.strangers import let_in

GENERATED = Path(zhupi.__file__).parent


def _modules() -> list[str]:
    found = sorted(GENERATED.rglob("*_pb2_grpc.py"))
    return [".".join(("zhupi", *path.relative_to(GENERATED).with_suffix("").parts)) for path in found]


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


async def test_every_rpc_refuses_every_bad_token_and_says_why(edge: Edge) -> None:
    server = GrpcServer(edge.settings("approval", listen="127.0.0.1:0"), "approval")
    _serve_everything(server)
    await server.start()
    try:
        assert {f"/{m.containing_service.full_name}/{m.name}" for m in _methods()} == set(server.methods)
        assert await let_in(server.address, _methods(), edge.bad_tokens()) == []
    finally:
        await server.stop(grace=0.5)
