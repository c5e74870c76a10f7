"""The component `portal`: one HTTP server, which drains like all others."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Final

import structlog
import uvicorn

from chassis.component import Component, Running
from chassis.rpc.server import CannotListen
from portal.app import Portal
from portal.settings import PortalSettings

NAME: Final = "portal"
DRAIN: Final = 5  # seconds for answers that are under way

log = structlog.get_logger(__name__)


class Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the component's business."""
        yield


async def serve(running: Running) -> None:
    settings = PortalSettings(**running.settings.model_dump())
    listening = listen(settings.listen)
    host, port = listening.getsockname()[:2]
    settings = settings.model_copy(update={"listen": f"{host}:{port}"})
    async with Portal(settings) as portal:
        server = Server(
            uvicorn.Config(
                portal.app,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=DRAIN,
                forwarded_allow_ips="",
            )
        )
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        stopping = asyncio.create_task(running.stopping.wait())
        log.info("serving", address=settings.address)
        running.ready()
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        stopping.cancel()
        await serving
        log.info("drained")


def listen(address: str) -> socket.socket:
    """Raises CannotListen."""
    host, _, port = address.rpartition(":")
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host.strip("[]"), int(port)))
    except OSError as error:
        listening.close()
        raise CannotListen(address=address) from error
    return listening


COMPONENT = Component(NAME, serve, http=True)
