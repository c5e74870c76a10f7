"""The component `customer`: customers behind gRPC, and the relay that tells the bus of them."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

from chassis.bell import Bell
from chassis.bus.jetstream import Bus, BusSender
from chassis.cases.approval import (
    ApprovalAttachments,
    ApprovalDirectory,
    ApprovalDocuments,
    ApprovalPlanner,
)
from chassis.cases.ports import Attachments, Planner
from chassis.component import Component, Running
from chassis.outbox.relay import Relay
from chassis.postgres.database import Database
from chassis.rpc.client import channel
from chassis.rpc.delivery_servicer import DeliveryServicer
from chassis.rpc.server import GrpcServer
from chassis.rpc.timeline_servicer import TimelineServicer
from chassis.transaction.unit_of_work import BUS
from kernel.clock import Clock, SystemClock
from services.customer.deciding import deciding
from services.customer.grpc_api import CustomerServicer
from services.customer.grpc_api_finding import FindingServicer
from services.customer.grpc_api_follow_ups import FollowUpServicer
from services.customer.grpc_api_imports import ImportServicer
from services.customer.grpc_api_licences import LicenceServicer, LicenceWatchServicer
from services.customer.grpc_api_onboardings import OnboardingCaseServicer, OnboardingServicer
from services.customer.grpc_api_references import ReferenceServicer
from services.customer.grpc_api_renewals import RenewalCaseServicer, RenewalServicer
from services.customer.grpc_api_takeover import TakeoverServicer
from services.customer.grpc_api_verbs import ConfigurationServicer
from services.customer.import_runner import ImportRunner
from services.customer.permissions import policies, require
from services.customer.store.unit_of_work import CustomerUnitOfWork
from services.customer.timelines import Timelines
from services.customer.use_cases.ports import Directory
from zhupi.common.v1.delivery_pb2_grpc import add_DeliveryServiceServicer_to_server
from zhupi.common.v1.reference_pb2_grpc import add_ReferenceServiceServicer_to_server
from zhupi.common.v1.timeline_pb2_grpc import add_TimelineServiceServicer_to_server
from zhupi.customer.v1.configuration_pb2_grpc import add_CustomerConfigurationServiceServicer_to_server
from zhupi.customer.v1.customer_pb2_grpc import add_CustomerServiceServicer_to_server
from zhupi.customer.v1.finding_pb2_grpc import add_FindingServiceServicer_to_server
from zhupi.customer.v1.follow_up_pb2_grpc import add_FollowUpServiceServicer_to_server
from zhupi.customer.v1.import_pb2_grpc import add_CustomerImportServiceServicer_to_server
from zhupi.customer.v1.licence_service_pb2_grpc import (
    add_LicenceServiceServicer_to_server,
    add_LicenceWatchServiceServicer_to_server,
)
from zhupi.customer.v1.onboarding_pb2_grpc import (
    add_OnboardingCaseServiceServicer_to_server,
    add_OnboardingServiceServicer_to_server,
)
from zhupi.customer.v1.renewal_pb2_grpc import (
    add_LicenceRenewalCaseServiceServicer_to_server,
    add_LicenceRenewalServiceServicer_to_server,
)
from zhupi.customer.v1.takeover_pb2_grpc import add_TakeoverServiceServicer_to_server

NAME: Final = "customer"


def add_services(
    server: GrpcServer,
    database: Database,
    directory: Directory,
    clock: Clock | None = None,
    *,
    planner: Planner,
    attachments: Attachments,
    imports_started: Bell | None = None,
) -> None:
    """Everything that this component answers."""
    units, clock = partial(CustomerUnitOfWork, database), clock or SystemClock()
    timelines = Timelines(units, directory, clock)
    server.add(add_CustomerServiceServicer_to_server, CustomerServicer(units, directory, clock))
    server.add(add_CustomerConfigurationServiceServicer_to_server, ConfigurationServicer(units, clock))
    server.add(add_FindingServiceServicer_to_server, FindingServicer(units, directory, clock))
    server.add(add_ReferenceServiceServicer_to_server, ReferenceServicer(units, directory, clock))
    server.add(add_FollowUpServiceServicer_to_server, FollowUpServicer(units, directory, clock))
    server.add(add_CustomerImportServiceServicer_to_server, ImportServicer(units, clock, imports_started))
    server.add(add_TakeoverServiceServicer_to_server, TakeoverServicer(units, directory, clock))
    server.add(
        add_OnboardingServiceServicer_to_server,
        OnboardingServicer(units, directory, planner, attachments, clock),
    )
    server.add(
        add_LicenceRenewalServiceServicer_to_server,
        RenewalServicer(units, directory, planner, attachments, clock),
    )
    server.add(add_LicenceRenewalCaseServiceServicer_to_server, RenewalCaseServicer(units, clock))
    server.add(add_LicenceServiceServicer_to_server, LicenceServicer(units, directory, attachments, clock))
    server.add(add_LicenceWatchServiceServicer_to_server, LicenceWatchServicer(units, clock))
    server.add(add_OnboardingCaseServiceServicer_to_server, OnboardingCaseServicer(units, clock))
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
    units = partial(CustomerUnitOfWork, database)
    relay, relay_stops = Relay(database, {BUS: BusSender(bus)}), asyncio.Event()
    try:
        await database.check()
        async with channel(settings, "approval") as approval, asyncio.TaskGroup() as tasks:
            server, imports_started = GrpcServer(settings, NAME), Bell()
            directory, attachments = ApprovalDirectory(approval), ApprovalAttachments(approval)
            add_services(
                server,
                database,
                directory,
                planner=ApprovalPlanner(approval),
                attachments=attachments,
                imports_started=imports_started,
            )
            tasks.create_task(relay.run(relay_stops))
            imports = ImportRunner(database, units, directory, started=imports_started)
            tasks.create_task(imports.run(relay_stops))
            decided = deciding(
                bus,
                database,
                units,
                SystemClock(),
                documents=ApprovalDocuments(approval),
                attachments=attachments,
            )
            tasks.create_task(decided.run(running.stopping))
            try:
                await server.serve(running)
            finally:
                relay_stops.set()  # after the last call: what it committed may still be sent
    finally:
        await bus.close()
        await database.close()


COMPONENT = Component(NAME, serve, needs=("postgres", "nats"), migrations="services/customer/migrations")
