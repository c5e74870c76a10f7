"""Reports on activities: what is counted, by what, and the sheet that they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from kernel.errors import FailedPrecondition
from kernel.money import Money
from kernel.sheets import Sheet
from services.marketing.domain.life import ActivityState

MOST_ROWS: Final = 5_000
MOST_ACTIVITIES: Final = 100_000
# What is planned and what became of it: not what came to nothing.
REPORTED: Final = frozenset(ActivityState) - {
    ActivityState.DELETED,
    ActivityState.REJECTED,
    ActivityState.CANCELLED,
}


class ReportTooLong(FailedPrecondition):
    zh = "报表超过 {most}，请缩小范围"
    en = "The report would count more than {most}; narrow it"


class ReportBy(Enum):
    ORGANISATION = "organisation"
    CLASS = "class"
    PRODUCT = "product"
    CUSTOMER = "customer"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One row, of one currency. `key` is empty for what names none, and for totals."""

    key: str
    activities: int
    settled: int
    planned: Money
    reserved: Money
    committed: Money
    actual: Money
    claimable: Money
    spent: Money
    sales: Money
    attendance: int


@dataclass(frozen=True, slots=True)
class Report:
    rows: tuple[Reported, ...]
    totals: tuple[Reported, ...]


AMOUNTS: Final = ("planned", "reserved", "committed", "actual", "claimable", "spent", "sales")
COLUMNS: Final = ("key", "currency", "activities", "settled", *AMOUNTS, "attendance")


def sheet_of(report: Report, by: ReportBy) -> Sheet:
    rows = [*map(_cells, report.rows), *(("total", *_cells(total)[1:]) for total in report.totals)]
    return Sheet(f"activities by {by.value}", [COLUMNS, *rows])


def _cells(row: Reported) -> tuple[str, ...]:
    amounts = _amounts(row)
    return (
        row.key,
        row.planned.currency,
        str(row.activities),
        str(row.settled),
        *(str(amount.amount) for amount in amounts),
        str(row.attendance),
    )


def _amounts(row: Reported) -> Iterable[Money]:
    return [getattr(row, name) for name in AMOUNTS]
