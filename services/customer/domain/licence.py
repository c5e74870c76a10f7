"""Licences (证照): what a customer may do, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from kernel.errors import AlreadyExists, FailedPrecondition, InvalidArgument, PermissionDenied

MOST_LICENCES: Final = 50


class ExpiryBeforeStart(InvalidArgument):
    zh = "有效期至 {expiry} 早于发证日期 {valid_from}"
    en = "It would end on {expiry}, before it begins on {valid_from}"


class LicenceRecorded(AlreadyExists):
    zh = "该证照已登记为 {licence}"
    en = "This licence is recorded already, as {licence}"


class TooManyLicences(FailedPrecondition):
    zh = "证照不能超过 {most} 份"
    en = "There cannot be more than {most} licences"


class LicencesKeptByQuality(PermissionDenied):
    zh = "{name} 已是正式客户，证照由质量部维护"
    en = "{name} is registered; quality keeps its licences"


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

    def check(self, path: str = "") -> None:
        """Raises ExpiryBeforeStart; `path` is where the licence stands in what was asked."""
        if self.valid_from and self.expiry and self.expiry < self.valid_from:
            raise ExpiryBeforeStart(field=f"{path}expiry", expiry=self.expiry, valid_from=self.valid_from)

    def must_differ(self, others: Iterable[Licence]) -> None:
        """Raises LicenceRecorded where another of the customer's has its type and number."""
        for other in others:
            if other.id != self.id and (other.type, other.number) == (self.type, self.number):
                raise LicenceRecorded(licence=other.name)


def next_id(licences: Iterable[Licence]) -> str:
    """Raises TooManyLicences."""
    kept = tuple(licences)
    if len(kept) >= MOST_LICENCES:
        raise TooManyLicences(most=MOST_LICENCES)
    return free_id(kept)


def free_id(licences: Iterable[Licence]) -> str:
    """One that none of them has."""
    return str(max((int(licence.id) for licence in licences), default=0) + 1)
