"""The component `approval`: everything that this service answers, sends, hears and looks after."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from chassis import temporal
from chassis.bus.jetstream import Bus, BusSender
from chassis.component import Component, Running
from chassis.files.contents import Files
from chassis.outbox.relay import Relay
from chassis.postgres.database import Database
from chassis.rpc.client import channel
from chassis.rpc.delivery_servicer import DeliveryServicer
from chassis.rpc.server import GrpcServer
from chassis.rpc.timeline_servicer import TimelineServicer
from chassis.transaction.unit_of_work import BUS
from kernel.clock import SystemClock
from kernel.errors import Refusal
from services.approval import permissions
from services.approval.document_owners import DocumentOwners, ReferenceOwners
from services.approval.engine.engine import Engine, EngineSender
from services.approval.engine.lanes import Lanes
from services.approval.engine.reconciler import Reconciler
from services.approval.engine.rescheduler import Rescheduler
from services.approval.engine.restarts import Restarts
from services.approval.engine.starter import starter
from services.approval.grpc_api.absences import AbsenceServicer
from services.approval.grpc_api.acts import ActsServicer
from services.approval.grpc_api.attachments import AttachmentServicer
from services.approval.grpc_api.calendars import CalendarServicer
from services.approval.grpc_api.cases import CaseServicer
from services.approval.grpc_api.directory import DirectoryServicer
from services.approval.grpc_api.documents import DocumentCaseServicer, DocumentServicer
from services.approval.grpc_api.inbox import InboxServicer
from services.approval.grpc_api.policies import PolicyServicer
from services.approval.grpc_api.processes import ProcessServicer
from services.approval.grpc_api.protocol import CaseProtocolServicer
from services.approval.grpc_api.upcoming import UpcomingServicer
from services.approval.grpc_api.work_items import WorkItemServicer
from services.approval.inbox.feed import InboxFeed
from services.approval.inbox.news import news_teller
from services.approval.inbox.watching import InboxWatch
from services.approval.known_names import KnownNames
from services.approval.settings import ApprovalSettings
from services.approval.store.unit_of_work import ApprovalStore
from services.approval.timelines import Timelines
from services.approval.use_cases.messages import ENGINE
from services.approval.use_cases.ports.documents import Documents, References
from zhupi.approval.v1.absence_pb2_grpc import add_AbsenceServiceServicer_to_server
from zhupi.approval.v1.act_pb2_grpc import add_ActsServiceServicer_to_server
from zhupi.approval.v1.attachment_pb2_grpc import add_AttachmentServiceServicer_to_server
from zhupi.approval.v1.calendar_pb2_grpc import add_CalendarServiceServicer_to_server
from zhupi.approval.v1.case_pb2_grpc import add_CaseServiceServicer_to_server
from zhupi.approval.v1.case_protocol_pb2_grpc import add_CaseProtocolServiceServicer_to_server
from zhupi.approval.v1.directory_pb2_grpc import add_DirectoryServiceServicer_to_server
from zhupi.approval.v1.document_pb2_grpc import (
    add_DocumentCaseServiceServicer_to_server,
    add_DocumentServiceServicer_to_server,
)
from zhupi.approval.v1.inbox_pb2_grpc import add_InboxServiceServicer_to_server
from zhupi.approval.v1.policy_pb2_grpc import add_PolicyServiceServicer_to_server
from zhupi.approval.v1.process_pb2_grpc import add_ProcessServiceServicer_to_server
from zhupi.approval.v1.upcoming_pb2_grpc import add_UpcomingServiceServicer_to_server
from zhupi.approval.v1.work_item_pb2_grpc import add_WorkItemServiceServicer_to_server
from zhupi.common.v1.delivery_pb2_grpc import add_DeliveryServiceServicer_to_server
from zhupi.common.v1.timeline_pb2_grpc import add_TimelineServiceServicer_to_server

NAME: Final = "approval"
REFRESH_NAMES: Final = 15.0  # seconds


@dataclass(frozen=True, slots=True)
class Parts:
    """What the component is made of, put together in one place; tests take single parts from here."""

    database: Database
    names: KnownNames
    watch: InboxWatch
    files: Files
    documents: Documents
    references: References
    taken_prefixes: Collection[str] = ()

    @classmethod
    def of(
        cls,
        database: Database,
        files: Files,
        documents: Documents,
        references: References,
        taken_prefixes: Collection[str] = (),
    ) -> Parts:
        names = KnownNames()
        watch = InboxWatch(partial(ApprovalStore, database, names.cache))
        return cls(database, names, watch, files, documents, references, taken_prefixes)

    def units(self) -> ApprovalStore:
        return ApprovalStore(self.database, self.names.cache, self.watch.tell)

    def serve_on(self, server: GrpcServer) -> None:
        """Everything that this component answers."""
        units, names, clock = self.units, self.names, SystemClock()
        timelines = Timelines(units, clock)
        server.add(add_WorkItemServiceServicer_to_server, WorkItemServicer(units, names, self.watch))
        server.add(add_InboxServiceServicer_to_server, InboxServicer(units))
        server.add(add_UpcomingServiceServicer_to_server, UpcomingServicer(units, names))
        server.add(add_ActsServiceServicer_to_server, ActsServicer(units, names))
        server.add(add_CaseServiceServicer_to_server, CaseServicer(units, names))
        server.add(add_CaseProtocolServiceServicer_to_server, CaseProtocolServicer(units, names))
        server.add(add_PolicyServiceServicer_to_server, PolicyServicer(units, names))
        server.add(add_CalendarServiceServicer_to_server, CalendarServicer(units))
        server.add(add_DirectoryServiceServicer_to_server, DirectoryServicer(units, names))
        server.add(add_AbsenceServiceServicer_to_server, AbsenceServicer(units, names))
        server.add(
            add_ProcessServiceServicer_to_server,
            ProcessServicer(units, names, self.taken_prefixes, self.references.collections),
        )
        server.add(add_DocumentServiceServicer_to_server, DocumentServicer(units, names, self.references))
        server.add(add_DocumentCaseServiceServicer_to_server, DocumentCaseServicer(units, names))
        server.add(
            add_AttachmentServiceServicer_to_server, AttachmentServicer(units, self.files, self.documents)
        )
        server.add(
            add_TimelineServiceServicer_to_server,
            TimelineServicer(
                self.database,
                timelines.document_for,
                lambda actor: permissions.require(actor, "VerifyTimelines"),
                timelines.shown,
            ),
        )
        deliveries = DeliveryServicer(self.database, permissions.require)
        server.add(add_DeliveryServiceServicer_to_server, deliveries)


async def serve(running: Running) -> None:
    settings = ApprovalSettings(**running.settings.model_dump())
    permissions.policies()
    database = Database(settings.database_url.get_secret_value(), name=NAME)
    bus = Bus(settings.nats_url, NAME)
    connect = partial(channel, settings)
    documents = DocumentOwners(settings.document_owners, connect)
    references = ReferenceOwners(settings.reference_owners, connect)
    ending = asyncio.Event()
    try:
        await database.check()
        parts = Parts.of(
            database, Files(settings.attachments_url), documents, references, settings.taken_prefixes
        )
        await parts.names.refresh(parts.units)
        client = await temporal.connect(settings, lazy=True)
        clock, engine = SystemClock(), Engine(client)
        lanes, restarts = Lanes(parts.units), Restarts(parts.units, clock)
        relay = Relay(database, {BUS: BusSender(bus), ENGINE: EngineSender(engine, restarts)})
        reconciler = Reconciler(database, lanes, restarts, engine, settings, clock)
        rescheduler = Rescheduler(database, parts.units, settings.reschedule_seconds, clock)
        server = GrpcServer(settings, NAME)
        parts.serve_on(server)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(relay.run(ending))
            tasks.create_task(starter(bus, database, parts.units, clock).run(running.stopping))
            tasks.create_task(news_teller(bus, database, parts.units, clock).run(running.stopping))
            tasks.create_task(InboxFeed(bus, parts.watch).run(ending))
            tasks.create_task(reconciler.run(running.stopping))
            tasks.create_task(rescheduler.run(running.stopping))
            tasks.create_task(_refresh_names(parts, ending))
            try:
                await server.serve(running)
            finally:
                ending.set()  # after the last call: what it committed may still be sent
    finally:
        await documents.close()
        await references.close()
        await bus.close()
        await database.close()


async def _refresh_names(parts: Parts, ending: asyncio.Event) -> None:
    while not ending.is_set():
        with suppress(Refusal):
            await parts.names.refresh(parts.units)
        with suppress(TimeoutError):
            async with asyncio.timeout(REFRESH_NAMES):
                await ending.wait()


COMPONENT = Component(
    NAME, serve, needs=("postgres", "nats", "temporal"), migrations="services/approval/migrations"
)
