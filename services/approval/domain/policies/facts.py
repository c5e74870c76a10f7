"""Facts: the values about a document on which its route may depend, each of a declared type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

from kernel.errors import InvalidArgument
from kernel.money import Money

FactValue: TypeAlias = Money | str | int | bool | date | tuple[str, ...]


class FactType(StrEnum):
    MONEY = "money"
    """An amount in CNY; in conditions a whole number of fen."""
    WHOLE = "whole"
    TEXT = "text"
    FLAG = "flag"
    DATE = "date"
    """A day; in conditions midnight UTC of it, so that its parts read without a time zone."""
    TEXTS = "texts"
    PERSON = "person"
    """The id of a person of the directory."""
    PEOPLE = "people"
    """The ids of people of the directory, in the order in which they are named."""
    ORGANISATION = "organisation"
    """The id of an organisation of the directory."""


CURRENCY: Final = "CNY"
PYTHON_TYPES: Final[Mapping[FactType, type]] = {
    FactType.MONEY: Money,
    FactType.WHOLE: int,
    FactType.TEXT: str,
    FactType.FLAG: bool,
    FactType.DATE: date,
    FactType.TEXTS: tuple,
    FactType.PERSON: str,
    FactType.PEOPLE: tuple,
    FactType.ORGANISATION: str,
}


class MissingFact(InvalidArgument):
    zh = "缺少事实 {fact}（{title_zh}）"
    en = "Fact {fact} ({title_en}) is missing"


class FactOfWrongType(InvalidArgument):
    zh = "事实 {fact} 应为 {expected}，实际为 {actual}"
    en = "Fact {fact} must be {expected}, not {actual}"


@dataclass(frozen=True, slots=True)
class Fact:
    """A value and the type under which it came. Raises FactOfWrongType where the two do not fit."""

    type: FactType
    value: FactValue

    def __post_init__(self) -> None:
        # A flag is an int to Python and a moment is a date: neither is one here.
        if type(self.value) is not PYTHON_TYPES[self.type]:
            raise FactOfWrongType(fact="", expected=self.type.value, actual=type(self.value).__name__)
