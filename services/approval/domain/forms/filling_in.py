"""What people fill in, held against the form: everything that is wrong with it, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, cast

from kernel.errors import InvalidArgument, Violation
from kernel.text import Text
from kernel.writing import forbidden_in, is_blank, trimmed
from services.approval.domain.forms.bounds import validator
from services.approval.domain.forms.form import FieldType, Form, FormField
from services.approval.domain.forms.json_text import Json, JsonRefused, everything_in, joined, read_json
from services.approval.domain.forms.sentences import TYPES, VIOLATIONS
from services.approval.domain.people.directory import AsOf

LARGEST: Final = 64 * 1024  # bytes
DEEPEST: Final = 12
MOST_VIOLATIONS: Final = 100
FIELD: Final = "values"
# What may stand behind the collection.
ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}", re.ASCII)
INDEX: Final = re.compile(r"\[\d+\]")
# By the keyword of the schema: our rule, and where the library tells the limit.
RULES: Final[Mapping[str, tuple[str, str]]] = {
    "required": ("FIELD_REQUIRED", ""),
    "dependentRequired": ("FIELD_REQUIRED", ""),
    "additionalProperties": ("UNKNOWN_FIELD", ""),
    "type": ("FIELD_OF_WRONG_TYPE", "types"),
    "enum": ("NOT_A_CHOICE", ""),
    "const": ("NOT_A_CHOICE", ""),
    "maxLength": ("TOO_LONG", "limit"),
    "minLength": ("TOO_SHORT", "limit"),
    "maximum": ("TOO_LARGE", "limit"),
    "minimum": ("TOO_SMALL", "limit"),
    "exclusiveMaximum": ("NOT_BELOW", "limit"),
    "exclusiveMinimum": ("NOT_ABOVE", "limit"),
    "multipleOf": ("NOT_A_MULTIPLE", "multiple_of"),
    "pattern": ("PATTERN_MISMATCH", ""),
    "maxItems": ("TOO_MANY_ITEMS", "limit"),
    "minItems": ("TOO_FEW_ITEMS", "limit"),
    "uniqueItems": ("DUPLICATE_ITEMS", ""),
}
FORMATS: Final = {
    "money": "NOT_AN_AMOUNT",
    "date": "NOT_A_DATE",
    "person": "UNKNOWN_PERSON",
    "organisation": "UNKNOWN_ORGANISATION",
}
# What a draft may still lack. Conditions over several fields wait until all of them are there.
OF_THE_WHOLE: Final = ("required", "dependentRequired", "minItems", "anyOf", "oneOf", "not")

Values = Mapping[str, Json]


class ValuesNotReadable(InvalidArgument):
    zh = "填写内容无法读取：{why_zh}"
    en = "What was filled in cannot be read: {why_en}"


class ValuesNotValid(InvalidArgument):
    """What was filled in does not fit the form; a violation for every field at fault."""

    zh = "有 {count} 处填写不符合要求"
    en = "{count} entries do not fit the form"

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__(violations=violations, count=len(violations))


def read_values(text: str) -> Values:
    """What was filled in, as JSON: an object. Texts lose what means nothing at their ends, and what is empty is left out.

    Raises ValuesNotReadable.
    """
    try:
        read = read_json(text, largest=LARGEST, deepest=DEEPEST)
    except JsonRefused as refused:
        why = refused.problem.text
        raise ValuesNotReadable(field=FIELD, why_zh=why.zh, why_en=why.en) from refused
    tidied = _tidied(read)
    if not isinstance(tidied, dict):
        raise ValuesNotReadable(field=FIELD, why_zh="应为一个对象", why_en="it must be an object")
    return tidied


def check_values(form: Form, values: Values, directory: AsOf, *, complete: bool) -> None:
    """`complete`: nothing may be missing, as in a document that is submitted. Raises ValuesNotValid."""
    found = list(_texts(form, values))
    # What the library is given is text that can be written, at least.
    found += [] if found else _of_the_schema(form, values, complete=complete)
    found += [] if found else _unknown_names(form, values, directory)
    found += [] if found else _not_named(form, values)
    if found:
        raise ValuesNotValid(tuple(found[:MOST_VIOLATIONS]))


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that names a resource of another service. `path` is where it stands: `customer`, `lines[2].customer`."""

    path: str
    collection: str
    name: str


def references(form: Form, values: Values) -> tuple[Reference, ...]:
    """What is named, of values that fit the form."""
    return tuple(
        Reference(path, known.reference, name)
        for path, _, name in everything_in(cast("Json", values))
        if isinstance(name, str) and (known := _field_of(form, path)) and known.reference
    )


def _tidied(value: Json) -> Json:
    match value:
        case str():
            return trimmed(value).replace("\r\n", "\n") if not is_blank(value) else value
        case list():
            return [_tidied(one) for one in value if one not in (None, "")]
        case dict():
            return {key: _tidied(one) for key, one in value.items() if one not in (None, "")}
    return value


def _texts(form: Form, values: Values) -> Iterator[Violation]:
    for path, _, text in everything_in(cast("Json", values)):
        if not isinstance(text, str):
            continue
        known = _field_of(form, path)
        if character := forbidden_in(text, lines=known is not None and known.has_lines):
            yield _violation(form, path, "TEXT_CHARACTER_REFUSED", character)
        elif is_blank(text):
            yield _violation(form, path, "TEXT_BLANK")


def _of_the_schema(form: Form, values: Values, *, complete: bool) -> Iterator[Violation]:
    for error in validator(form.text).iter_errors(cast("dict[str, Any]", values)):
        keyword = error.kind.name
        if complete or keyword not in OF_THE_WHOLE:
            yield from _violations(form, _path(error.instance_path), keyword, error.kind.as_dict())


def _violations(form: Form, path: str, keyword: str, said: Mapping[str, Any]) -> Iterator[Violation]:
    if keyword == "additionalProperties":
        for key in said.get("unexpected", ()):
            yield _violation(form, joined(path, key), "UNKNOWN_FIELD")
    elif keyword == "required":
        yield _violation(form, joined(path, str(said.get("property", ""))), "FIELD_REQUIRED")
    elif keyword == "format":
        yield _violation(form, path, FORMATS.get(str(said.get("format")), "PATTERN_MISMATCH"))
    else:
        rule, limit = RULES.get(keyword, ("CONDITION_NOT_MET", ""))
        yield _violation(form, path, rule, said.get(limit, ""))


def _unknown_names(form: Form, values: Values, directory: AsOf) -> Iterator[Violation]:
    for path, _, name in everything_in(cast("Json", values)):
        known = _field_of(form, path)
        if known is None or not isinstance(name, str):
            continue
        id = name.partition("/")[2]
        if known.type in (FieldType.PERSON, FieldType.PEOPLE) and directory.person(id) is None:
            yield _violation(form, path, "UNKNOWN_PERSON")
        if known.type is FieldType.ORGANISATION and directory.organisation(id) is None:
            yield _violation(form, path, "UNKNOWN_ORGANISATION")


def _not_named(form: Form, values: Values) -> Iterator[Violation]:
    for found in references(form, values):
        collection, _, id = found.name.partition("/")
        if collection != found.collection or not ID.fullmatch(id):
            yield _violation(form, found.path, "NOT_A_REFERENCE", found.collection)


def _violation(form: Form, path: str, rule: str, limit: object = "") -> Violation:
    known = _field_of(form, path)
    title = known.title if known else Text(path[:60], path[:60])
    sentence, shown = VIOLATIONS[rule], _shown(limit)
    text = Text(
        sentence.zh.format(field=f"“{title.zh}”" if title.zh else "表单", limit=shown.zh),
        sentence.en.format(field=title.en or "The form", limit=shown.en),
    )
    return Violation(joined(FIELD, path[:200]) if not path.startswith("[") else FIELD, rule, text)


def _field_of(form: Form, path: str) -> FormField | None:
    """The field of a value: `lines[2].city` is a value of `lines[].city`, `reviewers[0]` one of `reviewers`."""
    plain = INDEX.sub("[]", path)
    return form.by_path.get(plain) or form.by_path.get(plain.removesuffix("[]"))


def _path(keys: Sequence[str | int]) -> str:
    path = ""
    for key in keys:
        path = f"{path}[{key}]" if isinstance(key, int) else joined(path, key)
    return path


def _shown(limit: object) -> Text:
    if isinstance(limit, list):
        words = [TYPES.get(str(one), Text(str(one), str(one))) for one in limit]
        return Text("或".join(word.zh for word in words), " or ".join(word.en for word in words))
    said = f"{Decimal(str(limit)).normalize():f}" if isinstance(limit, int | float | Decimal) else str(limit)
    return Text(said, said)
