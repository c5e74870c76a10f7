"""The model of stand-ins: who may act for whom, found by looking at every day and every case that there could be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import product

OURS, ANOTHER, ANY_OTHER = "ours", "expense-claim", "any other"
# Each with those in which it lies.
ORGANISATIONS = {"hq": {"hq"}, "branch": {"hq", "branch"}}


@dataclass(eq=False)
class StandIn:
    """`deputy` decides for `person` from the first day to the last; no processes, no organisations: all of them."""

    person: str
    deputy: str
    first: date
    last: date | None
    processes: frozenset[str]
    organisations: frozenset[str]
    name: str = ""
    ended: bool = False

    def on(self, day: date) -> bool:
        return not self.ended and self.first <= day and not self.is_past(day)

    def is_past(self, day: date) -> bool:
        return self.ended or (self.last is not None and self.last < day)

    def covers(self, process: str, organisation: str) -> bool:
        if self.processes and process not in self.processes:
            return False
        return not self.organisations or bool(self.organisations & ORGANISATIONS[organisation])


@dataclass
class Away:
    known: list[StandIn] = field(default_factory=list)

    def present(self, day: date) -> list[StandIn]:
        return [one for one in self.known if not one.is_past(day)]

    def stood_for(self, deputy: str, day: date, process: str = OURS, organisation: str = "hq") -> set[str]:
        return reached(deputy, [one for one in self.known if one.on(day)], process, organisation) - {deputy}

    def may_begin(self, new: StandIn, today: date, others: Iterable[StandIn] | None = None) -> bool:
        if new.person == new.deputy or (new.last is not None and new.last < max(today, new.first)):
            return False
        links = [*(self.present(today) if others is None else others), new]
        days = {max(one.first, today) for one in links}
        return not any(
            new.person in links_before(new, [one for one in links if one.on(day)], process, organisation)
            for day, process, organisation in product(days, (OURS, ANOTHER, ANY_OTHER), ORGANISATIONS)
            if new.on(day) and new.covers(process, organisation)
        )

    def hand_over(self, leaver: str, to: str, today: date) -> None:
        """Whoever leaves needs nobody; for whom they stood in, the successor does, where that may be."""
        # The service takes them by their names: of two that meet, the first stays. Made at one moment, they have any order.
        present = sorted(self.present(today), key=lambda one: one.name)
        rest = [one for one in present if leaver not in (one.person, one.deputy)]
        for one in present:
            if leaver in (one.person, one.deputy):
                one.ended = True
        for one in present:
            if one.deputy == leaver:
                first = max(one.first, today)
                new = StandIn(one.person, to, first, one.last, one.processes, one.organisations)
                if self.may_begin(new, today, rest):
                    rest.append(new)
                    self.known.append(new)


def reached(deputy: str, links: list[StandIn], process: str, organisation: str) -> set[str]:
    """For whom somebody may act, themselves included."""
    found = {deputy}
    while True:
        more = {one.person for one in links if one.deputy in found and one.covers(process, organisation)}
        if more <= found:
            return found
        found |= more


def links_before(new: StandIn, links: list[StandIn], process: str, organisation: str) -> set[str]:
    """Who comes to act, along the chain, for whom the deputy of `new` would be acted for by."""
    found = {new.deputy}
    while True:
        more = {one.deputy for one in links if one.person in found and one.covers(process, organisation)}
        if more <= found:
            return found
        found |= more
