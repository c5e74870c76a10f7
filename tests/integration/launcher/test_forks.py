"""A process that serves gRPC may fork: gRPC has no handlers around it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SERVES_AND_FORKS = """
import asyncio, os, grpc

async def main():
    server = grpc.aio.server()
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        try:
            await channel.unary_unary("/nobody/Answers")(b"")
        except grpc.aio.AioRpcError:
            pass
        if not (child := os.fork()):
            os._exit(0)
        os.waitpid(child, 0)
    await server.stop(None)

asyncio.run(main())
"""
BEFORE = {
    "run": """
import typer
from chassis.cli import run
try:
    run("nobody", migrate=False)
except typer.Exit:
    pass
""",
    "nursery": "import chassis.launcher.preloaded",
    "neither": "",
}


@pytest.mark.parametrize(("begins", "handlers"), [("run", False), ("nursery", False), ("neither", True)])
def test_grpc_has_no_handlers_around_forks(begins: str, handlers: bool) -> None:
    told = os.environ | {"GRPC_VERBOSITY": "info", "ZHUPI_PRELOAD": "nobody"}
    told.pop("GRPC_ENABLE_FORK_SUPPORT", None)
    words = [sys.executable, "-c", BEFORE[begins] + SERVES_AND_FORKS]
    done = subprocess.run(words, env=told, capture_output=True, text=True, check=True)
    assert ("fork() handlers" in done.stderr) is handlers
