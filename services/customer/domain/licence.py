"""Licences (证照): what a customer may do, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """`type` is a key of the configured list; `expiry` the last day on which it holds, None: without end (长期)."""

    customer: str
    id: str
    type: str
    number: str
    scope: str = ""
    issuer: str = ""
    valid_from: date | None = None
    expiry: date | None = None
    scan: str = ""

    @property
    def name(self) -> str:
        return f"customers/{self.customer}/licences/{self.id}"

    def holds_on(self, day: date) -> bool:
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.expiry is None or day <= self.expiry)
