"""The watch over licences: what is to be said of them on a day, and what becomes of a customer's orders."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from services.customer.domain.licence import Licence

# Said once it has expired, whatever has been said before.
EXPIRED: Final = -1


class Block(StrEnum):
    """Why no orders are taken."""

    LICENCE_EXPIRED = "licence_expired"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said of a licence once: that it expires within so many days, or has (EXPIRED).

    It is about this licence with this expiry: one that was renewed is watched anew.
    """

    licence: str
    expiry: date
    within: int


def due(
    licences: Iterable[Licence], day: date, watch_days: Collection[int], said: Collection[Notice]
) -> Iterator[tuple[Licence, Notice]]:
    """What is to be said on a day: of each licence the narrowest that applies, unless it was said, or a narrower one.

    A licence of which nothing was said for a while is not spoken of three times at once.
    """
    for licence in licences:
        if licence.expiry is None:
            continue
        left = (licence.expiry - day).days
        applying = [days for days in watch_days if 0 <= left <= days] or ([EXPIRED] if left < 0 else [])
        before = {one.within for one in said if (one.licence, one.expiry) == (licence.id, licence.expiry)}
        if applying and all(within > min(applying) for within in before):
            yield licence, Notice(licence.id, licence.expiry, min(applying))


def lacking(needed: Iterable[str], licences: Collection[Licence], day: date) -> tuple[str, ...]:
    """The types that are needed and of which no licence holds on the day."""
    holding = {licence.type for licence in licences if licence.holds_on(day)}
    return tuple(type_ for type_ in needed if type_ not in holding)
