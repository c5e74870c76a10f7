"""Reports on activities over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, Final

from chassis.files.downloads import pieces
from chassis.postgres.paging import PageRequest
from chassis.rpc.servicer import Servicer, caller_request
from chassis.rpc.values import money_to_message
from kernel.clock import Clock
from services.marketing.domain.report import AMOUNTS, Report, ReportBy, Reported
from services.marketing.grpc_api import FORMATS, Context, Unit, asked_of
from services.marketing.use_cases import reports
from services.marketing.use_cases.ports import Directory
from zhupi.common.v1.sheet_pb2 import FileChunk
from zhupi.marketing.v1 import report_pb2 as pb
from zhupi.marketing.v1 import report_pb2_grpc

BY: Final = {pb.ReportBy.Value(f"REPORT_BY_{by.name}"): by for by in ReportBy}

# What others own is named as a resource, so that readers find its title.
COLLECTIONS: Final = {ReportBy.ORGANISATION: "organisations/", ReportBy.CUSTOMER: "customers/"}


class ReportServicer(Servicer[Unit], report_pb2_grpc.ReportServiceServicer):
    def __init__(self, units: Callable[[], Unit], directory: Directory, clock: Clock | None = None) -> None:
        super().__init__(units, clock)
        self._report = partial(reports.report_activities, directory=directory)
        self._export = partial(reports.export_report, directory=directory)

    async def GetActivityReport(
        self, request: pb.GetActivityReportRequest, context: Context[pb.ActivityReport]
    ) -> pb.ActivityReport:
        command = reports.ReportActivities(BY[request.by], asked_of(request.filter, PageRequest()))
        return await self.read(context, self._report, command, partial(report_to_message, command.by))

    async def ExportActivityReport(
        self, request: pb.ExportActivityReportRequest, context: Any
    ) -> AsyncIterator[FileChunk]:
        report = reports.ReportActivities(BY[request.by], asked_of(request.filter, PageRequest()))
        command = reports.ExportReport(report, FORMATS[request.format])
        content = await self._export(
            command, uow=self.units().reading(), actor=caller_request().caller, clock=self.clock
        )
        for piece in pieces(content):
            yield piece


def report_to_message(by: ReportBy, report: Report) -> pb.ActivityReport:
    collection = COLLECTIONS.get(by, "")
    return pb.ActivityReport(
        rows=[_row_to_message(row, collection) for row in report.rows],
        totals=[_row_to_message(row, "") for row in report.totals],
    )


def _row_to_message(row: Reported, collection: str) -> pb.ReportRow:
    return pb.ReportRow(
        key=f"{collection}{row.key}" if row.key else "",
        activities=row.activities,
        settled=row.settled,
        attendance=row.attendance,
        **{name: money_to_message(getattr(row, name)) for name in AMOUNTS},
    )
