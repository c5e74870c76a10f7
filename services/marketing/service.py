"""The component `marketing`: activities behind gRPC, the relay that tells the bus of them, and what it hears there."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Final

from chassis.bus.jetstream import Bus, BusSender
from chassis.cases.approval import ApprovalAttachments, ApprovalDirectory, ApprovalPlanner
from chassis.cases.ports import Attachments, Planner
from chassis.component import Component, Running
from chassis.files.contents import Files as ObjectStore
from chassis.files.ports import Files
from chassis.outbox.relay import Relay
from chassis.postgres.database import Database
from chassis.rpc.client import channel
from chassis.rpc.delivery_servicer import DeliveryServicer
from chassis.rpc.server import GrpcServer
from chassis.rpc.timeline_servicer import TimelineServicer
from chassis.transaction.unit_of_work import BUS
from kernel.clock import Clock, SystemClock
from services.marketing.books import ExpenseBooks
from services.marketing.grpc_api import ActivityServicer
from services.marketing.grpc_api_case import ActivityCaseServicer
from services.marketing.grpc_api_changes import ChangeCaseServicer, ChangeServicer
from services.marketing.grpc_api_configuration import ConfigurationServicer
from services.marketing.grpc_api_evidence import EvidenceServicer
from services.marketing.grpc_api_execution_log import ExecutionLogServicer
from services.marketing.grpc_api_reconciliation import ReconciliationServicer, ReconciliationTurnServicer
from services.marketing.grpc_api_reports import ReportServicer
from services.marketing.grpc_api_year_plan import YearPlanServicer
from services.marketing.hearing import hearing
from services.marketing.neighbours import ApprovalCalendar, ApprovalCases, CustomerService, ExpenseService
from services.marketing.permissions import policies, require
from services.marketing.store.unit_of_work import MarketingUnitOfWork
from services.marketing.timelines import Timelines
from services.marketing.use_cases.checking import Around
from services.marketing.use_cases.ports import Cases, Directory, WorkingDays
from services.marketing.use_cases.reconciliation_ports import Books
from zhupi.common.v1.delivery_pb2_grpc import add_DeliveryServiceServicer_to_server
from zhupi.common.v1.timeline_pb2_grpc import add_TimelineServiceServicer_to_server
from zhupi.marketing.v1.activity_case_pb2_grpc import add_ActivityCaseServiceServicer_to_server
from zhupi.marketing.v1.activity_change_pb2_grpc import (
    add_ActivityChangeCaseServiceServicer_to_server,
    add_ActivityChangeServiceServicer_to_server,
)
from zhupi.marketing.v1.activity_pb2_grpc import add_ActivityServiceServicer_to_server
from zhupi.marketing.v1.configuration_pb2_grpc import add_ActivityConfigurationServiceServicer_to_server
from zhupi.marketing.v1.evidence_pb2_grpc import add_EvidenceServiceServicer_to_server
from zhupi.marketing.v1.execution_log_pb2_grpc import add_ExecutionLogServiceServicer_to_server
from zhupi.marketing.v1.reconciliation_pb2_grpc import (
    add_ReconciliationServiceServicer_to_server,
    add_ReconciliationTurnServiceServicer_to_server,
)
from zhupi.marketing.v1.report_pb2_grpc import add_ReportServiceServicer_to_server
from zhupi.marketing.v1.year_plan_pb2_grpc import add_YearPlanServiceServicer_to_server

NAME: Final = "marketing"
ASKED: Final = ("approval", "customer", "expense")


@dataclass(frozen=True, slots=True)
class Others:
    """Whom this service asks."""

    directory: Directory
    around: Around
    working_days: WorkingDays
    planner: Planner
    attachments: Attachments
    cases: Cases
    files: Files
    books: Books


def add_services(server: GrpcServer, database: Database, others: Others, clock: Clock | None = None) -> None:
    """Everything that this component answers."""
    units, clock = partial(MarketingUnitOfWork, database), clock or SystemClock()
    timelines = Timelines(units, others.directory, clock)
    server.add(
        add_ActivityServiceServicer_to_server,
        ActivityServicer(
            units,
            others.directory,
            others.around,
            others.working_days,
            others.planner,
            others.attachments,
            clock,
        ),
    )
    server.add(
        add_ActivityCaseServiceServicer_to_server, ActivityCaseServicer(units, others.working_days, clock)
    )
    server.add(
        add_ActivityChangeServiceServicer_to_server,
        ChangeServicer(units, others.directory, others.around, others.planner, others.attachments, clock),
    )
    server.add(add_ActivityChangeCaseServiceServicer_to_server, ChangeCaseServicer(units, clock))
    server.add(
        add_EvidenceServiceServicer_to_server,
        EvidenceServicer(units, others.directory, others.cases, others.files, clock),
    )
    server.add(
        add_ExecutionLogServiceServicer_to_server,
        ExecutionLogServicer(units, others.directory, others.cases, clock),
    )
    server.add(add_ReportServiceServicer_to_server, ReportServicer(units, others.directory, clock))
    server.add(
        add_YearPlanServiceServicer_to_server,
        YearPlanServicer(units, others.directory, others.around, clock),
    )
    server.add(add_ActivityConfigurationServiceServicer_to_server, ConfigurationServicer(units, clock))
    server.add(add_ReconciliationServiceServicer_to_server, ReconciliationServicer(units, clock))
    server.add(
        add_ReconciliationTurnServiceServicer_to_server,
        ReconciliationTurnServicer(units, others.books, clock),
    )
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
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
            approval, customer, expense = [
                await stack.enter_async_context(channel(settings, peer)) for peer in ASKED
            ]
            others = Others(
                directory=ApprovalDirectory(approval),
                around=Around(CustomerService(customer), ExpenseService(expense)),
                working_days=ApprovalCalendar(approval),
                planner=ApprovalPlanner(approval),
                attachments=ApprovalAttachments(approval),
                cases=ApprovalCases(approval),
                files=ObjectStore(settings.attachments_url),
                books=ExpenseBooks(expense),
            )
            server = GrpcServer(settings, NAME)
            add_services(server, database, others)
            tasks.create_task(relay.run(relay_stops))
            units = partial(MarketingUnitOfWork, database)
            heard = hearing(bus, database, units, SystemClock())
            tasks.create_task(heard.run(running.stopping))
            try:
                await server.serve(running)
            finally:
                relay_stops.set()  # after the last call: what it committed may still be sent
    finally:
        await bus.close()
        await database.close()


COMPONENT = Component(NAME, serve, needs=("postgres", "nats"), migrations="services/marketing/migrations")
