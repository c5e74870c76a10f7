"""The expense type and the budget of a log."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from cli.commands.budgets import parts
from cli.csv_sheets import sheet
from cli.files import zipped
from cli.session import Session
from cli.values import money
from kernel.errors import Code, Refusal
from reading.cells import decimal
from replay.house.sheets import must_apply
from replay.mapping import Mapping
from zhupi.common.v1 import text_pb2
from zhupi.common.v1.sheet_pb2 import SHEET_FORMAT_CSV, ImportHeader
from zhupi.expense.v1 import budget_pb2 as pb
from zhupi.expense.v1.budget_pb2_grpc import BudgetServiceStub, LimitServiceStub


async def bring_expense_type(session: Session, mapping: Mapping) -> bool:
    """Whether it was missing. It has no limit and needs no invoice: logs know neither."""
    stub, wanted = session.stub(LimitServiceStub), mapping.expense_type
    there = await stub.ListLimits(pb.ListLimitsRequest())
    if any(kind.code == wanted.key for kind in there.expense_types):
        return False
    title = text_pb2.Text(zh=wanted.title.zh, en=wanted.title.en)
    await stub.ReplaceLimits(
        pb.ReplaceLimitsRequest(
            request_id=str(uuid4()),
            expense_types=[*there.expense_types, pb.ExpenseType(code=wanted.key, title=title)],
            limits=there.limits,
        )
    )
    return True


async def bring_budget(session: Session, mapping: Mapping, month: str, needed: Decimal) -> bool:
    """Whether there was less free than is needed."""
    stub = session.stub(BudgetServiceStub)
    place, kind = mapping.organisation.key, mapping.expense_type.key
    try:
        there = await stub.GetBudget(pb.GetBudgetRequest(name=f"budgets/{place}/{month}/{kind}"))
    except Refusal as refusal:
        if refusal.code is not Code.NOT_FOUND:
            raise
        rows = sheet(
            ("organisation", "month", "expense_type", "amount"), [(place, month, kind, f"{needed:.2f}")]
        )
        header = ImportHeader(request_id=str(uuid4()), format=SHEET_FORMAT_CSV)
        must_apply("budgets", await stub.ImportBudgets(parts(header, zipped({"budgets.csv": rows}))))
        return True
    missing = needed - decimal(there.free)
    if missing <= 0:
        return False
    await stub.AdjustBudget(
        pb.AdjustBudgetRequest(
            name=there.name,
            request_id=str(uuid4()),
            change=money(f"{missing:.2f}"),
            reason=mapping.title.zh,
        )
    )
    return True
