"""Components to rehearse with: they do nothing but live and die as components do.

soloist   has a database and a child process of its own
chorus    sings after the soloist
stubborn  never drains
mute      never answers, and says why
fragile   leaves something behind that aborts an interpreter which takes itself apart
"""

from __future__ import annotations

import asyncio
import atexit
import os
import sys

import grpc
import psycopg
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from chassis.component import Component, Running


async def sing(running: Running) -> None:
    server = grpc.aio.server()
    answers = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(answers, server)
    server.add_insecure_port(running.settings.listen)
    await server.start()
    await answers.set("", health_pb2.HealthCheckResponse.SERVING)
    running.ready()
    await running.stopping.wait()
    await server.stop(None)


async def sing_alone(running: Running) -> None:
    url = running.settings.database_url.get_secret_value()
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("INSERT INTO songs DEFAULT VALUES")
    child = await asyncio.create_subprocess_exec("sleep", "1000")
    await sing(running)
    child.kill()


async def sing_on(running: Running) -> None:
    await sing(running)
    await asyncio.Event().wait()


async def leave_glass_about(running: Running) -> None:
    atexit.register(os.abort)
    await sing(running)


async def fall_silent(running: Running) -> None:
    sys.exit(f"process {os.getpid()} has lost its voice")


SOLOIST = Component("soloist", sing_alone, needs=("nats",), migrations="tests/integration/launcher/songbook")
CHORUS = Component("chorus", sing, needs=("soloist",))
STUBBORN = Component("stubborn", sing_on)
MUTE = Component("mute", fall_silent)
FRAGILE = Component("fragile", leave_glass_about)
