"""The component `expense`: claims, budgets and allotments behind gRPC, and the relay that tells the bus of them."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

from chassis.bus.jetstream import Bus, BusSender
from chassis.cases.approval import ApprovalAttachments, ApprovalDirectory, ApprovalPlanner
from chassis.cases.ports import Attachments, Directory, Planner
from chassis.component import Component, Running
from chassis.outbox.relay import Relay
from chassis.postgres.database import Database
from chassis.rpc.client import channel
from chassis.rpc.delivery_servicer import DeliveryServicer
from chassis.rpc.server import GrpcServer
from chassis.rpc.timeline_servicer import TimelineServicer
from chassis.transaction.unit_of_work import BUS
from kernel.clock import Clock, SystemClock
from services.expense.grpc_api import ClaimCaseServicer, ClaimServicer
from services.expense.grpc_api_allotment_books import AllotmentBooksServicer
from services.expense.grpc_api_allotments import AllotmentCaseServicer, AllotmentServicer
from services.expense.grpc_api_budgets import BudgetServicer, LimitServicer
from services.expense.permissions import policies, require
from services.expense.store.unit_of_work import ExpenseUnitOfWork
from services.expense.timelines import Timelines
from zhupi.common.v1.delivery_pb2_grpc import add_DeliveryServiceServicer_to_server
from zhupi.common.v1.timeline_pb2_grpc import add_TimelineServiceServicer_to_server
from zhupi.expense.v1.allotment_books_pb2_grpc import add_AllotmentBooksServiceServicer_to_server
from zhupi.expense.v1.allotment_pb2_grpc import (
    add_AllotmentCaseServiceServicer_to_server,
    add_AllotmentServiceServicer_to_server,
)
from zhupi.expense.v1.budget_pb2_grpc import (
    add_BudgetServiceServicer_to_server,
    add_LimitServiceServicer_to_server,
)
from zhupi.expense.v1.claim_pb2_grpc import (
    add_ClaimCaseServiceServicer_to_server,
    add_ClaimServiceServicer_to_server,
)

NAME: Final = "expense"


def add_services(
    server: GrpcServer,
    database: Database,
    directory: Directory,
    planner: Planner,
    attachments: Attachments,
    clock: Clock | None = None,
) -> None:
    """Everything that this component answers."""
    units, clock = partial(ExpenseUnitOfWork, database), clock or SystemClock()
    timelines = Timelines(units, directory, clock)
    server.add(
        add_ClaimServiceServicer_to_server, ClaimServicer(units, directory, planner, attachments, clock)
    )
    server.add(add_ClaimCaseServiceServicer_to_server, ClaimCaseServicer(units, clock))
    server.add(add_BudgetServiceServicer_to_server, BudgetServicer(units, directory, clock))
    server.add(add_AllotmentServiceServicer_to_server, AllotmentServicer(units, directory, clock))
    server.add(add_AllotmentCaseServiceServicer_to_server, AllotmentCaseServicer(units, clock))
    server.add(add_AllotmentBooksServiceServicer_to_server, AllotmentBooksServicer(units, clock))
    server.add(add_LimitServiceServicer_to_server, LimitServicer(units, clock))
    server.add(
        add_TimelineServiceServicer_to_server,
        TimelineServicer(database, timelines.document_for, lambda actor: require(actor, "VerifyTimelines")),
    )
    server.add(add_DeliveryServiceServicer_to_server, DeliveryServicer(database, require))


async def serve(running: Running) -> None:
    settings = running.settings
    policies()
    database = Database(settings.database_url.get_secret_value(), name=NAME)
    bus = Bus(settings.nats_url, NAME)
    relay, relay_stops = Relay(database, {BUS: BusSender(bus)}), asyncio.Event()
    try:
        await database.check()
        async with channel(settings, "approval") as approval, asyncio.TaskGroup() as tasks:
            server = GrpcServer(settings, NAME)
            add_services(
                server,
                database,
                ApprovalDirectory(approval),
                ApprovalPlanner(approval),
                ApprovalAttachments(approval),
            )
            tasks.create_task(relay.run(relay_stops))
            try:
                await server.serve(running)
            finally:
                relay_stops.set()  # after the last call: what it committed may still be sent
    finally:
        await bus.close()
        await database.close()


COMPONENT = Component(NAME, serve, needs=("postgres", "nats"), migrations="services/expense/migrations")
