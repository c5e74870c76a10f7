"""One value of a message as a person reads it."""

from __future__ import annotations

from datetime import UTC
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.money_pb2 import Money

from cli.labels import value_label
from cli.names import bare
from cli.values import decimal
from kernel.clock import SHANGHAI
from kernel.text import Text
from zhupi.common.v1 import text_pb2

YES: Final = Text("是", "yes")

# What ended well, what waits, what ended badly.
COLOURS: Final = {
    **dict.fromkeys(("PAID", "DONE", "SETTLED", "APPROVED"), "green"),
    **dict.fromkeys(("IN_APPROVAL", "IN_FINANCE_REVIEW", "PAYABLE", "ALLOCATED", "RUNNING", "OPEN"), "cyan"),
    **dict.fromkeys(
        ("OFFERED", "WAITING", "RETURNED", "PENDING", "WITHDRAWING", "TERMINATING", "SUSPENDED"), "yellow"
    ),
    **dict.fromkeys(("REJECTED", "REFUSED", "CHANGED", "REMOVED", "INSERTED", "REORDERED"), "red"),
}


def cell(field: FieldDescriptor, value: Any, language: str) -> str:
    """`value`, the content of `field`. What is not set is empty."""
    if field.is_repeated:
        return "、".join(one(field, item, language) for item in value)
    return one(field, value, language)


def one(field: FieldDescriptor, value: Any, language: str) -> str:
    if field.enum_type is not None:
        return value_label(field.enum_type, value, language)
    match value:
        case Message():
            return of_message(value, language)
        case bool():
            return YES.in_language(language) if value else ""
        case str():
            return bare(value)
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
    return MessageToJson(value, indent=None, ensure_ascii=False)


def money(amount: Money) -> str:
    """`1,280.50`, or `1,280.50 USD`: yuan are what everything is in, so only other currencies are named."""
    if not amount.currency_code and not amount.units and not amount.nanos:
        return ""
    currency = "" if amount.currency_code in ("", "CNY") else f" {amount.currency_code}"
    return f"{decimal(amount):,.2f}{currency}"


def moment(at: Timestamp) -> str:
    """`2026-11-03 14:05:09` where the business is."""
    if not at.seconds:
        return ""
    return at.ToDatetime(tzinfo=UTC).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def day(at: Date) -> str:
    return f"{at.year:04d}-{at.month:02d}-{at.day:02d}" if at.year else ""


def colour(field: FieldDescriptor, value: Any) -> str:
    """The colour of a state, empty for everything else."""
    if field.enum_type is None or field.is_repeated:
        return ""
    known = field.enum_type.values_by_number.get(value)
    name = known.name if known is not None else ""
    return next((colour for ending, colour in COLOURS.items() if name.endswith(f"_{ending}")), "")
