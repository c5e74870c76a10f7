"""Any message as a form that is read: its fields by their labels, in the order of the proto; rows of messages as tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.money_pb2 import Money

from portal.shown import dates
from portal.shown.money import money
from portal.shown.reader import Reader
from reading.cells import of_message, one
from reading.labels import field_label
from zhupi.common.v1 import options_pb2
from zhupi.common.v1.text_pb2 import Text

PLAIN: Final = (Money, Timestamp, Date, Duration, Text)
# Deeper than this nobody reads; no message of ours is.
DEEPEST: Final = 4


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that is read. `number`: it stands to the right, digits below digits."""

    text: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A labelled value: `value`, or a `group` of entries, or a `table`."""

    name: str
    label: str
    value: Value | None = None
    group: tuple[Entry, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Table:
    heads: tuple[Value, ...]
    rows: tuple[tuple[Value, ...], ...]


def entries(
    message: Message, reader: Reader, *, without: Collection[str] = (), depth: int = 0
) -> tuple[Entry, ...]:
    """What is set and has a label; `without` these fields."""
    return tuple(_entries(message, reader, without, depth))


def _entries(message: Message, reader: Reader, without: Collection[str], depth: int) -> Iterator[Entry]:
    if depth > DEEPEST:
        return
    for field in _fields(message):
        if field.name in without or not is_shown(field) or not _is_set(message, field):
            continue
        content, label = getattr(message, field.name), field_label(field, reader.language)
        if _is_group(field):
            if field.is_repeated:
                yield Entry(field.name, label, table=table(list(content), reader))
            elif group := entries(content, reader, depth=depth + 1):
                yield Entry(field.name, label, group=group)
        elif shown := value(field, content, reader):
            yield Entry(field.name, label, shown)


def table(rows: list[Message], reader: Reader) -> Table:
    """A column for every labelled field that any row has; a message within a row is told in one cell."""
    fields = [field for field in _fields(rows[0]) if is_shown(field)]
    used = [field for field in fields if any(_is_set(row, field) for row in rows)]
    heads = tuple(Value(field_label(field, reader.language), _is_number(field)) for field in used)
    return Table(heads, tuple(tuple(_cell(row, field, reader) for field in used) for row in rows))


def _cell(row: Message, field: FieldDescriptor, reader: Reader) -> Value:
    if not _is_set(row, field):
        return Value("", _is_number(field))
    content = getattr(row, field.name)
    if not _is_group(field):
        return value(field, content, reader) or Value("")
    inner = [content] if not field.is_repeated else list(content)
    told = (entry.value.text for each in inner for entry in entries(each, reader, depth=1) if entry.value)
    return Value(" · ".join(told))


def value(field: FieldDescriptor, content: Any, reader: Reader) -> Value | None:
    """None where there is nothing to read."""
    items = list(content) if field.is_repeated else [content]
    text = "、".join(filter(None, (_said(field, item, reader) for item in items)))
    return Value(text, _is_number(field)) if text else None


def _said(field: FieldDescriptor, item: Any, reader: Reader) -> str:
    match item:
        case Money():
            return money(item)
        case Timestamp():
            return dates.exact(item)
        case Message():
            return of_message(item, reader.language)
    return one(field, item, reader.language, reader.known)


def _fields(message: Message) -> Sequence[FieldDescriptor]:
    fields: Sequence[Any] = message.DESCRIPTOR.fields
    return fields


def is_shown(field: FieldDescriptor) -> bool:
    presentation = field.GetOptions().Extensions[options_pb2.field]
    return bool(presentation.label.zh) and presentation.widget != options_pb2.WIDGET_HIDDEN


def _is_set(message: Message, field: FieldDescriptor) -> bool:
    if field.is_repeated:
        return bool(getattr(message, field.name))
    return message.HasField(field.name) if field.has_presence else bool(getattr(message, field.name))


def _is_group(field: FieldDescriptor) -> bool:
    if field.message_type is None or field.message_type.GetOptions().map_entry:
        return False
    return field.message_type.full_name not in {kind.DESCRIPTOR.full_name for kind in PLAIN}


def _is_number(field: FieldDescriptor) -> bool:
    if field.message_type is not None:
        return field.message_type.full_name == Money.DESCRIPTOR.full_name
    return field.cpp_type in (
        FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_DOUBLE,
        FieldDescriptor.CPPTYPE_UINT32, FieldDescriptor.CPPTYPE_UINT64,
    )  # fmt: skip
