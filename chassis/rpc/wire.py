"""Requests as bytes: what cannot be read becomes a refusal that names the field, where it can be known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import Descriptor
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet

from chassis.rpc.labels import label_of
from kernel.errors import InvalidArgument, Refusal, Violation
from kernel.text import Text

BYTES = 2  # the wire's type of texts and messages


class NotText(InvalidArgument):
    """Bytes that are no UTF-8 where a text should be."""

    zh = "请求中有不是 UTF-8 文本的内容"
    en = "A text of the request is not UTF-8"


class RequestNotReadable(InvalidArgument):
    zh = "无法解析请求"
    en = "The request cannot be read: it is no such message"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Takes the place of a request until its caller is known."""

    raw: bytes

    def refusal(self, method: str) -> Refusal:
        """Why it could not be read as what the method takes."""
        service, _, name = method.lstrip("/").rpartition("/")
        methods = descriptor_pool.Default().FindServiceByName(service).methods_by_name
        kind: Descriptor = methods[name].input_type
        try:
            wrong = tuple(_not_text(kind, *found) for found in _no_text(kind, self.raw, ""))
        except (DecodeError, RecursionError):
            wrong = ()
        return NotText(violations=wrong) if wrong else RequestNotReadable()


def tolerant(read: Callable[[bytes], Message] | None) -> Callable[[bytes], Message | Unreadable]:
    """`read`, but what it cannot read is handed on."""
    assert read is not None, "generated handlers read their messages"

    def reading(raw: bytes) -> Message | Unreadable:
        try:
            return read(raw)
        except DecodeError:
            return Unreadable(raw)

    return reading


def _not_text(kind: Descriptor, names: tuple[str, ...], path: str) -> Violation:
    label = label_of(kind, names)
    return Violation(path, "NOT_TEXT", Text(f"{label.zh}不是 UTF-8 文本", f"{label.en} is not UTF-8"))


def _no_text(
    kind: Descriptor, raw: bytes, prefix: str, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str]]:
    counts: dict[int, int] = {}
    for part in _parts(raw):
        field = kind.fields_by_number.get(part.field_number)
        if field is None or part.wire_type != BYTES or not isinstance(part.data, bytes):
            continue
        index = counts[field.number] = counts.get(field.number, -1) + 1
        path = f"{prefix}{field.name}" + (f"[{index}]" if field.is_repeated else "")
        if field.message_type is not None:
            yield from _no_text(field.message_type, part.data, f"{path}.", (*above, field.name))
        elif field.type == field.TYPE_STRING and not _is_utf8(part.data):
            yield (*above, field.name), path


def _parts(raw: bytes) -> Any:
    """The fields as they stand on the wire: no message of ours is needed for it."""
    return UnknownFieldSet(Empty.FromString(raw))


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
