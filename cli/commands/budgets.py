"""`zhupi budget …`: what organisations may spend in a month on an expense type, and what has become of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.command import command
from cli.exits import Exit
from cli.files import chunks, save, sheet, workbook_only
from cli.help import HOUSE, group
from cli.imports import reported
from cli.options import Organisation, Seen
from cli.organisations import find_organisation
from cli.paging import ENOUGH, Limit, listed
from cli.session import Session
from cli.values import money
from cli.values import month as month_name
from reading.names import bare
from zhupi.common.v1.sheet_pb2 import ImportHeader
from zhupi.expense.v1 import budget_pb2 as pb
from zhupi.expense.v1.budget_pb2 import Budget, BudgetMovement, Month
from zhupi.expense.v1.budget_pb2_grpc import BudgetServiceStub

PANEL = HOUSE

budgets = group("预算", "Budgets")

COLUMNS: Final = (
    "organisation", "month", "expense_type", "amount", "reserved", "committed", "spent", "free", "month_closed",
)  # fmt: skip
MOVEMENTS: Final = ("time", "kind", "amount", "reserved", "committed", "spent", "document", "actor", "reason")
MONTHS: Final = ("name", "closed")
Name = Annotated[
    str,
    typer.Argument(
        metavar="ORG/MONTH/TYPE", help="A budget: henan/2026-11/travel · 预算：henan/2026-11/travel"
    ),
]
Reason = Annotated[str, typer.Option("--reason", help="Why · 原因")]
MonthArgument = Annotated[
    str, typer.Argument(metavar="MONTH", help="A month: 2026-11, this, last · 月份：2026-11、this、last")
]


def budget_name(given: str) -> str:
    """`budgets/henan/2026-11/travel` from `henan/this/travel`. Raises NotAMonth."""
    organisation, _, rest = bare(given).partition("/")
    month, _, expense_type = rest.partition("/")
    return f"budgets/{organisation}/{month_name(month)}/{expense_type}"


@command(budgets, "list", "列出预算", "List budgets")
async def list_(
    session: Session,
    organisation: Organisation = "",
    month: Annotated[str, typer.Option("--month", help="A month: 2026-11, this · 月份：2026-11、this")] = "",
    expense_type: Annotated[str, typer.Option("--type", help="Expense type · 费用类型")] = "",
    limit: Limit = ENOUGH,
) -> None:
    request = pb.ListBudgetsRequest(
        organisation=await find_organisation(session, organisation),
        month=month_name(month) if month else "",
        expense_type=expense_type,
    )
    found = await listed(session, session.stub(BudgetServiceStub).ListBudgets, request, "budgets", limit)
    session.out.table(found, COLUMNS, kind=Budget)


@command(budgets, "show", "查看一项预算", "One budget")
async def show(session: Session, budget: Name) -> None:
    request = pb.GetBudgetRequest(name=budget_name(budget))
    session.out.details(await session.stub(BudgetServiceStub).GetBudget(request), COLUMNS)


@command(
    budgets,
    "import",
    "按表格下达预算；有一行不对就什么都不改",
    "Set budgets by sheets; one wrong row and nothing changes",
    writes=True,
)
async def import_(
    session: Session,
    file: Annotated[Path, typer.Argument(help=".xlsx, .zip")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check · 只检查")] = False,
) -> Exit:
    kind, content = sheet(file)
    header = ImportHeader(request_id=session.request_id(), format=kind, dry_run=dry_run)
    return reported(session, await session.stub(BudgetServiceStub).ImportBudgets(parts(header, content)))


def parts(header: ImportHeader, content: bytes) -> Iterator[pb.ImportBudgetsRequest]:
    yield pb.ImportBudgetsRequest(header=header)
    for chunk in chunks(content):
        yield pb.ImportBudgetsRequest(content=chunk)


@command(budgets, "export", "导出为可再导入的表格", "Write budgets as sheets that can be imported again")
async def export(
    session: Session,
    file: Annotated[Path, typer.Argument(help="Where to: budgets.xlsx · 保存为：budgets.xlsx")],
    from_: Annotated[str, typer.Option("--from", help="First month · 起始月份")] = "this",
    to: Annotated[str, typer.Option("--to", help="Last month · 结束月份")] = "this",
) -> None:
    workbook_only(file)
    request = pb.ExportBudgetsRequest(month_from=month_name(from_), month_to=month_name(to))
    size = await save(file, session.stub(BudgetServiceStub).ExportBudgets(request))
    session.out.say(f"已保存 {file}（{size} 字节）", f"Saved {file} ({size} bytes)")


@command(budgets, "adjust", "调增或调减一项预算", "Raise or lower one budget", writes=True)
async def adjust(
    session: Session,
    budget: Name,
    by: Annotated[str, typer.Option("--by", help="By how much: 5000, -200 · 增减多少：5000、-200")],
    reason: Reason,
    etag: Seen = "",
) -> None:
    request = pb.AdjustBudgetRequest(
        name=budget_name(budget),
        request_id=session.request_id(),
        etag=etag,
        change=money(by, "change"),
        reason=reason,
    )
    session.out.details(await session.stub(BudgetServiceStub).AdjustBudget(request), COLUMNS)


@command(budgets, "transfer", "在两项预算之间调剂", "Move free budget from one to another", writes=True)
async def transfer(
    session: Session,
    source: Name,
    target: Name,
    amount: Annotated[str, typer.Option("--amount", help="How much · 金额")],
    reason: Reason,
) -> None:
    request = pb.TransferBudgetRequest(
        source=budget_name(source),
        target=budget_name(target),
        request_id=session.request_id(),
        amount=money(amount, "amount"),
        reason=reason,
    )
    moved = await session.stub(BudgetServiceStub).TransferBudget(request)
    session.out.table([moved.source, moved.target], COLUMNS, kind=Budget)


@command(budgets, "movements", "一项预算的全部变动", "Every movement of one budget")
async def movements(session: Session, budget: Name, limit: Limit = ENOUGH) -> None:
    rpc = session.stub(BudgetServiceStub).ListBudgetMovements
    request = pb.ListBudgetMovementsRequest(budget=budget_name(budget))
    session.out.table(await listed(session, rpc, request, "movements", limit), MOVEMENTS, kind=BudgetMovement)


@command(
    budgets, "close", "关闭月份，不再接受新的报销", "Close a month: no new claim may use it", writes=True
)
async def close(session: Session, month: MonthArgument) -> None:
    request = pb.CloseMonthRequest(name=f"months/{month_name(bare(month))}", request_id=session.request_id())
    session.out.details(await session.stub(BudgetServiceStub).CloseMonth(request), MONTHS)


@command(budgets, "reopen", "重新打开月份", "Reopen a month", writes=True)
async def reopen(session: Session, month: MonthArgument, reason: Reason) -> None:
    request = pb.ReopenMonthRequest(
        name=f"months/{month_name(bare(month))}", request_id=session.request_id(), reason=reason
    )
    session.out.details(await session.stub(BudgetServiceStub).ReopenMonth(request), MONTHS)


@command(budgets, "months", "曾经关闭过的月份", "Months that were ever closed")
async def months(session: Session, limit: Limit = ENOUGH) -> None:
    rpc = session.stub(BudgetServiceStub).ListMonths
    session.out.table(await listed(session, rpc, pb.ListMonthsRequest(), "months", limit), MONTHS, kind=Month)
