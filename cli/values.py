"""What people type for money, dates and months, as the messages of the protos."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from google.type.date_pb2 import Date
from google.type.money_pb2 import Money

from cli.refusals import NotADate, NotAMonth, NotAnAmount
from kernel.clock import SHANGHAI, SystemClock, local_date

AMOUNT: Final = re.compile(
    r"[¥￥]?(?P<amount>-?(\d{1,3}(,\d{3})+|\d{1,16})(\.\d{1,9})?)\s*(?P<currency>[A-Z]{3})?"
)
MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
DAYS: Final = {"today": 0, "今天": 0, "yesterday": 1, "昨天": 1}
MONTHS: Final = {"last": -1, "上月": -1, "this": 0, "本月": 0, "next": 1, "下月": 1}
LATER: Final = re.compile(r"([1-9]\d{0,3})([dhm])")
UNITS: Final = {"d": "days", "h": "hours", "m": "minutes"}
NANOS: Final = 1_000_000_000


def today() -> date:
    """The day it is where the business is."""
    return local_date(SystemClock().now())


def money(given: str, field: str = "") -> Money:
    """`1280.50`, `1,280.50`, `¥1280.5`, `20 USD`. Raises NotAnAmount; whether the amount makes sense is for the service to say."""
    found = AMOUNT.fullmatch(given.strip())
    if found is None:
        raise NotAnAmount(field=field, given=given)
    amount = Decimal(found["amount"].replace(",", ""))
    whole = int(amount)
    return Money(currency_code=found["currency"] or "CNY", units=whole, nanos=int((amount - whole) * NANOS))


def day(given: str, field: str = "") -> Date:
    """`2026-11-03`, `today`, `yesterday`. Raises NotADate."""
    try:
        found = today() - timedelta(DAYS[given]) if given in DAYS else date.fromisoformat(given)
    except ValueError as error:
        raise NotADate(field=field, given=given) from error
    return Date(year=found.year, month=found.month, day=found.day)


def moment(given: str, field: str = "") -> datetime:
    """A day (its beginning, where the business is) or so much from now on: `2026-11-30`, `3d`, `4h`, `30m`. Raises NotADate."""
    later = LATER.fullmatch(given)
    if later:
        return SystemClock().now() + timedelta(**{UNITS[later[2]]: int(later[1])})
    named = day(given, field)
    return datetime(named.year, named.month, named.day, tzinfo=SHANGHAI).astimezone(UTC)


def month(given: str, field: str = "") -> str:
    """`2026-11`, `this`, `last`, `next`, as `2026-11`. Raises NotAMonth."""
    if given in MONTHS:
        return month_of(today(), MONTHS[given])
    if MONTH.fullmatch(given) is None:
        raise NotAMonth(field=field, given=given)
    return given


def month_of(at: date, later: int = 0) -> str:
    """The month of a day, or one that is `later` by so many months (earlier below zero)."""
    years, index = divmod(at.year * 12 + at.month - 1 + later, 12)
    return f"{years:04d}-{index + 1:02d}"
