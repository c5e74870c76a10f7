"""What people write for a message: `phone=0371-1234567 address.city=郑州市`, or YAML.

The names are those of the contract; choices are written `pharmacy`, `direct`, amounts `1280.50`, days `2026-03-09`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from google.type.date_pb2 import Date
from google.type.money_pb2 import Money

from cli.refusals import NotAFile, UnknownWord
from cli.values import day, money

M = TypeVar("M", bound=Message)
# Messages that people write as one text.
WRITTEN: Final[dict[str, Callable[[str, str], Message]]] = {
    Money.DESCRIPTOR.full_name: money,
    Date.DESCRIPTOR.full_name: day,
}
YES: Final = frozenset({"yes", "true", "是"})


def words(enum: EnumDescriptor) -> dict[str, int]:
    """The values of an enum as people type them: `primary-commercial`."""
    start = len(enum.values_by_number[0].name) - len("UNSPECIFIED")
    return {
        value.name[start:].lower().replace("_", "-"): value.number for value in enum.values if value.number
    }


def word(enum: EnumDescriptor, given: str, field: str) -> int:
    """The number of a typed value; empty: 0. Raises UnknownWord."""
    known = words(enum)
    if given and given.lower().replace("_", "-") not in known:
        raise UnknownWord(field=field, given=given, known=", ".join(known))
    return known.get(given.lower().replace("_", "-"), 0)


def changed(message: M, settings: Iterable[str]) -> M:
    """The message after `name=value` for each of `settings`; an empty value clears. Raises UnknownWord."""
    result = type(message)()
    result.CopyFrom(message)
    for setting in settings:
        path, _, value = setting.partition("=")
        *above, name = path.strip().replace("-", "_").split(".")
        place: Any = result
        for step in above:
            field = _field(place, step, path)
            if field.message_type is None or field.is_repeated:
                raise UnknownWord(field=path, given=step, known=", ".join(_names(place)))
            place = getattr(place, step)
        place.ClearField(_field(place, name, path).name)
        if value:
            _put(place, name, value, path)
    return result


def read_into(message: M, path: Path) -> M:
    """What a YAML or JSON file says, put over the message; lists are replaced. Raises NotAFile, UnknownWord."""
    try:
        # Every value stays the text that was written: 3000.50 must never become a float.
        document = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - makes text only
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise NotAFile(path=path, why=error) from error
    _put_all(message, document, "", path)
    return message


def _put_all(message: Any, document: Any, where: str, path: Path) -> None:
    if not isinstance(document, dict):
        raise NotAFile(path=path, why=where or path.name)
    for name, value in document.items():
        at = f"{where}.{name}" if where else name
        field = _field(message, name, at)
        if field.is_repeated:
            if not isinstance(value, list):
                raise NotAFile(path=path, why=at)
            message.ClearField(name)
            for index, one in enumerate(value):
                if field.message_type is None:
                    _put(message, name, one, f"{at}[{index}]")
                else:
                    _put_all(getattr(message, name).add(), one, f"{at}[{index}]", path)
        elif isinstance(value, dict):
            _put_all(getattr(message, name), value, at, path)
        else:
            message.ClearField(name)
            if value:
                _put(message, name, value, at)


def _put(message: Any, name: str, value: str, where: str) -> None:
    field = _field(message, name, where)
    if field.message_type is not None:
        read = WRITTEN.get(field.message_type.full_name)
        if read is None:
            raise UnknownWord(field=where, given=value, known=", ".join(_names(getattr(message, name))))
        getattr(message, name).CopyFrom(read(value, where))
        return
    converted = _converted(field, value, where)
    if field.is_repeated:
        getattr(message, name).append(converted)
    else:
        setattr(message, name, converted)


def _converted(field: FieldDescriptor, value: str, where: str) -> Any:
    if field.enum_type is not None:
        return word(field.enum_type, value, where)
    if field.type == FieldDescriptor.TYPE_BOOL:
        return value in YES
    if field.cpp_type == FieldDescriptor.CPPTYPE_INT32:
        if not value.lstrip("-").isdecimal() or len(value) > 9:
            raise UnknownWord(field=where, given=value, known="0, 1, 2, …")
        return int(value)
    return value


def _field(message: Any, name: str, where: str) -> FieldDescriptor:
    found: FieldDescriptor | None = message.DESCRIPTOR.fields_by_name.get(name)
    if found is None:
        raise UnknownWord(field=where, given=name, known=", ".join(_names(message)))
    return found


def _names(message: Message) -> list[str]:
    return [field.name for field in message.DESCRIPTOR.fields]
