"""The component `erp`: the contract, and the sandbox behind it."""

from __future__ import annotations

from functools import partial
from typing import Final

from chassis.component import Component, Running
from chassis.postgres.database import Database
from chassis.rpc.delivery_servicer import DeliveryServicer
from chassis.rpc.server import GrpcServer
from chassis.rpc.timeline_servicer import TimelineServicer
from kernel.actor import Actor
from kernel.clock import SystemClock
from services.erp.grpc_api import ErpServicer
from services.erp.permissions import policies, require
from services.erp.sandbox.books import Books
from services.erp.sandbox.erp import SandboxErp
from services.erp.sandbox.grpc_api import ErpSandboxServicer
from services.erp.settings import ErpSettings
from zhupi.common.v1.delivery_pb2_grpc import add_DeliveryServiceServicer_to_server
from zhupi.common.v1.timeline_pb2_grpc import add_TimelineServiceServicer_to_server
from zhupi.erp.v1.erp_pb2_grpc import (
    add_ErpSandboxServiceServicer_to_server,
    add_ErpServiceServicer_to_server,
)

NAME: Final = "erp"


def add_services(server: GrpcServer, database: Database) -> None:
    """Everything that this component answers while the sandbox is the ERP."""
    sandbox = SandboxErp(partial(Books, database), SystemClock())
    server.add(add_ErpServiceServicer_to_server, ErpServicer(sandbox))
    server.add(add_ErpSandboxServiceServicer_to_server, ErpSandboxServicer(sandbox))
    timelines = TimelineServicer(database, _document_for, lambda actor: require(actor, "VerifyTimelines"))
    server.add(add_TimelineServiceServicer_to_server, timelines)
    server.add(add_DeliveryServiceServicer_to_server, DeliveryServicer(database, require))


async def _document_for(name: str, actor: Actor) -> str:
    require(actor, "ListTimeline")
    return name


async def serve(running: Running) -> None:
    settings = ErpSettings(**running.settings.model_dump())
    policies()
    database = Database(settings.database_url.get_secret_value(), name=NAME)
    try:
        await database.check()
        server = GrpcServer(settings, NAME)
        add_services(server, database)
        await server.serve(running)
    finally:
        await database.close()


COMPONENT = Component(NAME, serve, needs=("postgres",), migrations="services/erp/migrations")
