"""Customers as rows of a sheet that an import takes again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kernel.money import Money
from kernel.sheets import Sheet
from services.customer.domain.customer import Customer
from services.customer.domain.import_columns import COLUMNS, title_of
from services.customer.domain.import_rows import ADDRESS, COMMERCIAL, KINDS
from services.customer.domain.kinds import Trade
from services.customer.domain.life import WORDS

SHEET: Final = "客户"
# For people to read; an import takes no notice of them.
SHOWN: Final = ("状态 State", "等级 Level", "更新时间 Updated")
TRADES: Final = {Trade.DIRECT: "直接", Trade.INDIRECT: "间接"}


def sheet_of(customers: Iterable[Customer]) -> Sheet:
    heading = [*(" ".join(title_of(key)) for key in COLUMNS), *SHOWN]
    return Sheet(SHEET, [heading, *map(_row, customers)])


def _row(customer: Customer) -> list[str]:
    shown = [WORDS[customer.state].zh, customer.level, customer.update_time.date().isoformat()]
    return [*(_cell(customer, key) for key in COLUMNS), *shown]


def _cell(customer: Customer, key: str) -> str:
    file = customer.file
    match key:
        case "kind":
            return KINDS[file.kind].split(" ")[0]
        case "trade":
            return TRADES[file.trade]
        case "aliases":
            return "；".join(customer.aliases)
        case "number" | "organisation" | "salesperson" | "upstream" | "erp_code":
            return str(getattr(customer, key))
    if key in ADDRESS:
        return str(getattr(file.address, key))
    if key in COMMERCIAL:
        return _written(getattr(file.commercial, key)) if file.commercial else ""
    return str(getattr(file, key))


def _written(value: object) -> str:
    match value:
        case None | 0 if value is not False:
            return ""
        case bool():
            return "是" if value else "否"
        case Money():
            return str(value.amount)
    return str(value)
