"""What activities were to cost, cost and brought, by what is asked for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from chassis.files.sheets import SheetFormat, write_sheets
from kernel.actor import Actor
from kernel.clock import Clock
from services.marketing.domain.report import REPORTED, Report, ReportBy, sheet_of
from services.marketing.use_cases.activity_queries import ListActivities, query_of
from services.marketing.use_cases.ports import Directory, Work
from services.marketing.use_cases.sight import sight_of


@dataclass(frozen=True, slots=True)
class ReportActivities:
    """`asked` says which activities; its page counts for nothing."""

    by: ReportBy
    asked: ListActivities


@dataclass(frozen=True, slots=True)
class ExportReport:
    report: ReportActivities
    format: SheetFormat


async def report_activities(
    cmd: ReportActivities, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Report:
    """Of what the caller may see. Raises ReportTooLong."""
    sight = await sight_of(actor, directory)
    organisations = await directory.below(cmd.asked.organisation) if cmd.asked.organisation else None
    async with uow:
        query = await query_of(cmd.asked, organisations, uow, clock)
        if query.state is None:
            query = replace(query, states=REPORTED)
        rows, totals = await uow.reports.by(cmd.by, query, sight)
    return Report(rows, totals)


async def export_report(
    cmd: ExportReport, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> bytes:
    report = await report_activities(cmd.report, uow=uow, actor=actor, clock=clock, directory=directory)
    return await asyncio.to_thread(write_sheets, [sheet_of(report, cmd.report.by)], cmd.format)
