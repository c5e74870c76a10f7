"""The model: what a route, its steps and the people in it come to, said as plainly as possible. It imports nothing of ours.

Outcomes are found by trying everything that those who have not spoken could still say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

REQUESTER = "requester"


@dataclass(eq=False)
class Share:
    """One work item: to whom it is offered, who holds it, who has decided it and how."""

    name: str
    offered: frozenset[str]
    holder: str = ""
    said: str = ""
    by: str = ""
    gone: bool = False

    @property
    def people(self) -> frozenset[str]:
        return frozenset({self.holder}) if self.holder else self.offered


@dataclass(frozen=True)
class Spec:
    """A step as its policy says it: `groups` has a set of people for each say, `weights` one each.

    `passes` and `rejects` are parts of all weight, with `more` strictly more than that part, or counts above 1.
    """

    key: str
    after: tuple[str, ...]
    mode: str
    groups: tuple[frozenset[str], ...]
    weights: tuple[int, ...]
    passes: Fraction = Fraction(0)
    more: bool = False
    rejects: Fraction | None = None
    waits: bool = False


@dataclass(eq=False)
class Visit:
    """One time that a step is walked."""

    spec: Spec
    shares: list[Share]
    over: bool = False

    def turn(self, share: Share) -> bool:
        """Whether it is this one's turn; only where people decide one after another it may not be."""
        if self.spec.mode != "sequential":
            return True
        return share is next((one for one in self.shares if not one.said), None)

    def may(self, share: Share, person: str) -> bool:
        open_ = not self.over and not share.said and not share.gone and self.turn(share)
        return open_ and person != REQUESTER and person in share.people

    def outcome(self) -> str:
        """`approved`, `rejected`, `returned`, or nothing yet."""
        said = [share.said for share in self.shares]
        if "returned" in said:
            return "returned"
        if self.spec.mode in ("single", "any"):
            return next((one for one in said if one), "")
        if self.spec.waits and "" in said:
            return ""
        ways = {
            self._passes(way)
            for way in product(*([one] if one else ["approved", "rejected"] for one in said))
        }
        if len(ways) == 1:
            return "approved" if ways.pop() else "rejected"
        if self.spec.rejects is not None and self._weight("rejected", said) >= self.spec.rejects:
            return "rejected"
        return ""

    def _passes(self, way: Iterable[str]) -> bool:
        approved, whole = self._weight("approved", way), sum(self.spec.weights)
        if self.spec.mode != "vote":
            return approved == whole
        return approved > self.spec.passes if self.spec.more else approved >= self.spec.passes

    def _weight(self, word: str, said: Iterable[str]) -> int:
        return sum(weight for weight, one in zip(self.spec.weights, said, strict=True) if one == word)


@dataclass(eq=False)
class TheCase:
    """One case. What people do takes effect on a step at once, on the walk when it is heard (`settle`)."""

    stages: list[list[Spec]]
    stage: int = 0
    version: int = 1
    open: dict[str, Visit] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    news: list[tuple[str, str, str]] = field(default_factory=list)
    withdrawn: bool = False
    with_requester: bool = False
    outcome: str = ""
    past: list[Visit] = field(default_factory=list)

    @property
    def specs(self) -> dict[str, Spec]:
        return {spec.key: spec for spec in self.stages[self.stage]}

    def shares(self) -> Iterator[tuple[Visit, Share]]:
        for visit in [*self.past, *self.open.values()]:
            yield from ((visit, share) for share in visit.shares)

    def may_act(self, visit: Visit, share: Share, person: str) -> bool:
        return not self.outcome and not self.withdrawn and visit.may(share, person)

    def earlier(self, key: str) -> set[str]:
        found: set[str] = set()
        for before in self.specs[key].after:
            found |= {before} | self.earlier(before)
        return found

    def later(self, key: str) -> set[str]:
        return {other for other in self.specs if key in self.earlier(other)}

    def decide(self, visit: Visit, share: Share, person: str, word: str, to: str = "") -> None:
        share.said, share.by = word, person
        outcome = visit.outcome()
        if outcome:
            self.end(visit)
            self.news.append((visit.spec.key, outcome, to if outcome == "returned" else ""))

    def end(self, visit: Visit) -> None:
        """Nothing of it is needed any more."""
        visit.over = True

    def withdraw(self) -> None:
        self.withdrawn = True
        for visit in self.open.values():
            self.end(visit)

    def settle(self) -> list[str]:
        """Everything that was said is heard. Answers the keys of the steps that must be opened now."""
        if self.outcome:
            return []
        for key, said, _ in self.news:
            if said == "approved":
                self.passed.add(key)
        words = {said for _, said, to in self.news if said != "returned" or not to}
        again = {key: to for key, said, to in self.news if said == "returned" and to}
        self.news = []
        if self.withdrawn:
            return self._close("withdrawn")
        if "rejected" in words:
            return self._close("rejected")
        if "returned" in words:
            self._forget(set(self.specs))
            self.stage, self.with_requester = 0, True
            return []
        for key, to in again.items():
            self._forget({key, to} | self.later(key) | self.later(to))
        for key in [key for key, visit in self.open.items() if visit.over]:
            self.past.append(self.open.pop(key))
        if not self.with_requester and set(self.specs) <= self.passed:
            if self.stage + 1 == len(self.stages):
                return self._close("approved")
            self.stage, self.passed = self.stage + 1, set()
        return self._ready()

    def resubmitted(self) -> None:
        self.version += 1
        self.with_requester = False

    def _ready(self) -> list[str]:
        if self.with_requester:
            return []
        return [
            key
            for key, spec in self.specs.items()
            if key not in self.passed and key not in self.open and set(spec.after) <= self.passed
        ]

    def _forget(self, keys: set[str]) -> None:
        """They are walked again: what is open of them ends."""
        self.passed -= keys
        for key in keys & set(self.open):
            visit = self.open.pop(key)
            self.end(visit)
            self.past.append(visit)

    def _close(self, outcome: str) -> list[str]:
        self._forget(set(self.specs))
        self.outcome, self.with_requester = outcome, False
        return []
