"""Budgets from files and into files."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

from chassis.cases.ports import Directory
from chassis.files.sheets import SheetFormat, read_sheets, write_sheets
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.sheets import RowRefusal
from services.expense.domain.budget_import import Known, plan
from services.expense.domain.budget_sheet import read_rows, write_rows
from services.expense.domain.events import BudgetsLoaded
from services.expense.domain.months import Month
from services.expense.permissions import require
from services.expense.use_cases.ports import Note, Work


@dataclass(frozen=True, slots=True)
class ImportBudgets:
    content: bytes
    format: SheetFormat
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class ExportBudgets:
    first: Month
    last: Month


@dataclass(frozen=True, slots=True)
class ImportReport:
    applied: bool
    rows: int
    refusals: tuple[RowRefusal, ...] = ()


async def import_budgets(
    cmd: ImportBudgets, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> ImportReport:
    """All rows or none. Raises FileNotReadable."""
    require(actor, "ImportBudgets")
    sheets = await read_sheets(cmd.content, cmd.format)
    reading = await asyncio.to_thread(read_rows, sheets)
    organisations = await directory.organisations()
    async with uow:
        months = await uow.months.share({row.key.month for row in reading.rows})
        budgets = await uow.budgets.lock_or_make([(row.key, row.amount.currency) for row in reading.rows])
        types = (await uow.catalogue.get()).types
        known = Known(organisations, types, months, budgets)
        changes, refusals = await asyncio.to_thread(plan, reading, known)
        if refusals or cmd.dry_run:
            return ImportReport(False, len(reading.rows), refusals)
        now = clock.now()
        await uow.budgets.write(changes, Note(now, actor.id))
        for month, count in Counter(row.key.month for row in reading.rows).items():
            uow.record(BudgetsLoaded.of(months[month], actor, now, budgets=count))
        return await uow.commit(ImportReport(True, len(reading.rows)))


async def export_budgets(cmd: ExportBudgets, *, uow: Work, actor: Actor, clock: Clock) -> bytes:
    """A workbook that `import_budgets` takes."""
    require(actor, "ExportBudgets")
    async with uow:
        budgets = await uow.budgets.between(cmd.first, cmd.last)
    return await asyncio.to_thread(write_sheets, [write_rows(budgets)], SheetFormat.XLSX)
