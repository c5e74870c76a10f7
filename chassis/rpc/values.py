"""Values that many messages carry, as the wire has them and as the domain has them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.money_pb2 import Money as MoneyMessage

from kernel.errors import InvalidArgument
from kernel.money import Money
from kernel.text import Text
from zhupi.common.v1.text_pb2 import Text as TextMessage

NANO: Final = Decimal("0.000000001")
NANOS: Final = 1_000_000_000
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECONDS_OF_A_DAY: Final = 86_400


class MoneyMalformed(InvalidArgument):
    zh = "金额格式有误"
    en = "units and nanos do not make an amount"


class DateMalformed(InvalidArgument):
    zh = "日期有误"
    en = "This is not a day of the calendar"


class TimeMalformed(InvalidArgument):
    zh = "时间有误"
    en = "This is not a moment of the calendar"


class NameMalformed(InvalidArgument):
    zh = "{name} 不是有效的名称"
    en = "{name} is not the name of such a thing"


def money_to_message(money: Money) -> MoneyMessage:
    units = int(money.amount)
    nanos = int((money.amount - units).scaleb(9))
    return MoneyMessage(currency_code=money.currency, units=units, nanos=nanos)


def money_from_message(message: MoneyMessage) -> Money:
    """Raises MoneyMalformed and what Money raises: AmountTooFine, AmountTooLarge, UnknownCurrency."""
    if abs(message.nanos) >= NANOS or message.units * message.nanos < 0:
        raise MoneyMalformed()
    return Money(message.units + message.nanos * NANO, message.currency_code)


def date_to_message(day: date) -> Date:
    return Date(year=day.year, month=day.month, day=day.day)


def date_from_message(message: Date) -> date:
    """Raises DateMalformed; a day without its month or year is none."""
    try:
        return date(message.year, message.month, message.day)
    except ValueError as error:
        raise DateMalformed() from error


def time_to_message(at: datetime | None) -> Timestamp | None:
    """None leaves the field of a message absent."""
    if at is None:
        return None
    # As Timestamp.FromDatetime has it, in half the time: a page of a list has hundreds.
    since = at - EPOCH if at.tzinfo else at - EPOCH.replace(tzinfo=None)
    seconds = since.days * SECONDS_OF_A_DAY + since.seconds
    return Timestamp(seconds=seconds, nanos=since.microseconds * 1000)


def time_from_message(message: Timestamp) -> datetime:
    """Raises TimeMalformed: a message may say moments that no calendar has."""
    try:
        return message.ToDatetime(UTC)
    except (ValueError, OverflowError) as error:
        raise TimeMalformed() from error


def text_to_message(text: Text) -> TextMessage:
    return TextMessage(zh=text.zh, en=text.en)


def text_from_message(message: TextMessage) -> Text:
    return Text(message.zh, message.en)


def id_in(name: str, collection: str, field: str = "") -> str:
    """The id in a resource name: `lihua` in `people/lihua`. Raises NameMalformed, about `field` of the request."""
    head, slash, id_ = name.partition("/")
    if head != collection or not slash or not id_:
        raise NameMalformed(field=field, name=name)
    return id_
