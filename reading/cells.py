"""One value of a message as a person reads it."""

from __future__ import annotations

from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.money_pb2 import Money

from kernel.clock import SHANGHAI, SystemClock
from kernel.text import Text
from reading.known import Known
from reading.labels import value_label
from reading.names import bare
from zhupi.common.v1 import sheet_pb2, text_pb2

NANOS: Final = 1_000_000_000
YES: Final = Text("是", "yes")
LEFT: Final = Text("（还有 {time}）", "(in {time})")
LATE: Final = Text("（已超期 {time}）", "({time} overdue)")
UNITS: Final = (Text("天", "d"), Text("小时", "h"), Text("分钟", "min"))

# What ended well, what waits, what ended badly.
COLOURS: Final = {
    **dict.fromkeys(("PAID", "DONE", "SETTLED", "APPROVED"), "green"),
    **dict.fromkeys(("IN_APPROVAL", "IN_FINANCE_REVIEW", "PAYABLE", "ALLOCATED", "RUNNING", "OPEN"), "cyan"),
    **dict.fromkeys(
        ("OFFERED", "WAITING", "RETURNED", "PENDING", "WITHDRAWING", "TERMINATING", "SUSPENDED"), "yellow"
    ),
    **dict.fromkeys(
        ("REJECTED", "REFUSED", "NOT_DONE", "CHANGED", "REMOVED", "INSERTED", "REORDERED"), "red"
    ),
}


def cell(field: FieldDescriptor, value: Any, language: str, known: Known | None = None) -> str:
    """`value`, the content of `field`; people and organisations as they are called. What is not set is empty."""
    if is_key(field):
        known = None
    if field.is_repeated:
        return "、".join(one(field, item, language, known) for item in value)
    return one(field, value, language, known)


def is_key(field: FieldDescriptor) -> bool:
    """Whether a field is shown as it is written: a resource's own name, and what has a title of its own beside it."""
    message = field.containing_type
    return field.name == "name" or (message is not None and f"{field.name}_title" in message.fields_by_name)


def one(field: FieldDescriptor, value: Any, language: str, known: Known | None = None) -> str:
    if field.enum_type is not None:
        return value_label(field.enum_type, value, language)
    match value:
        case Timestamp() if field.name == "due_time":
            return due(value, language)
        case Message():
            return of_message(value, language)
        case bool():
            return YES.in_language(language) if value else ""
        case str():
            return known.shown(value, language) if known else bare(value)
    return str(value)


def of_message(value: Message, language: str) -> str:
    match value:
        case Money():
            return money(value)
        case Timestamp():
            return moment(value)
        case Date():
            return day(value)
        case Duration():
            return f"{value.ToNanoseconds() / 1_000_000_000:,.3f} s"
        case text_pb2.Text():
            return value.en if language == "en" and value.en else value.zh
        case sheet_pb2.RowRefusal():
            return of_message(value.sentence, language)
    return MessageToJson(value, indent=None, ensure_ascii=False)


def money(amount: Money) -> str:
    """`1,280.50`, or `1,280.50 USD`: yuan are what everything is in, so only other currencies are named."""
    if not amount.currency_code and not amount.units and not amount.nanos:
        return ""
    currency = "" if amount.currency_code in ("", "CNY") else f" {amount.currency_code}"
    return f"{decimal(amount):,.2f}{currency}"


def decimal(amount: Money) -> Decimal:
    return Decimal(amount.units) + Decimal(amount.nanos) / NANOS


def moment(at: Timestamp) -> str:
    """`2026-11-03 14:05:09` where the business is."""
    if not at.seconds:
        return ""
    return at.ToDatetime(tzinfo=UTC).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def due(at: Timestamp, language: str) -> str:
    """`2026-11-24 15:00:00 (in 1 d 3 h)`, or how long ago that was."""
    if not at.seconds:
        return ""
    left = at.ToDatetime(tzinfo=UTC) - SystemClock().now()
    template = LATE if left < timedelta() else LEFT
    return f"{moment(at)} {template.format(time=length(abs(left), language)).in_language(language)}"


def length(time: timedelta, language: str) -> str:
    """The two largest units: `3 d 4 h`, `2 h 5 min`, `0 min`."""
    minutes = int(time.total_seconds()) // 60
    parts = (minutes // 1440, minutes // 60 % 24, minutes % 60)
    shown = [(n, unit) for n, unit in zip(parts, UNITS, strict=True) if n][:2] or [(0, UNITS[-1])]
    return " ".join(f"{n} {unit.in_language(language)}" for n, unit in shown)


def day(at: Date) -> str:
    return f"{at.year:04d}-{at.month:02d}-{at.day:02d}" if at.year else ""


def colour(field: FieldDescriptor, value: Any) -> str:
    """The colour of a state, empty for everything else."""
    if field.enum_type is None or field.is_repeated:
        return ""
    known = field.enum_type.values_by_number.get(value)
    name = known.name if known is not None else ""
    return next((colour for ending, colour in COLOURS.items() if name.endswith(f"_{ending}")), "")
