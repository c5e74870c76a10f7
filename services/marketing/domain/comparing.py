"""What this service believes held against what expense says: one activity, or one budget, at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from kernel.money import Money, zero
from services.marketing.domain.activity import Activity
from services.marketing.domain.allotment import KnownAllotment
from services.marketing.domain.difference import DifferenceKind, Finding
from services.marketing.domain.life import ActivityState

_S, _K = ActivityState, DifferenceKind
NONE: Final = ""
RESERVED: Final = "STATE_RESERVED"
COMMITTED: Final = "STATE_COMMITTED"
SETTLED: Final = "STATE_SETTLED"
RELEASED: Final = "STATE_RELEASED"
CLOSED: Final = "STATE_CLOSED"
# Once both sides have come to rest. NONE: nothing was ever reserved.
FITTING: Final[Mapping[ActivityState, frozenset[str]]] = {
    _S.DRAFT: frozenset({NONE, RELEASED}),
    _S.IN_APPROVAL: frozenset({RESERVED}),
    _S.APPROVED: frozenset({COMMITTED}),
    _S.RUNNING: frozenset({COMMITTED}),
    _S.TO_CLOSE: frozenset({COMMITTED}),
    _S.CLOSURE_IN_APPROVAL: frozenset({COMMITTED}),
    _S.SETTLED: frozenset({SETTLED}),
    # Released: its closure was rejected.
    _S.CLOSED: frozenset({CLOSED, RELEASED}),
    _S.REJECTED: frozenset({NONE, RELEASED}),
    _S.CANCELLED: frozenset({NONE, RELEASED}),
    _S.DELETED: frozenset({NONE, RELEASED}),
}
# What a copy may lack that was made before expense told it.
NOT_COMPARED: Final = ("time", "organisation")


@dataclass(frozen=True, slots=True)
class Sums:
    """What activities together hold of a budget, and what claims on them have spent. `budget` is its name."""

    budget: str
    reserved: Money
    committed: Money
    spent: Money


@dataclass(frozen=True, slots=True)
class Beliefs:
    """All that there is of one number: the activity, the copy of its allotment, and the allotment as expense has it."""

    number: str
    activity: Activity | None
    known: KnownAllotment | None
    held: KnownAllotment | None

    @property
    def subject(self) -> str:
        return f"activities/{self.number}"

    @property
    def is_lost(self) -> bool:
        """Whether expense says something later than what is known."""
        return self.held is not None and (self.known is None or self.known.version < self.held.version)

    def findings(self) -> Iterator[Finding]:
        yield from self._of_copies()
        yield from self._of_states()

    def _of_copies(self) -> Iterator[Finding]:
        known, held = self.known, self.held
        if held is None or known is None or known.version != held.version:
            believed = str(known.version) if known else "0"
            if self.is_lost and held is not None:
                yield self._finding(_K.LOST_MESSAGE, believed=believed, held=str(held.version))
            elif known is not None and held is not None:
                yield self._finding(_K.EXPENSE_BEHIND, believed=believed, held=str(held.version))
            return
        if what := _otherwise(known, held):
            yield self._finding(_K.OTHER_NUMBERS, version=str(held.version), what=what)

    def _of_states(self) -> Iterator[Finding]:
        activity, held = self.activity, self.held
        state = held.state if held is not None else NONE
        if activity is None:
            if held is not None:
                yield self._finding(_K.ACTIVITY_MISSING, held=state)
            elif self.known is not None:
                yield self._finding(_K.ALLOTMENT_MISSING, activity="?")
            return
        if held is None and (self.known is not None or NONE not in FITTING[activity.state]):
            yield self._finding(_K.ALLOTMENT_MISSING, activity=activity.state.value)
        elif state not in FITTING[activity.state]:
            yield self._finding(_K.STATES_DO_NOT_FIT, activity=activity.state.value, held=state)
        elif held is not None and (what := _other_terms(activity, held)):
            yield self._finding(_K.OTHER_TERMS, what=what)

    def _finding(self, kind: DifferenceKind, **details: str) -> Finding:
        return Finding(kind, self.subject, details, self._changed_last())

    def _changed_last(self) -> datetime | None:
        moments = [one.time for one in (self.known, self.held) if one is not None]
        if self.activity is not None:
            moments.append(self.activity.update_time)
        return max(moments, default=None)


def compare_sums(believed: Sums | None, held: Sums | None) -> Iterator[Finding]:
    """Of one budget; None: nothing. Sums of what moves all the time: by how much they differ is what may be seen twice."""
    one = believed or held
    if one is None:
        return
    nothing = zero(one.reserved.currency)
    said = []
    for name in ("reserved", "committed", "spent"):
        here = getattr(believed, name, nothing)
        there = getattr(held, name, nothing)
        if here != there:
            said.append(f"{name} {_gap(here, there)}")
    if said:
        yield Finding(_K.OTHER_SUMS, one.budget, {"what": ", ".join(said)})


def _gap(here: Money, there: Money) -> str:
    if here.currency != there.currency:
        return f"{here} / {there}"
    gap = here - there
    return f"{'+' if gap.is_positive else ''}{gap.amount} {gap.currency}"


def _otherwise(known: KnownAllotment, held: KnownAllotment) -> str:
    """What two copies of one version say otherwise; empty where they are the same."""
    if _plain(known) == _plain(held):
        return ""
    said = []
    if known.state != held.state:
        said.append(f"{known.state} / {held.state}")
    if known.fully_claimed != held.fully_claimed:
        said.append(f"fully_claimed {known.fully_claimed} / {held.fully_claimed}")
    here, there = _amounts(known), _amounts(held)
    for place in sorted(here.keys() | there.keys()):
        ours, theirs = here.get(place), there.get(place)
        if ours != theirs:
            said.append(f"{place} {ours or 0} / {theirs or 0}")
    return ", ".join(said)


def _plain(allotment: KnownAllotment) -> dict[str, Any]:
    return {name: value for name, value in allotment.said.items() if name not in NOT_COMPARED}


def _amounts(allotment: KnownAllotment) -> dict[str, Money]:
    return {
        f"lines/{share.line} {share.month} {share.expense_type} {name}": amount
        for share in allotment.shares
        for name, amount in share.amounts.items()
    }


def _other_terms(activity: Activity, held: KnownAllotment) -> str:
    """Lines that were agreed otherwise than what is held for them; empty where they are the same."""
    ours, theirs = _agreed(activity, held.state), _held(held)
    said = [
        f"lines/{line} {ours.get(line, 0)} / {theirs.get(line, 0)}"
        for line in sorted(ours.keys() | theirs.keys())
        if ours.get(line) != theirs.get(line)
    ]
    return ", ".join(said)


def _agreed(activity: Activity, state: str) -> dict[str, Money]:
    if state == SETTLED:
        return {cost.line: cost.amount for cost in activity.claimable if cost.amount.is_positive}
    if state in (RESERVED, COMMITTED):
        return {f"{line.id} {line.month} {line.expense_type}": line.amount for line in activity.terms.lines}
    return {}


def _held(held: KnownAllotment) -> dict[str, Money]:
    """What each line has in the place that its allotment's state is about."""
    column = {RESERVED: "reserved", COMMITTED: "amount", SETTLED: "claimable"}.get(held.state, "")
    settled = held.state == SETTLED
    return {
        share.line if settled else f"{share.line} {share.month} {share.expense_type}": share.amounts[column]
        for share in held.shares
        if column in share.amounts
    }
