"""A form: what a document of a process says, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Final

from kernel.money import Money
from kernel.text import Text
from services.approval.domain.forms.json_text import Json
from services.approval.domain.policies.facts import Fact, FactType


class FieldType(StrEnum):
    TEXT = "text"
    MONEY = "money"
    """An amount in CNY, written as a text: `1280.50`."""
    WHOLE = "whole"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    """A day, written 2026-01-31."""
    PERSON = "person"
    """`people/lihua`."""
    ORGANISATION = "organisation"
    """`organisations/henan`."""
    TEXTS = "texts"
    PEOPLE = "people"
    """Several of `people/lihua`."""
    GROUP = "group"
    """Fields within a field."""
    TABLE = "table"
    """Rows of fields."""


FACT_TYPES: Final[Mapping[FieldType, FactType]] = {
    FieldType.TEXT: FactType.TEXT,
    FieldType.MONEY: FactType.MONEY,
    FieldType.WHOLE: FactType.WHOLE,
    FieldType.FLAG: FactType.FLAG,
    FieldType.DATE: FactType.DATE,
    FieldType.PERSON: FactType.PERSON,
    FieldType.ORGANISATION: FactType.ORGANISATION,
    FieldType.TEXTS: FactType.TEXTS,
    FieldType.PEOPLE: FactType.PEOPLE,
}
# What every document gives by itself.
OWN_FACTS: Final[Mapping[str, FactType]] = {
    "requester": FactType.PERSON,
    "organisation": FactType.ORGANISATION,
}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    title: Text


@dataclass(frozen=True, slots=True)
class FormField:
    """`path` is where its value stands: `purpose`, `address.city`, `seals[].name`.

    `is_required`: no complete document is without it. `fact` is the fact of the policy that it gives, empty for none.
    `reference` is the collection whose resources it names: `customers`; empty for none.
    """

    path: str
    type: FieldType
    title: Text
    help: Text | None = None
    widget: str = ""
    is_required: bool = False
    choices: tuple[Choice, ...] = ()
    fact: str = ""
    reference: str = ""

    @property
    def has_lines(self) -> bool:
        return self.widget == "text-area"


@dataclass(frozen=True)
class Form:
    """`text` is the JSON Schema as it was published, `schema` the same read. `version` is 0 before publication.

    `title_field` and `amount_field` are paths at the top; documents are called and weighed by what stands there.
    """

    process: str
    prefix: str
    title: Text
    fields: tuple[FormField, ...]
    title_field: str
    amount_field: str
    text: str
    schema: Mapping[str, Json] = field(repr=False, compare=False, default_factory=dict)
    version: int = 0

    @property
    def name(self) -> str:
        return f"processes/{self.process}/versions/{self.version}"

    def published(self, version: int) -> Form:
        return replace(self, version=version)

    @cached_property
    def by_path(self) -> Mapping[str, FormField]:
        return {one.path: one for one in self.fields}

    @property
    def facts(self) -> Mapping[str, FormField]:
        """The fields that give facts, by the fact."""
        return {one.fact: one for one in self.fields if one.fact}

    def title_of(self, values: Mapping[str, Json]) -> str:
        """What the document is about; what the form is called while that is not said."""
        said = values.get(self.title_field)
        return said if isinstance(said, str) and said else self.title.zh

    def amount_of(self, values: Mapping[str, Json]) -> Money | None:
        said = values.get(self.amount_field) if self.amount_field else None
        return Money.of(said) if isinstance(said, str) else None

    def value_at(self, values: Mapping[str, Json], path: str) -> Json:
        """What was filled in at a path that leads through no list; None where nothing was."""
        found: Json = dict(values)
        for key in path.split("."):
            found = found.get(key) if isinstance(found, dict) else None
        return found

    def facts_of(self, values: Mapping[str, Json], requester: str, organisation: str) -> dict[str, Fact]:
        """What is given of the facts, by values that fit the form."""
        facts = {
            "requester": Fact(FactType.PERSON, requester),
            "organisation": Fact(FactType.ORGANISATION, organisation),
        }
        for key, source in self.facts.items():
            value = self.value_at(values, source.path)
            if value is not None:
                facts[key] = _fact(FACT_TYPES[source.type], value)
        return facts


def _fact(type: FactType, value: Json) -> Fact:
    match type, value:
        case FactType.MONEY, str(amount):
            return Fact(type, Money(Decimal(amount)))
        case FactType.DATE, str(day):
            return Fact(type, date.fromisoformat(day))
        case ((FactType.PERSON | FactType.ORGANISATION), str(name)):
            return Fact(type, name.partition("/")[2])
        case FactType.TEXTS, list(texts):
            return Fact(type, tuple(text for text in texts if isinstance(text, str)))
        case FactType.PEOPLE, list(names):
            return Fact(type, tuple(name.partition("/")[2] for name in names if isinstance(name, str)))
        case _, bool() | int() | str():
            return Fact(type, value)
    raise AssertionError(type, value)
