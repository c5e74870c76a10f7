"""Execution logs over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from chassis.postgres.paging import Page, PageRequest
from chassis.rpc.servicer import Servicer
from chassis.rpc.values import date_from_message, date_to_message, time_to_message
from kernel.clock import Clock
from kernel.fields import within
from services.marketing.domain.execution_log import LogEntry
from services.marketing.grpc_api import Context, Unit
from services.marketing.mapping import number_in
from services.marketing.use_cases import execution_log
from services.marketing.use_cases.ports import Cases, Directory
from zhupi.marketing.v1 import execution_log_pb2 as pb
from zhupi.marketing.v1 import execution_log_pb2_grpc


class ExecutionLogServicer(Servicer[Unit], execution_log_pb2_grpc.ExecutionLogServiceServicer):
    def __init__(
        self, units: Callable[[], Unit], directory: Directory, cases: Cases, clock: Clock | None = None
    ) -> None:
        super().__init__(units, clock)
        self._write = partial(execution_log.write_log_entry, directory=directory)
        self._list = partial(execution_log.list_log_entries, directory=directory, cases=cases)

    async def WriteLogEntry(
        self, request: pb.WriteLogEntryRequest, context: Context[pb.LogEntry]
    ) -> pb.LogEntry:
        with within("day"):
            day = date_from_message(request.day)
        command = execution_log.WriteLogEntry(number_in(request.activity, "activity"), day, request.text)
        return await self.write(context, self._write, command, log_entry_to_message)

    async def ListLogEntries(
        self, request: pb.ListLogEntriesRequest, context: Context[pb.ListLogEntriesResponse]
    ) -> pb.ListLogEntriesResponse:
        number = number_in(request.activity, "activity")
        command = execution_log.ListLogEntries(number, PageRequest.of(request))
        return await self.read(context, self._list, command, _listed)


def log_entry_to_message(entry: LogEntry) -> pb.LogEntry:
    return pb.LogEntry(
        name=entry.name,
        activity=f"activities/{entry.activity}",
        day=date_to_message(entry.day),
        text=entry.text,
        writer=f"people/{entry.writer}",
        create_time=time_to_message(entry.create_time),
    )


def _listed(page: Page[LogEntry]) -> pb.ListLogEntriesResponse:
    return pb.ListLogEntriesResponse(
        entries=map(log_entry_to_message, page.items), next_page_token=page.next_page_token
    )
