"""`zhupi limits …`: what is reimbursed, and how much at most."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from cli.command import command
from cli.help import HOUSE, group
from cli.limits_file import read_limits
from cli.output import plain
from cli.session import Session
from zhupi.expense.v1.budget_pb2 import ExpenseType, Limit, ListLimitsRequest, ListLimitsResponse
from zhupi.expense.v1.budget_pb2_grpc import LimitServiceStub

PANEL = HOUSE

limits = group("费用类型与标准", "Expense types and limits")

TYPES: Final = ("code", "title", "invoice_needed")
LIMITS: Final = ("expense_type", "grade", "city", "per_line")


def show_limits(session: Session, answer: ListLimitsResponse) -> None:
    if session.out.as_json:
        session.out.json(plain(answer))
        return
    session.out.table(answer.expense_types, TYPES, kind=ExpenseType)
    session.out.table(answer.limits, LIMITS, kind=Limit)


@command(limits, "show", "查看费用类型与标准", "Expense types and limits")
async def show(session: Session) -> None:
    show_limits(session, await session.stub(LimitServiceStub).ListLimits(ListLimitsRequest()))


@command(
    limits,
    "load",
    "用文件替换全部费用类型与标准",
    "Replace all expense types and limits by a file",
    writes=True,
)
async def load(
    session: Session, file: Annotated[Path, typer.Argument(help="A YAML or JSON file · YAML 或 JSON 文件")]
) -> None:
    request = read_limits(file)
    request.request_id = session.request_id()
    show_limits(session, await session.stub(LimitServiceStub).ReplaceLimits(request))
