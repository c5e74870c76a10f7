"""Events: what happened to a document, in the past tense. One event is one row of the document's timeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from kernel.actor import Actor
from kernel.money import Money
from kernel.text import Text

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events. A subclass adds what is to be remembered; it becomes the row's details.

    `document` is the resource name of the aggregate (`claims/EC-2026-000123`), `version` the aggregate's version after
    the change. The class name is the row's kind, as readers and auditors see it: `ClaimSubmitted`.
    """

    document: str
    version: int
    by: Actor
    at: datetime

    @property
    def kind(self) -> str:
        return type(self).__name__

    def details(self) -> dict[str, Json]:
        own = {f.name for f in fields(Event)}
        return {f.name: plain(getattr(self, f.name)) for f in fields(self) if f.name not in own}

    def sentence(self) -> Text:
        """What a reader of the timeline sees. Events say it in their own words where the kind alone is not enough."""
        return Text(self.kind, self.kind)


def plain(value: object) -> Json:
    """A value as JSON without floats: decimals and dates become text, so that a row's hash is the same everywhere."""
    match value:
        case Enum():
            return value.value if isinstance(value.value, str) else value.name
        case None | bool() | str():
            return value
        case int():
            return value if abs(value) < 2**53 else str(value)
        case Money():
            return {"amount": str(value.amount), "currency": value.currency}
        case Decimal() | date() | datetime():
            return value.isoformat() if isinstance(value, date) else str(value)
        case Mapping():
            return {str(k): plain(v) for k, v in value.items()}
        case list() | tuple():
            return [plain(v) for v in value]
        case set() | frozenset():
            return [plain(v) for v in sorted(value, key=str)]
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    raise TypeError(f"{type(value).__name__} cannot stand in a timeline")
