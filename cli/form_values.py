"""What people type for the fields of a form: `seal=公章 copies=2`, or a file; and how values are shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from cli.files import read
from cli.names import resource
from cli.organisations import find_organisation
from cli.people import find_person
from cli.refusals import NotAFile, UnknownWord
from cli.session import Session
from cli.values import day
from reading.cells import YES
from reading.names import bare
from zhupi.approval.v1.process_pb2 import FormField

FLAGS: Final = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}
WHOLE: Final = re.compile(r"-?\d{1,16}", re.ASCII)
# What is named by a resource name.
PEOPLE: Final = (FormField.TYPE_PERSON, FormField.TYPE_PEOPLE)
NAMED: Final = (*PEOPLE, FormField.TYPE_ORGANISATION)
NUMBER: Final = re.compile(r"-?\d{1,16}(\.\d{1,9})?", re.ASCII)


def read_values(path: Path) -> dict[str, Any]:
    """What a YAML or JSON file says. Raises NotAFile."""
    import yaml  # only who brings a file waits for it

    try:
        # JSON is YAML, too; a day stays the text that was written.
        found = yaml.load(read(path).decode("utf-8"), Loader=_without_days(yaml.SafeLoader))  # noqa: S506 - a SafeLoader
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise NotAFile(path=path, why=error) from error
    if not isinstance(found, dict):
        raise NotAFile(path=path, why="{…}")
    return found


def _without_days(loader: type[Any]) -> type[Any]:
    class Loader(loader):  # type: ignore[misc]  # yaml's loaders are classes to be changed
        yaml_implicit_resolvers = {  # noqa: RUF012 - as yaml has it
            first: [(tag, pattern) for tag, pattern in known if not tag.endswith(":timestamp")]
            for first, known in loader.yaml_implicit_resolvers.items()
        }

    return Loader


async def with_names(session: Session, typed: Iterable[str], fields: Sequence[FormField]) -> list[str]:
    """What was typed, with people and organisations by their keys, also where they were named as they are called.

    Raises UnknownPerson, SeveralPeople, UnknownOrganisation, SeveralOrganisations.
    """
    kinds = {field.path: field.type for field in fields}
    found = []
    for given in typed:
        path, equals, value = given.partition("=")
        if value and kinds.get(path) in PEOPLE:
            named = [(await find_person(session, bare(one.strip()))).name for one in value.split(",")]
            value = ",".join(named)
        elif value and kinds.get(path) == FormField.TYPE_ORGANISATION:
            value = await find_organisation(session, value)
        found.append(f"{path}{equals}{value}")
    return found


def with_typed(
    values: Mapping[str, Any], typed: Iterable[str], fields: Sequence[FormField], option: str = "--set"
) -> dict[str, Any]:
    """The values with `name=value` set in them; an empty value takes one away. Raises UnknownWord, NotADate."""
    known = {field.path: field for field in fields if "[]" not in field.path}
    result: dict[str, Any] = json.loads(json.dumps(values))
    for given in typed:
        path, equals, value = given.partition("=")
        field = known.get(path)
        if field is None or not equals:
            raise UnknownWord(field=option, given=given, known=", ".join(f"{name}=…" for name in known))
        *groups, key = path.split(".")
        place = result
        for group in groups:
            place = place.setdefault(group, {})
        if value:
            place[key] = _value(field, value, option)
        else:
            place.pop(key, None)
    return result


def _value(field: FormField, given: str, option: str) -> Any:
    match field.type:
        case FormField.TYPE_FLAG if given.lower() in FLAGS:
            return FLAGS[given.lower()]
        case FormField.TYPE_WHOLE if WHOLE.fullmatch(given):
            return int(given)
        case FormField.TYPE_NUMBER if NUMBER.fullmatch(given):
            return float(given) if "." in given else int(given)
        case FormField.TYPE_DATE:
            found = day(given, option)
            return f"{found.year:04d}-{found.month:02d}-{found.day:02d}"
        case FormField.TYPE_PERSON:
            return resource("people", given)
        case FormField.TYPE_ORGANISATION:
            return resource("organisations", given)
        case FormField.TYPE_PEOPLE:
            return [resource("people", one) for one in given.split(",")]
        case FormField.TYPE_TEXTS:
            return [_chosen(field, one) for one in given.split(",")]
        case FormField.TYPE_TABLE | FormField.TYPE_GROUP:
            return _json(given, option)
    return resource(field.reference, given) if field.reference else _chosen(field, given)


def _chosen(field: FormField, given: str) -> str:
    """The value of a choice, also by what it is called."""
    for choice in field.choices:
        if given in (choice.title.zh, choice.title.en):
            return choice.value
    return given


def _json(given: str, option: str) -> Any:
    try:
        return json.loads(given)
    except json.JSONDecodeError as error:
        raise UnknownWord(field=option, given=given, known="[{…}]") from error


def shown_values(
    values: Mapping[str, Any], fields: Sequence[FormField], language: str
) -> list[tuple[str, str]]:
    """What was filled in, as people read it: the field's title and its value, in the form's order."""
    lines = []
    for field in fields:
        if "[]" in field.path or field.type == FormField.TYPE_GROUP:
            continue
        value = _at(values, field.path)
        if value is not None:
            lines.append((_title(field, language), _shown(field, value, fields, language)))
    return lines


def _at(values: Any, path: str) -> Any:
    for key in path.split("."):
        values = values.get(key) if isinstance(values, dict) else None
    return values


def _shown(field: FormField, value: Any, fields: Sequence[FormField], language: str) -> str:
    if isinstance(value, bool):
        return YES.in_language(language) if value else ("no" if language == "en" else "否")
    if isinstance(value, list) and field.type == FormField.TYPE_TABLE:
        below = f"{field.path}[]."
        columns = [one for one in fields if one.path.startswith(below)]
        return "\n".join(_row(row, columns, below, fields, language) for row in value)
    if isinstance(value, list):
        return "、".join(_shown(field, one, fields, language) for one in value)
    for choice in field.choices:
        if choice.value == value:
            return choice.title.en if language == "en" else choice.title.zh
    return bare(str(value)) if field.type in NAMED or field.reference else str(value)


def _row(
    row: Any, columns: Sequence[FormField], below: str, fields: Sequence[FormField], language: str
) -> str:
    cells = ((one, _at(row, one.path.removeprefix(below))) for one in columns)
    return ", ".join(
        f"{_title(one, language)} {_shown(one, value, fields, language)}"
        for one, value in cells
        if value is not None
    )


def _title(field: FormField, language: str) -> str:
    return field.title.en if language == "en" else field.title.zh
