"""Budgets, months, limits and reports as messages and back."""

from __future__ import annotations

from typing import Final

from chassis.rpc.values import (
    NameMalformed,
    money_from_message,
    money_to_message,
    text_from_message,
    text_to_message,
    time_to_message,
)
from kernel.fields import within
from services.expense.domain.budget import BudgetKey, MovementKind
from services.expense.domain.limits import Catalogue, ExpenseType, Limit
from services.expense.domain.months import BookingMonth, Month, NotAMonth
from services.expense.use_cases.budget_files import ImportReport
from services.expense.use_cases.budgets import BudgetView
from services.expense.use_cases.limits import ReplaceLimits
from services.expense.use_cases.ports import Booked
from zhupi.common.v1 import sheet_pb2
from zhupi.expense.v1 import budget_pb2 as pb

KINDS: Final = {kind: pb.BudgetMovement.Kind.Value(f"KIND_{kind.name}") for kind in MovementKind}


def budget_to_message(view: BudgetView) -> pb.Budget:
    budget, key = view.budget, view.budget.key
    return pb.Budget(
        name=budget.name,
        organisation=f"organisations/{key.organisation}",
        month=str(key.month),
        expense_type=key.expense_type,
        amount=money_to_message(budget.amount),
        reserved=money_to_message(budget.reserved),
        committed=money_to_message(budget.committed),
        spent=money_to_message(budget.spent),
        free=money_to_message(budget.free),
        month_closed=view.month_closed,
        etag=budget.etag,
    )


def key_from_name(name: str, field: str = "name") -> BudgetKey:
    """`budgets/henan/2026-11/travel`. Raises NameMalformed."""
    match name.split("/"):
        case ["budgets", organisation, month, expense_type] if organisation and expense_type:
            try:
                return BudgetKey(organisation, Month.parse(month), expense_type)
            except NotAMonth as refusal:
                raise NameMalformed(field=field, name=name) from refusal
    raise NameMalformed(field=field, name=name)


def movement_to_message(booked: Booked) -> pb.BudgetMovement:
    movement, note = booked.movement, booked.note
    return pb.BudgetMovement(
        time=time_to_message(note.at),
        kind=KINDS[movement.kind],
        amount=money_to_message(movement.amount),
        reserved=money_to_message(movement.reserved),
        committed=money_to_message(movement.committed),
        spent=money_to_message(movement.spent),
        document=note.document,
        actor=note.actor,
        reason=note.reason,
    )


def month_to_message(month: BookingMonth) -> pb.Month:
    return pb.Month(name=month.name, closed=month.is_closed, etag=str(month.version))


def type_to_message(kind: ExpenseType) -> pb.ExpenseType:
    return pb.ExpenseType(
        code=kind.code, title=text_to_message(kind.title), invoice_needed=kind.invoice_needed
    )


def limit_to_message(limit: Limit) -> pb.Limit:
    return pb.Limit(
        expense_type=limit.expense_type,
        grade=limit.grade,
        city=limit.city,
        per_line=money_to_message(limit.per_line),
    )


def limits_to_message(catalogue: Catalogue) -> pb.ListLimitsResponse:
    return pb.ListLimitsResponse(
        expense_types=map(type_to_message, catalogue.types.values()),
        limits=map(limit_to_message, catalogue.limits.values()),
    )


def limits_from_message(message: pb.ReplaceLimitsRequest) -> ReplaceLimits:
    types = [ExpenseType(t.code, text_from_message(t.title), t.invoice_needed) for t in message.expense_types]
    limits = []
    for index, limit in enumerate(message.limits):
        with within(f"limits[{index}].per_line"):
            per_line = money_from_message(limit.per_line)
        limits.append(Limit(limit.expense_type, limit.grade, limit.city, per_line))
    return ReplaceLimits(tuple(types), tuple(limits))


def report_to_message(report: ImportReport) -> sheet_pb2.ImportReport:
    refusals = [
        sheet_pb2.RowRefusal(
            sheet=refusal.sheet,
            line=refusal.line,
            column=refusal.column,
            rule=refusal.rule,
            sentence=text_to_message(refusal.text),
        )
        for refusal in report.refusals
    ]
    return sheet_pb2.ImportReport(applied=report.applied, rows=report.rows, refusals=refusals)
