"""What people and sheet programs write into cells, read as what it means."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

from kernel.errors import InvalidArgument
from kernel.money import Money

NUMBER: Final = re.compile(r"-?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?", re.ASCII)
DAY: Final = re.compile(
    r"(20[0-9]{2})(?:-(0?[1-9]|1[0-2])-|/(0?[1-9]|1[0-2])/|年(0?[1-9]|1[0-2])月)(0?[1-9]|[12][0-9]|3[01])日?",
    re.ASCII,
)
LONGEST: Final = 50  # of what is told of a cell
# A sheet program keeps so many digits; what stands behind them is noise of its arithmetic: 0.30000000000000004.
DIGITS: Final = 15


class NotAnAmount(InvalidArgument):
    zh = "{value} 不是金额"
    en = "{value} is not an amount"


class NotADay(InvalidArgument):
    zh = "{value} 不是日期，例如 2026-03-09"
    en = "{value} is no day, such as 2026-03-09"


def amount_in(value: str, currency: str) -> Money:
    """Raises NotAnAmount and what Money raises."""
    if len(value) > LONGEST or not NUMBER.fullmatch(value):
        raise NotAnAmount(value=value[:LONGEST])
    number = Decimal(value.replace(",", ""))
    if len(number.as_tuple().digits) > DIGITS:
        number = Decimal(f"{number:.{DIGITS}g}")
    return Money(number, currency)


def day_in(value: str) -> date:
    """2026-03-09, 2026/3/9, 2026年3月9日. Raises NotADay."""
    found = DAY.fullmatch(value)
    try:
        if found:
            month = next(month for month in found.groups()[1:4] if month)
            return date(int(found[1]), int(month), int(found[5]))
    except ValueError:
        pass
    raise NotADay(value=value[:LONGEST])
