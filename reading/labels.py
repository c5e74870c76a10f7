"""What fields and states are called, read from the options in the protos: no client spells a heading of its own."""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor

from zhupi.common.v1 import options_pb2


def field_at(message: Any, path: str) -> FieldDescriptor:
    """The field that `path` leads to from a message's descriptor: `invoice.number`. Raises KeyError where it leads nowhere."""
    head, _, rest = path.partition(".")
    field: FieldDescriptor = message.fields_by_name[head]
    return field_at(field.message_type, rest) if rest else field


def field_label(field: FieldDescriptor, language: str) -> str:
    label = field.GetOptions().Extensions[options_pb2.field].label
    return (label.en if language == "en" else label.zh) or field.name


def value_label(enum: EnumDescriptor, number: int, language: str) -> str:
    """A state in words. A number that this client does not know yet is shown as it is."""
    value = enum.values_by_number.get(number)
    if value is None:
        return str(number)
    label = value.GetOptions().Extensions[options_pb2.value].label
    return (label.en if language == "en" else label.zh) or value.name
