"""How many customers there are, by what they are."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from chassis.files.sheets import SheetFormat, write_sheets
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.sheets import Sheet
from services.customer.use_cases.ports import Counted, Directory, ReportBy, Work
from services.customer.use_cases.sight import sight_of

COLUMNS: Final = ("key", "customers", "formal", "lost")


@dataclass(frozen=True, slots=True)
class Report:
    """`organisation` stands for itself and all below it; empty: any."""

    by: ReportBy
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class ExportReport:
    report: Report
    format: SheetFormat


async def report_customers(
    cmd: Report, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> tuple[Counted, ...]:
    sight = await sight_of(actor, directory)
    organisations = await directory.below(cmd.organisation) if cmd.organisation else None
    async with uow:
        return await uow.reports.by(cmd.by, organisations, sight)


async def export_report(
    cmd: ExportReport, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> bytes:
    rows = await report_customers(cmd.report, uow=uow, actor=actor, clock=clock, directory=directory)
    lines = [COLUMNS, *((row.key, str(row.customers), str(row.formal), str(row.lost)) for row in rows)]
    sheet = Sheet(f"customers by {cmd.report.by.value}", lines)
    return await asyncio.to_thread(write_sheets, [sheet], cmd.format)
