"""Requests as nobody should send them, made from the contract's own descriptors: any field missing, hostile or extreme."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from buf.validate import validate_pb2
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from hypothesis import strategies as st

# What every client would say, by the field's name; a test adds what is in its own house.
Known = Mapping[str, Sequence[Any]]
COMMON: Known = {
    "currency_code": ["CNY"],
    "page_token": [""],
    "year": [2026],
    "month": [11, "2026-11"],
    "day": [3],
    "seconds": [1_700_000_000],
    "nanos": [0, 500_000_000],
}
# How many fields of a request are missing or hostile: one of so many.
RATES = (2, 12, 60)
HOSTILE = [
    "", " ", "\u3000", "\u200b", "a\x00b", "\x1b[2J", "a\u202eb", "%", "_", "\\", "'; DROP TABLE claims; --", "../../x",
    "claims/", "claims/../x", "claims/EC-9999-999999", "people/", "people/nobody", "organisations/nowhere", "cases/x/y/z",
    "cases/expense-claim/EC-2026-000001/99999999999999999999", "workItems/x", "attachments/x", "budgets/a/b/c", "policies/x",
    "policies/expense-claim/versions/9223372036854775808", "=1+1", "９９９", "9" * 30, "𝔘𝔫𝔦", "👨\u200d👩\u200d👧", "é" * 300,
    "x" * 5000, "true", "null", "{}", "{a: [", "-1",
    "USD", "JPY", "XXX", "cny", "bm90IGpzb24", "WyJhIiwxXQ", "===", "W10", "2099-12", "1999-01", "2026-13", "months/2026-11",
]  # fmt: skip
EXTREMES = {
    32: [0, 1, 2, -1, 2**31 - 1, -(2**31), 10**9, 13, 32, 9999, 10_000_000, -10_000_000],
    64: [0, 1, 2, -1, 2**63 - 1, -(2**63), 10**15, 100, 253_402_300_799, -62_135_596_801],
}
MOST_DEEP = 6


def requests(kind: Descriptor, known: Known) -> st.SearchStrategy[Message]:
    """Messages of this kind. In most of them, most fields say what could be meant, so that what lies behind is reached."""
    return st.sampled_from(RATES).flatmap(lambda rate: _messages(kind, _Making(known, rate), 0))


@dataclass(frozen=True, slots=True)
class _Making:
    known: Known
    rate: int

    def goes_wrong(self, draw: st.DrawFn) -> bool:
        return draw(st.integers(1, self.rate)) == self.rate


def _messages(kind: Descriptor, making: _Making, depth: int) -> st.SearchStrategy[Message]:
    made = message_factory.GetMessageClass(kind)

    @st.composite
    def message(draw: st.DrawFn) -> Message:
        one = made()
        for field in kind.fields if kind.full_name != "google.protobuf.Struct" else ():
            if not making.goes_wrong(draw):
                _fill(draw, one, field, making, depth)
        return one

    return message()


def _fill(draw: st.DrawFn, message: Any, field: FieldDescriptor, making: _Making, depth: int) -> None:
    if depth >= MOST_DEEP and field.message_type is not None:
        return
    place = getattr(message, field.name)
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        key, value = field.message_type.fields
        for _ in range(draw(st.integers(0, 2))):
            at, put = _value(draw, key, making, depth), _value(draw, value, making, depth)
            if value.message_type is None:
                place[at] = put
            else:
                place[at].CopyFrom(put)
    elif field.is_repeated:
        place.extend([_value(draw, field, making, depth) for _ in range(draw(st.integers(0, 2)))])
    elif field.message_type is not None:
        place.CopyFrom(_value(draw, field, making, depth))
    else:
        setattr(message, field.name, _value(draw, field, making, depth))


def _value(draw: st.DrawFn, field: FieldDescriptor, making: _Making, depth: int) -> Any:
    if field.message_type is not None:
        return draw(_messages(field.message_type, making, depth + 1))
    if making.goes_wrong(draw):
        return draw(_hostile(field))
    if field.enum_type is not None:
        return draw(st.sampled_from([value.number for value in field.enum_type.values]))
    if field.name == "request_id":
        return str(UUID(int=draw(st.integers(0, 2**128 - 1))))
    said = (*making.known.get(field.name, ()), *COMMON.get(field.name, ()))
    meant = [value for value in said if _fits(field, value)]
    return draw(st.sampled_from(meant) if meant else _hostile(field))


def _fits(field: FieldDescriptor, value: Any) -> bool:
    rules = field.GetOptions().Extensions[validate_pb2.field].string
    if not isinstance(value, _KINDS[field.cpp_type]) or not isinstance(value, str):
        return isinstance(value, _KINDS[field.cpp_type])
    return value.startswith(rules.prefix) and re.search(rules.pattern, value) is not None


def _hostile(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    match field.cpp_type:
        case FieldDescriptor.CPPTYPE_BOOL:
            return st.booleans()
        case FieldDescriptor.CPPTYPE_ENUM:
            return st.sampled_from([-1, 99, 2**31 - 1])
        case FieldDescriptor.CPPTYPE_INT32:
            return st.sampled_from(EXTREMES[32])
        case FieldDescriptor.CPPTYPE_INT64:
            return st.sampled_from(EXTREMES[64])
    if field.type == FieldDescriptor.TYPE_BYTES:
        return st.binary(max_size=40)
    return st.sampled_from(HOSTILE) | st.text(max_size=8)


_KINDS: dict[int, Any] = {
    FieldDescriptor.CPPTYPE_BOOL: bool,
    FieldDescriptor.CPPTYPE_INT32: int,
    FieldDescriptor.CPPTYPE_INT64: int,
    FieldDescriptor.CPPTYPE_ENUM: int,
    FieldDescriptor.CPPTYPE_STRING: str,
    FieldDescriptor.CPPTYPE_MESSAGE: Message,
}
