"""Budgets in and out as files: whole or not at all, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.files.sheets import FileNotReadable, SheetFormat, write_sheets
from chassis.postgres.database import Database
from chassis.security.authorisation import NotPermitted
from kernel.actor import Actor
from kernel.errors import Code, Refusal
from kernel.sheets import Sheet
from services.expense.domain.months import Month
from services.expense.service import add_services
from services.expense.use_cases import budget_files, months
from services.expense.use_cases.budget_files import ExportBudgets, ImportBudgets, ImportReport
from tests.builders.callers import Callers, calling
from tests.builders.edge import Edge
from tests.builders.expense import a_key, a_line
from tests.builders.expense_desk import FINANCE, LIHUA, Desk
from zhupi.common.v1 import sheet_pb2
from zhupi.expense.v1 import budget_pb2
from zhupi.expense.v1.budget_pb2_grpc import BudgetServiceStub

HEADING = ["organisation", "month", "expense_type", "amount"]


def a_file(*rows: Sequence[str], format: SheetFormat = SheetFormat.XLSX) -> bytes:
    return write_sheets([Sheet("budgets", [HEADING, *rows])], format)


async def load(desk: Desk, *rows: Sequence[str], by: Actor = FINANCE, **more: bool) -> ImportReport:
    use_case = partial(budget_files.import_budgets, directory=desk.directory)
    report: ImportReport = await desk.do(use_case, ImportBudgets(a_file(*rows), SheetFormat.XLSX, **more), by)
    return report


async def test_a_sheet_sets_its_budgets_and_leaves_the_others(desk: Desk) -> None:
    report = await load(desk, ["henan", "2026-11", "meeting", "500"], ["hebei", "2026-12", "travel", "7.5"])
    assert report == ImportReport(True, 2)
    assert await desk.columns() == ("0.00", "0.00", "0.00", "10000.00")
    assert (await desk.columns(a_key(expense_type="meeting")))[3] == "500.00"
    assert (await desk.columns(a_key("hebei", "2026-12")))[3] == "7.50"
    assert await desk.kinds("months/2026-12") == ["BudgetsLoaded"]


async def test_what_is_in_use_stays_in_use(desk: Desk) -> None:
    await desk.submitted(a_line("600"))
    await load(desk, ["henan", "2026-11", "travel", "700"])
    assert await desk.columns() == ("600.00", "0.00", "0.00", "100.00")


async def test_one_wrong_row_and_nothing_is_imported(desk: Desk) -> None:
    await desk.submitted(a_line("600"))
    await desk.do(months.close_month, months.CloseMonth(Month(2026, 10)), FINANCE)
    before = await desk.everything()
    report = await load(
        desk,
        ["henan", "2026-11", "meeting", "500"],
        ["mars", "2026-11", "travel", "1"],
        ["henan", "2026-11", "travel", "599.99"],
        ["henan", "2026-10", "travel", "1"],
    )
    assert not report.applied
    assert [(r.line, r.rule) for r in report.refusals] == [
        (3, "UNKNOWN_ORGANISATION"),
        (4, "OVER_BUDGET"),
        (5, "MONTH_CLOSED"),
    ]
    assert await desk.everything() == before


async def test_a_dry_run_changes_nothing(desk: Desk) -> None:
    before = await desk.everything()
    assert await load(desk, ["henan", "2026-11", "meeting", "500"], dry_run=True) == ImportReport(False, 1)
    assert await desk.everything() == before


async def test_only_finance_imports_and_exports(desk: Desk) -> None:
    before = await desk.everything()
    with pytest.raises(NotPermitted):
        await load(desk, ["henan", "2026-11", "meeting", "500"], by=LIHUA)
    with pytest.raises(NotPermitted):
        await desk.do(budget_files.export_budgets, ExportBudgets(Month(2026, 1), Month(2026, 12)), LIHUA)
    assert await desk.everything() == before


async def test_what_is_no_workbook_is_refused(desk: Desk) -> None:
    use_case = partial(budget_files.import_budgets, directory=desk.directory)
    with pytest.raises(FileNotReadable):
        await desk.do(use_case, ImportBudgets(b"hello", SheetFormat.XLSX), FINANCE)


async def test_an_export_is_imported_again_without_change(desk: Desk) -> None:
    await desk.load_budget(5, a_key(expense_type="meeting"))
    await desk.submitted(a_line("600"))
    span = ExportBudgets(Month(2026, 11), Month(2026, 12))
    content = await desk.do(budget_files.export_budgets, span, FINANCE)
    budgets = [await desk.budget(), await desk.budget(a_key(expense_type="meeting"))]
    use_case = partial(budget_files.import_budgets, directory=desk.directory)
    report = await desk.do(use_case, ImportBudgets(content, SheetFormat.XLSX), FINANCE)
    assert report == ImportReport(True, 2)
    assert [await desk.budget(), await desk.budget(a_key(expense_type="meeting"))] == budgets


async def test_two_imports_and_many_submissions_at_once_leave_budgets_that_balance(desk: Desk) -> None:
    rows = [["henan", f"2026-{month:02}", "travel", "8000"] for month in range(1, 13)]
    claims = [await desk.create(a_line("900")) for _ in range(12)]
    acts = [load(desk, *rows), *map(desk.submit, claims), load(desk, *reversed(rows))]
    done = await asyncio.gather(*acts, return_exceptions=True)
    refused = [result for result in done if isinstance(result, BaseException)]
    assert all(isinstance(result, Refusal) and result.reason == "OVER_BUDGET" for result in refused)
    budget = await desk.budget()
    assert budget.reserved.amount == 900 * (12 - len(refused))
    assert budget.free.amount >= 0


@pytest.fixture
async def callers(
    desk: Desk, database: Database, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Callers]:
    home: Path = tmp_path_factory.mktemp("files-home")

    def register(server: object) -> None:
        add_services(server, database, desk.directory, desk.planner, desk.files, desk.clock)  # type: ignore[arg-type]  # the server it is given

    async with calling(Edge(home), "expense", register) as callers:
        yield callers


def parts(content: bytes, header: sheet_pb2.ImportHeader | None) -> list[budget_pb2.ImportBudgetsRequest]:
    pieces = [content[start : start + 1000] for start in range(0, len(content), 1000)]
    sent = [budget_pb2.ImportBudgetsRequest(content=piece) for piece in pieces]
    return [budget_pb2.ImportBudgetsRequest(header=header), *sent] if header else sent


async def test_files_come_and_go_in_pieces_and_a_repeated_import_is_answered(
    callers: Callers, desk: Desk
) -> None:
    finance = await callers.person("wangfang", BudgetServiceStub, "finance")
    header = sheet_pb2.ImportHeader(request_id=str(uuid4()), format=sheet_pb2.SHEET_FORMAT_CSV)
    content = a_file(["henan", "2026-11", "meeting", "500"], format=SheetFormat.CSV)
    report = await finance.ImportBudgets(iter(parts(content, header)))
    assert (report.applied, report.rows) == (True, 1)
    before = await desk.everything()
    assert await finance.ImportBudgets(iter(parts(content, header))) == report
    assert await desk.everything() == before

    other = a_file(["henan", "2026-11", "meeting", "501"], format=SheetFormat.CSV)
    with pytest.raises(Refusal) as caught:
        await finance.ImportBudgets(iter(parts(other, header)))
    assert caught.value.reason == "REQUEST_ID_REUSED"
    with pytest.raises(Refusal) as caught:
        await finance.ImportBudgets(iter(parts(content, None)))
    assert (caught.value.code, caught.value.reason) == (Code.INVALID_ARGUMENT, "HEADER_MISPLACED")
    assert await desk.everything() == before

    asked = budget_pb2.ExportBudgetsRequest(month_from="2026-11", month_to="2026-11")
    workbook = b"".join([chunk.content async for chunk in finance.ExportBudgets(asked)])
    header.request_id, header.format = str(uuid4()), sheet_pb2.SHEET_FORMAT_XLSX
    assert (await finance.ImportBudgets(iter(parts(workbook, header)))).rows == 2
