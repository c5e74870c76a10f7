"""Forms as people write them: JSON Schema with annotations read into a form, or everything that is wrong with it.

An example is `policy_files/seal-use/form.json`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

import jsonschema_rs

from kernel.text import Text
from kernel.writing import forbidden_in, is_blank, trimmed
from services.approval.domain.forms.bounds import DEEPEST, LARGEST, REFERENCE, out_of_bounds, validator
from services.approval.domain.forms.form import FACT_TYPES, Choice, FieldType, Form, FormField
from services.approval.domain.forms.json_text import Json, JsonRefused, everything_in, joined, read_json
from services.approval.domain.forms.sentences import FormProblem, problem

PROCESS: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)
PREFIX: Final = re.compile(r"[A-Z]{2,4}", re.ASCII)
COLLECTION: Final = re.compile(r"[a-z][A-Za-z]{0,59}", re.ASCII)
KEY: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", re.ASCII)
LONGEST_KEY: Final = 60
LONGEST_LABEL: Final = 100
LONGEST_TITLE: Final = 200
LONGEST_TEXT: Final = 5_000
MOST_FIELDS: Final = 200
MOST_ROWS: Final = 200
MOST_CHOICES: Final = 200
FORMATS: Final = {
    "money": FieldType.MONEY,
    "date": FieldType.DATE,
    "person": FieldType.PERSON,
    "organisation": FieldType.ORGANISATION,
}
TYPES: Final = {
    "integer": FieldType.WHOLE,
    "number": FieldType.NUMBER,
    "boolean": FieldType.FLAG,
    "object": FieldType.GROUP,
}
# The first is what a form uses that says nothing.
WIDGETS: Final[Mapping[FieldType, tuple[str, ...]]] = {
    FieldType.TEXT: ("text", "text-area", "select", "reference"),
    FieldType.MONEY: ("money",),
    FieldType.WHOLE: ("number",),
    FieldType.NUMBER: ("number",),
    FieldType.FLAG: ("switch",),
    FieldType.DATE: ("date",),
    FieldType.PERSON: ("person",),
    FieldType.ORGANISATION: ("organisation",),
    FieldType.TEXTS: ("select", "text"),
    FieldType.PEOPLE: ("person",),
    FieldType.GROUP: ("group",),
    FieldType.TABLE: ("table",),
}


def read_form(text: str) -> tuple[Form | None, tuple[FormProblem, ...]]:
    """The form as written, or None and everything that is wrong with it."""
    try:
        schema = read_json(text, largest=LARGEST, deepest=DEEPEST)
    except JsonRefused as refused:
        return None, (refused.problem,)
    if not isinstance(schema, dict):
        return None, (problem("", "NOT_AN_OBJECT"),)
    problems = _characters(schema) or out_of_bounds(schema) or _of_the_library(text)
    if problems:
        return None, problems
    reading = _Reading(schema)
    form = reading.form(text)
    return (None if reading.problems else form), tuple(reading.problems)


@lru_cache(maxsize=256)
def published_form(text: str, version: int) -> Form:
    """A form that was published before, read again. It is not examined once more: rules that came later do not undo it."""
    schema = read_json(text, largest=LARGEST, deepest=DEEPEST)
    assert isinstance(schema, dict), text[:LONGEST_TITLE]
    return _Reading(schema).form(text).published(version)


def _characters(schema: Json) -> tuple[FormProblem, ...]:
    texts = ((path, text) for path, _, text in everything_in(schema) if isinstance(text, str))
    found = ((path, forbidden_in(text, lines=True)) for path, text in texts)
    return tuple(problem(path, "TEXT_CHARACTER_REFUSED", one) for path, one in found if one)


def _of_the_library(text: str) -> tuple[FormProblem, ...]:
    try:
        validator(text)
    except jsonschema_rs.ValidationError as error:
        path = ""
        for key in error.instance_path:
            path = f"{path}[{key}]" if isinstance(key, int) else joined(path, key)
        return (problem(path, "NOT_A_SCHEMA", error.message[:200]),)
    except (jsonschema_rs.ReferencingError, ValueError) as error:
        return (problem("", "NOT_A_SCHEMA", str(error).partition("\n")[0][:200]),)
    return ()


class _Reading:
    """What is wrong goes to `problems`, and something harmless comes back, so that reading goes on."""

    def __init__(self, schema: Mapping[str, Json]) -> None:
        self.problems: list[FormProblem] = []
        self._schema = schema
        self._fields: list[FormField] = []

    def form(self, text: str) -> Form:
        schema = self._schema
        if schema.get("type") != "object":
            self._refuse("type", "NOT_A_CHOICE", "object")
        self._group(schema, "", "", is_required=True)
        if not self._fields:
            self._refuse("properties", "NO_FIELDS")
        if len(self._fields) > MOST_FIELDS:
            self._refuse("properties", "TOO_MANY", MOST_FIELDS)
        self._facts()
        return Form(
            process=self._matching("x-process", PROCESS, "NOT_A_PROCESS"),
            prefix=self._matching("x-prefix", PREFIX, "NOT_A_PREFIX"),
            title=self._title(schema, "", "x-label"),
            fields=tuple(self._fields),
            title_field=self._title_field(),
            amount_field=self._amount_field(),
            text=text,
            schema=schema,
        )

    def _group(
        self, schema: Mapping[str, Json], path: str, place: str, *, is_required: bool, in_list: bool = False
    ) -> None:
        """The fields of an object: `path` of its value, `place` of its schema."""
        if schema.get("additionalProperties") is not False:
            self._refuse(joined(place, "additionalProperties"), "NOT_CLOSED")
        properties, required = schema.get("properties"), schema.get("required")
        for key, inner in properties.items() if isinstance(properties, dict) else ():
            below = joined(joined(place, "properties"), key)
            if not KEY.fullmatch(key) or len(key) > LONGEST_KEY:
                self._refuse(below[:200], "NOT_A_KEY", key[:LONGEST_KEY])
                continue
            needed = is_required and isinstance(required, list) and key in required
            self._field(self._resolved(inner), joined(path, key), below, is_required=needed, in_list=in_list)

    def _field(
        self, schema: Mapping[str, Json], path: str, place: str, *, is_required: bool, in_list: bool
    ) -> None:
        if len(self._fields) > MOST_FIELDS:
            return
        type, items = self._type(schema, place)
        fact = schema.get("x-fact")
        self._fields.append(
            FormField(
                path=path,
                type=type,
                title=self._title(schema, place, "x-label"),
                help=self._title(schema, place, "x-help") if "x-help" in schema else None,
                widget=self._widget(schema, type, place),
                is_required=is_required,
                choices=self._choices(items or schema, joined(place, "items") if items else place),
                fact=fact if isinstance(fact, str) else "",
                reference=self._reference(schema, type, place),
            )
        )
        if "x-fact" in schema and (type not in FACT_TYPES or in_list):
            self._refuse(joined(place, "x-fact"), "FACT_NOT_POSSIBLE", path)
        if type is FieldType.GROUP:
            self._group(schema, path, place, is_required=is_required, in_list=in_list)
        elif type is FieldType.TABLE:
            self._group(items, f"{path}[]", joined(place, "items"), is_required=True, in_list=True)

    def _type(self, schema: Mapping[str, Json], place: str) -> tuple[FieldType, Mapping[str, Json]]:
        """What kind of field it is and, of a list, the schema of what stands in it."""
        kind = schema.get("type")
        if kind == "string":
            self._limited(schema, place, "maxLength", LONGEST_TEXT, unless=("enum", "const", "format"))
            return FORMATS.get(str(schema.get("format", "")), FieldType.TEXT), {}
        if kind == "array":
            items = self._resolved(schema.get("items"))
            self._limited(schema, place, "maxItems", MOST_ROWS)
            if items.get("type") == "object":
                return FieldType.TABLE, items
            if items.get("type") != "string":
                self._refuse(joined(joined(place, "items"), "type"), "UNKNOWN_TYPE", "string, object")
            if items.get("format") == "person":
                return FieldType.PEOPLE, items
            self._limited(
                items, joined(place, "items"), "maxLength", LONGEST_LABEL * 2, unless=("enum", "const")
            )
            return FieldType.TEXTS, items
        if not isinstance(kind, str) or kind not in TYPES:
            self._refuse(joined(place, "type"), "UNKNOWN_TYPE", ", ".join(("string", *TYPES, "array")))
            return FieldType.TEXT, {}
        return TYPES[kind], {}

    def _limited(
        self, schema: Mapping[str, Json], place: str, keyword: str, most: int, unless: Iterable[str] = ()
    ) -> None:
        limit = schema.get(keyword)
        if limit is None and not any(key in schema for key in unless):
            self._refuse(joined(place, keyword), "NO_LIMIT", keyword)
        elif isinstance(limit, int) and limit > most:
            self._refuse(joined(place, keyword), "LIMIT_TOO_LARGE", most)

    def _widget(self, schema: Mapping[str, Json], type: FieldType, place: str) -> str:
        known = WIDGETS[type]
        fitting = "reference" if "x-reference" in schema else "select" if "enum" in schema else known[0]
        said = schema.get("x-widget", fitting if fitting in known else known[0])
        if not isinstance(said, str) or said not in known:
            self._refuse(joined(place, "x-widget"), "NOT_A_CHOICE", ", ".join(known))
            return known[0]
        return said

    def _reference(self, schema: Mapping[str, Json], type: FieldType, place: str) -> str:
        """The collection that a field names resources of."""
        said, here = schema.get("x-reference"), joined(place, "x-reference")
        if said is None:
            if schema.get("x-widget") == "reference":
                self._refuse(here, "REQUIRED", "x-reference")
            return ""
        if type is not FieldType.TEXT or not isinstance(said, str) or not COLLECTION.fullmatch(said):
            self._refuse(here, "NOT_A_REFERENCE", str(said)[:LONGEST_KEY])
            return ""
        return said

    def _choices(self, schema: Mapping[str, Json], place: str) -> tuple[Choice, ...]:
        """What an enum offers, each with what people call it."""
        values, said = schema.get("enum"), schema.get("x-choices")
        if values is None and said is None:
            return ()
        texts = [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
        named = said if isinstance(said, dict) else {}
        if isinstance(values, list) and len(texts) < len(values):
            self._refuse(joined(place, "enum"), "UNKNOWN_TYPE", "string")
        if len(texts) > MOST_CHOICES:
            self._refuse(joined(place, "enum"), "TOO_MANY", MOST_CHOICES)
        if differing := set(texts).symmetric_difference(named):
            self._refuse(joined(place, "x-choices"), "CHOICES_DIFFER", sorted(differing)[0][:LONGEST_KEY])
            return ()
        return tuple(Choice(text, self._title(named, joined(place, "x-choices"), text)) for text in texts)

    def _title(self, schema: Mapping[str, Json], place: str, key: str) -> Text:
        said, here = schema.get(key), joined(place, key)
        if said is None:
            self._refuse(here, "REQUIRED", key)
        elif (
            not isinstance(said, dict) or set(said) != {"zh", "en"} or not all(map(_is_label, said.values()))
        ):
            self._refuse(here, "NOT_A_TITLE", LONGEST_LABEL)
        else:
            return Text(trimmed(str(said["zh"])), trimmed(str(said["en"])))
        return Text("", "")

    def _resolved(self, schema: Json) -> Mapping[str, Json]:
        """The schema with what its reference says, where it has one; its own words win."""
        found = schema if isinstance(schema, dict) else {}
        reference, definitions = found.get("$ref"), self._schema.get("$defs")
        named = REFERENCE.fullmatch(reference) if isinstance(reference, str) else None
        if named is None or not isinstance(definitions, dict):
            return found
        own = {key: value for key, value in found.items() if key != "$ref"}
        return {**self._resolved(definitions[named[1]]), **own}

    def _facts(self) -> None:
        seen: set[str] = set()
        for one in self._fields:
            place = f"properties.{one.path}.x-fact"
            if one.fact and (not KEY.fullmatch(one.fact) or len(one.fact) > LONGEST_KEY):
                self._refuse(place, "NOT_A_KEY", one.fact[:LONGEST_KEY])
            elif one.fact in seen:
                self._refuse(place, "DUPLICATE_FACT", one.fact)
            if one.fact:
                seen.add(one.fact)

    def _title_field(self) -> str:
        path, found = self._named("x-title-field")
        properties = self._schema.get("properties")
        schema = self._resolved(properties.get(path)) if isinstance(properties, dict) else {}
        longest = schema.get("maxLength")
        fits = found and found.type is FieldType.TEXT and found.is_required and not found.has_lines
        if found and not (fits and isinstance(longest, int) and longest <= LONGEST_TITLE):
            self._refuse("x-title-field", "TITLE_NOT_FIT", LONGEST_TITLE)
        return path

    def _amount_field(self) -> str:
        if "x-amount-field" not in self._schema:
            return ""
        path, found = self._named("x-amount-field")
        if found and found.type is not FieldType.MONEY:
            self._refuse("x-amount-field", "AMOUNT_NOT_FIT")
        return path

    def _named(self, annotation: str) -> tuple[str, FormField | None]:
        """The field at the top that an annotation of the form names."""
        said = self._schema.get(annotation)
        path = said if isinstance(said, str) else ""
        found = next((one for one in self._fields if one.path == path and "." not in path), None)
        if said is None:
            self._refuse(annotation, "REQUIRED", annotation)
        elif found is None:
            self._refuse(annotation, "NO_SUCH_FIELD", str(said)[:LONGEST_KEY])
        return path, found

    def _matching(self, annotation: str, pattern: re.Pattern[str], rule: str) -> str:
        said = self._schema.get(annotation)
        if said is None:
            self._refuse(annotation, "REQUIRED", annotation)
        elif not isinstance(said, str) or not pattern.fullmatch(said) or len(said) > LONGEST_KEY:
            self._refuse(annotation, rule, str(said)[:LONGEST_KEY])
        else:
            return said
        return ""

    def _refuse(self, path: str, rule: str, name: object = "") -> None:
        self.problems.append(problem(path, rule, name))


def _is_label(said: Json) -> bool:
    return (
        isinstance(said, str) and not is_blank(said) and len(said) <= LONGEST_LABEL and not forbidden_in(said)
    )
