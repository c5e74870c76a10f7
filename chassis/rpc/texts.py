"""Texts in requests keep the rule that the contract gives all of them (`TextForm` in zhupi/common/v1/options.proto)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from chassis.rpc.labels import label_of
from kernel.errors import Violation
from kernel.text import Text
from kernel.writing import forbidden_in, is_blank, trimmed
from zhupi.common.v1.options_pb2 import TEXT_FORM_FILE, TEXT_FORM_UNSPECIFIED, TextForm, text_form

BLANK: Final = Text("不能只有空白", "must not be blank")
REFUSED: Final = Text(
    "含有不允许的字符 {character}", "contains the character {character}, which is not allowed"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one text. `path` is where it stands, `names` the same without indexes and keys."""

    path: str
    names: tuple[str, ...]
    rule: str
    text: Text


def tidy(message: Message) -> tuple[Violation, ...]:
    """Takes off what means nothing at the ends of the texts of a request of ours; what is wrong with the rest of them."""
    if not message.DESCRIPTOR.full_name.startswith("zhupi."):
        return ()
    return tuple(_violation(message.DESCRIPTOR, fault) for fault in _faults(message, "", ()))


def _violation(descriptor: Any, fault: Fault) -> Violation:
    label = label_of(descriptor, fault.names)
    return Violation(
        fault.path, fault.rule, Text(f"{label.zh}{fault.text.zh}", f"{label.en} {fault.text.en}")
    )


def _faults(message: Any, prefix: str, above: tuple[str, ...]) -> Iterator[Fault]:
    for field, value in message.ListFields():
        path, names = f"{prefix}{field.name}", (*above, field.name)
        if field.type == field.TYPE_STRING:
            yield from _texts(message, field, value, path, names)
        elif field.type == field.TYPE_MESSAGE and field.message_type.GetOptions().map_entry:
            yield from _entries(field.message_type.fields_by_name["value"], value, path, names)
        elif field.type == field.TYPE_MESSAGE and field.is_repeated:
            for index, one in enumerate(value):
                yield from _faults(one, f"{path}[{index}].", names)
        elif field.type == field.TYPE_MESSAGE:
            yield from _faults(value, f"{path}.", names)


def _texts(
    message: Any, field: FieldDescriptor, value: Any, path: str, names: tuple[str, ...]
) -> Iterator[Fault]:
    form = _form(field)
    if not field.is_repeated:
        kept = _kept(value, form)
        if kept != value:
            setattr(message, field.name, kept)
        yield from _wrong(value, kept, form, path, names)
        return
    for index, one in enumerate(value):
        kept = _kept(one, form)
        if kept != one:
            value[index] = kept
        yield from _wrong(one, kept, form, f"{path}[{index}]", names)


def _entries(kind: FieldDescriptor, entries: Any, path: str, names: tuple[str, ...]) -> Iterator[Fault]:
    for key in list(entries):
        place = f"{path}[{key}]"
        if isinstance(key, str):  # left as it is: trimmed, two could become one
            yield from _wrong(key, key, TEXT_FORM_UNSPECIFIED, place, names)
        if kind.type == kind.TYPE_MESSAGE:
            yield from _faults(entries[key], f"{place}.", names)
        elif kind.type == kind.TYPE_STRING:
            value = entries[key]
            entries[key] = kept = trimmed(value)
            yield from _wrong(value, kept, TEXT_FORM_UNSPECIFIED, place, names)


@lru_cache(maxsize=4096)
def _form(field: FieldDescriptor) -> TextForm.ValueType:
    return field.GetOptions().Extensions[text_form]


def _kept(text: str, form: TextForm.ValueType) -> str:
    if form == TEXT_FORM_FILE:
        return text
    return trimmed(text) if form == TEXT_FORM_UNSPECIFIED else trimmed(text).replace("\r\n", "\n")


def _wrong(
    sent: str, kept: str, form: TextForm.ValueType, path: str, names: tuple[str, ...]
) -> Iterator[Fault]:
    character = forbidden_in(
        kept.replace("\r\n", "\n") if form == TEXT_FORM_FILE else kept, lines=form != TEXT_FORM_UNSPECIFIED
    )
    if character:
        yield Fault(path, names, "TEXT_CHARACTER_REFUSED", REFUSED.format(character=character))
    elif sent and is_blank(kept):
        yield Fault(path, names, "TEXT_BLANK", BLANK)
