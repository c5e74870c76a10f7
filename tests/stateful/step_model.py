"""A small model of a step that knows nothing of its code: it keeps what people did, and tells everything else from that.

Whose turn it is, what is over and what may be taken back is never stored, but found anew each time, the outcome by
trying all that those who have not decided could still say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import product

from services.approval.domain.policies.ballot import MAJORITY, Mode, Quota, Terms

REQUESTER = "wangfang"


@dataclass(eq=False)
class Share:
    """One person's or pool's: who was asked, who has it, who waits for whom, what was said."""

    asked: set[str]
    weight: int = 0
    seat: Share | None = None
    parent: Share | None = None
    added_by: str = ""
    waits: set[Share] = field(default_factory=set)
    holder: str | None = None
    owners: list[str] = field(default_factory=list)
    aside: bool = False
    until: datetime | None = None
    said: str | None = None
    by: str = ""
    at: datetime | None = None
    gone: bool = False
    # A question: for which share, and who has asked it.
    asker: Share | None = None
    asked_by: str = ""
    closed: bool = False
    # To one person, who has yet to take it: others of the pool have left.
    offered: bool = False

    @property
    def people(self) -> set[str]:
        """Who has to do with it."""
        return {*self.asked, *self.owners, *filter(None, (self.holder,))}

    @property
    def has(self) -> set[str]:
        """Whose share it is, one way or another."""
        return {*self.asked, *self.owners, *filter(None, (self.holder, self.by))}


@dataclass
class Model:
    mode: Mode
    terms: Terms
    shares: list[Share]
    skippable: bool
    window: timedelta
    now: datetime
    cancelled: bool = False
    delivered: bool = False

    # What is so, found from what people did.

    @property
    def votes(self) -> list[Share]:
        return [share for share in self.shares if share.asker is None and not share.gone]

    @property
    def seats(self) -> list[list[Share]]:
        first = [share for share in self.shares if share.seat is share]
        groups = ([one for one in self.votes if one.seat is seat] for seat in first)
        return [group for group in groups if group]

    @property
    def outcome(self) -> str | None:
        return settled(self.mode, self.terms, self.seats, skippable=self.skippable)

    @property
    def over(self) -> bool:
        return self.cancelled or self.outcome is not None

    def seat_of(self, share: Share) -> list[Share]:
        return [one for one in self.votes if one.seat is share.seat]

    def lost(self, share: Share) -> bool:
        return any(one.said == "rejected" for one in self.seat_of(share))

    def live(self, share: Share) -> bool:
        """Somebody may still have to do with it."""
        if share.said or share.gone or share.closed or self.over:
            return False
        return share.asker is not None or not self.lost(share)

    def free(self, share: Share) -> bool:
        """It is its turn."""
        if share.asker is not None:
            return True
        if any(not one.gone and one.said not in ("approved", "skipped") for one in share.waits):
            return False
        if self.mode is not Mode.SEQUENTIAL:
            return True
        own = self.seat_of(share)
        earlier = self.seats[: self.seats.index(own)]
        return all(one.said in ("approved", "skipped") for seat in earlier for one in seat)

    def audience(self, share: Share) -> set[str]:
        if not self.live(share) or not self.free(share):
            return set()
        return {share.holder} if share.holder else set(share.asked)

    def can_act(self, share: Share, person: str) -> bool:
        return (
            person in self.audience(share)
            and not share.aside
            and (person != REQUESTER or share.asker is not None)
        )

    def can_decide(self, share: Share, person: str) -> bool:
        return self.can_act(share, person) and share.asker is None and not share.owners

    def can_add(self, share: Share, person: str) -> bool:
        waits = self.live(share) and not self.free(share) and share.holder == person and not share.owners
        return self.can_decide(share, person) or (waits and share.asker is None)

    def shared(self, without: Share | None = None) -> set[str]:
        """Who has a share in the step."""
        return set().union(*(share.has for share in self.votes if share is not without))

    def can_sign(self, person: str, without: Share | None = None) -> bool:
        return person not in {REQUESTER, "gone", *self.shared(without)}

    def removers(self, share: Share) -> set[str]:
        found, above = {share.added_by}, share.parent
        while above is not None:
            found |= {above.added_by, above.holder or ""}
            above = above.parent
        return found - {""}

    def below(self, share: Share) -> list[Share]:
        children = [one for one in self.votes if one.parent is share]
        return children + [one for child in children for one in self.below(child)]

    def can_remove(self, share: Share, person: str, *, administrator: bool) -> bool:
        may = person != REQUESTER and (administrator or person in self.removers(share))
        if not may or share.asker is not None or not self.live(share):
            return False
        going = {share} if any(one.said for one in self.below(share)) else {share, *self.below(share)}
        return any(one not in going for one in self.votes)

    def can_undo(self, share: Share, person: str) -> bool:
        if not share.said or share.asker is not None or person not in (share.by, share.holder):
            return False
        if self.cancelled or self.delivered or not self.window or share.at is None:
            return False
        return self.now < share.at + self.window and not self._built_upon(share) and self._reopens(share)

    def _built_upon(self, share: Share) -> bool:
        said, share.said = share.said, None
        try:
            return any(one.said and not self._was_free(one) for one in self.votes)
        finally:
            share.said = said

    def _was_free(self, share: Share) -> bool:
        """Whether all that it needed before has been said."""
        return self.free(share) and all(self._was_free(one) for one in share.waits if not one.gone)

    def _reopens(self, share: Share) -> bool:
        said, share.said = share.said, None
        try:
            return not self.over and not self.lost(share)
        finally:
            share.said = said

    # What people do.

    def wake(self) -> None:
        for share in self.shares:
            if share.aside and share.until is not None and share.until <= self.now:
                share.aside, share.until = False, None

    def settle(self) -> None:
        """What does not come back: having it, once it was one person's turn; being put aside, until it is not; an idle question."""
        for share in self.shares:
            share.offered = share.offered and self.free(share)
            if share.holder is None and len(share.asked) == 1 and self.audience(share) and not share.offered:
                (share.holder,) = share.asked
            if share.asker is not None and not share.said and not self.live(share.asker):
                share.closed = True
            if not self.live(share) or not self.free(share):
                share.aside, share.until = False, None

    def add(self, share: Share, by: str, person: str, place: str) -> None:
        share.holder = share.holder or by
        added = Share({person}, seat=share.seat, parent=share, added_by=by)
        passed = {one for one in share.waits if one.said in ("approved", "skipped")}
        added.waits = {share} if place == "after" else passed
        if place == "before":
            share.waits.add(added)
        else:
            for one in self.shares:
                if share in one.waits and one is not added:
                    one.waits.add(added)
        self.shares.append(added)

    def hand_over(self, leaver: str, to: str) -> None:
        """Somebody leaves. What the successor may not have goes to the others of the pool, or back to who delegated it, else it stays."""
        for share in self.shares:
            if not self.live(share) or leaver not in share.people:
                continue
            may = share.asked_by != to if share.asker is not None else self.can_sign(to, without=share)
            if may:
                share.asked = {to if one == leaver else one for one in share.asked}
                line = [to if one == leaver else one for one in (*share.owners, share.holder) if one]
                if to in line:
                    last = len(line) - line[::-1].index(to)
                    line = [*line[: line.index(to)], to, *line[last:]]
                share.owners, share.holder = line[:-1], line[-1] if line else None
            elif share.owners and share.owners[0] == leaver:
                continue
            elif leaver in share.owners:
                share.owners.remove(leaver)
                share.asked -= {leaver}
            elif share.owners and share.holder == leaver:
                share.holder, share.aside, share.until = share.owners.pop(), False, None
                share.asked -= {leaver}
            elif leaver in share.asked and len(share.asked) > 1:
                share.asked -= {leaver}
                share.offered = self.free(share)
                if share.holder == leaver:
                    share.holder, share.aside, share.until = None, False, None

    def remove(self, share: Share, by: str) -> None:
        below = self.below(share)
        if any(one.said for one in below):
            going = [share]
            for one in self.votes:
                if one.parent is share:
                    one.parent, one.added_by = share.parent, by
        else:
            going = [share, *below]
        for gone in going:
            gone.gone = True
            for one in self.shares:
                if gone in one.waits:
                    one.waits = (one.waits - {gone}) | gone.waits


def settled(mode: Mode, terms: Terms, seats: list[list[Share]], *, skippable: bool) -> str | None:
    """What the decisions come to, found by trying everything that those who have not decided could still say."""
    said = [seat_says(seat) for seat in seats]
    if "returned" in said:
        return "returned"
    if all(one == "skipped" for one in said):
        return "skipped"
    if mode in (Mode.SINGLE, Mode.ANY):
        return next((one for one in said if one and one != "skipped"), None)
    if terms.waits and None in said:
        return None
    weights = tuple(weight_of(seat) for seat in seats)
    return counted(mode, terms, weights, tuple(could_say(seat, skippable=skippable) for seat in seats))


@lru_cache(maxsize=100_000)
def counted(
    mode: Mode, terms: Terms, weights: tuple[int, ...], open_to: tuple[tuple[str, ...], ...]
) -> str | None:
    """`open_to` is what each seat can still say: one thing only, where it has said it."""
    ways = {passes(mode, terms, weights, way) for way in product(*open_to)}
    if len(ways) == 1:
        return "approved" if ways.pop() else "rejected"
    said = [one[0] if len(one) == 1 else None for one in open_to]
    whole = sum(weight for weight, one in zip(weights, said, strict=True) if one != "skipped")
    against = sum(weight for weight, one in zip(weights, said, strict=True) if one == "rejected")
    if terms.rejects and Fraction(against) >= enough(terms.rejects, whole):
        return "rejected"
    return None


def weight_of(seat: list[Share]) -> int:
    first = seat[0].seat
    assert first is not None
    return first.weight


def seat_says(seat: list[Share]) -> str | None:
    said = {share.said for share in seat}
    for ending in ("returned", "rejected", None, "approved"):
        if ending in said:
            return ending
    return "skipped"


def could_say(seat: list[Share], *, skippable: bool) -> tuple[str, ...]:
    said = seat_says(seat)
    if said is not None:
        return (said,)
    may_skip = skippable and all(share.said in (None, "skipped") for share in seat)
    return ("approved", "rejected", "skipped") if may_skip else ("approved", "rejected")


def passes(mode: Mode, terms: Terms, weights: tuple[int, ...], way: tuple[str, ...]) -> bool:
    heard = [(weight, said) for weight, said in zip(weights, way, strict=True) if said != "skipped"]
    whole = sum(weight for weight, _ in heard)
    approved = sum(weight for weight, said in heard if said == "approved")
    if mode is not Mode.VOTE:
        return approved == whole
    quota = terms.passes or MAJORITY
    if quota.more_than:
        return not heard or approved > Fraction(quota.part, quota.whole) * whole
    return approved >= min(enough(quota, whole), Fraction(whole))


def enough(quota: Quota, whole: int) -> Fraction:
    return Fraction(quota.count) if quota.count else Fraction(quota.part, quota.whole) * whole
