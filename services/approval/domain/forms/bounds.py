"""How much of JSON Schema a form may use, and how much of it: what is bounded here needs no care when values come in.

A form knows a list of keywords; any other is refused, since most of them are slips. References lead into `$defs` of the
same file and never to themselves, so that no value can be looked at for ever. The validator fetches nothing (`offline`),
and its regular expressions are those of the Rust engine: no look-around and no back references, so that a pattern takes
time linear in the text; its compiled size is limited, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final, cast

import jsonschema_rs

from services.approval.domain.forms.json_text import Json, joined, read_json
from services.approval.domain.forms.sentences import FormProblem, problem

LARGEST: Final = 128 * 1024  # bytes of a form
DEEPEST: Final = 24
MOST_SCHEMAS: Final = 1_000  # with every reference counted as often as it is followed
LARGEST_PATTERN: Final = 256 * 1024  # bytes that a compiled pattern may take
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
REFERENCE: Final = re.compile(r"#/\$defs/([A-Za-z0-9_-]{1,60})")
AMOUNT: Final = re.compile(r"(0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?", re.ASCII)
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
NAME: Final = re.compile(r"(people|organisations)/[a-z0-9]+([._-][a-z0-9]+)*", re.ASCII)

# Subschemas: one, several in a list, several by name.
ONE: Final = ("items", "not", "if", "then", "else")
SEVERAL: Final = ("allOf", "anyOf", "oneOf")
NAMED: Final = ("properties", "$defs")
PLAIN: Final = (
    *("type", "enum", "const", "format", "pattern", "minLength", "maxLength", "$ref", "required"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems"),
    *(
        "uniqueItems",
        "additionalProperties",
        "dependentRequired",
        "title",
        "description",
        "$comment",
        "examples",
    ),
)
OF_FIELDS: Final = ("x-label", "x-help", "x-widget", "x-choices", "x-fact", "x-reference")
OF_FORMS: Final = ("$schema", "x-process", "x-prefix", "x-title-field", "x-amount-field")
KNOWN: Final = frozenset((*ONE, *SEVERAL, *NAMED, *PLAIN, *OF_FIELDS))


def is_amount(text: str) -> bool:
    return AMOUNT.fullmatch(text) is not None


def is_day(text: str) -> bool:
    try:
        return DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def is_person(text: str) -> bool:
    return NAME.fullmatch(text) is not None and text.startswith("people/")


def is_organisation(text: str) -> bool:
    return NAME.fullmatch(text) is not None and text.startswith("organisations/")


FORMATS: Final = {"money": is_amount, "date": is_day, "person": is_person, "organisation": is_organisation}


@lru_cache(maxsize=256)
def validator(text: str) -> jsonschema_rs.Draft202012Validator:
    """Of a form as it is written. Raises what the library finds wrong with the schema: ValidationError, ReferencingError."""
    schema = read_json(text, largest=LARGEST, deepest=DEEPEST)
    return jsonschema_rs.Draft202012Validator(
        cast("dict[str, Any]", schema),
        formats=FORMATS,
        validate_formats=True,
        ignore_unknown_formats=False,
        pattern_options=jsonschema_rs.RegexOptions(size_limit=LARGEST_PATTERN),
        offline=True,
    )


def out_of_bounds(schema: Mapping[str, Json]) -> tuple[FormProblem, ...]:
    """Everything in the schema that a form must not have."""
    if schema.get("$schema", DIALECT) != DIALECT:
        return (problem("$schema", "UNKNOWN_DIALECT", DIALECT),)
    return tuple(_Looking(schema).at(dict(schema), "", ()))


class _Looking:
    def __init__(self, form: Mapping[str, Json]) -> None:
        definitions = form.get("$defs")
        self._definitions = definitions if isinstance(definitions, dict) else {}
        self._seen = 0

    def at(self, schema: Json, path: str, followed: tuple[str, ...]) -> Iterator[FormProblem]:
        """`followed` are the references that have led here."""
        self._seen += 1
        if self._seen > MOST_SCHEMAS:
            if self._seen == MOST_SCHEMAS + 1:
                yield problem(path, "TOO_MANY", MOST_SCHEMAS)
            return
        if not isinstance(schema, dict):
            yield problem(path, "NOT_AN_OBJECT")
            return
        known = KNOWN if path else KNOWN.union(OF_FORMS)
        for keyword, value in schema.items():
            here = joined(path, keyword)
            if keyword not in known:
                yield problem(here[:200], "UNKNOWN_KEYWORD", keyword[:60])
            elif keyword == "format" and not (isinstance(value, str) and value in FORMATS):
                yield problem(here, "NOT_A_CHOICE", ", ".join(FORMATS))
            elif keyword == "$ref":
                yield from self._reference(value, here, followed)
            else:
                for below, inner in self._within(keyword, value, here):
                    yield from self.at(inner, below, followed)

    def _within(self, keyword: str, value: Json, path: str) -> Iterator[tuple[str, Json]]:
        """The schemas that lie under a keyword. What is of the wrong kind, the library names."""
        if keyword in ONE:
            yield path, value
        elif keyword in SEVERAL and isinstance(value, list):
            for n, inner in enumerate(value):
                yield f"{path}[{n}]", inner
        elif keyword in NAMED and isinstance(value, dict):
            for key, inner in value.items():
                yield joined(path, key), inner

    def _reference(self, value: Json, path: str, followed: tuple[str, ...]) -> Iterator[FormProblem]:
        found = REFERENCE.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            yield problem(path, "REMOTE_REFERENCE", str(value)[:60])
        elif found[1] not in self._definitions:
            yield problem(path, "UNKNOWN_REFERENCE", found[1])
        elif found[1] in followed:
            yield problem(path, "REFERENCE_LOOP", found[1])
        else:
            yield from self.at(self._definitions[found[1]], f"$defs.{found[1]}", (*followed, found[1]))
