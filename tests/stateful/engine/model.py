"""The model of a case: which steps are walked, walked again and behind, said as plainly as possible. Steps have a model of their own.

It shares no code with the reducer or the use cases: it keeps what people did, and finds out from that what must be open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.approval.domain.policies.ballot import Mode, Terms
from tests.stateful.step_model import Model, Share


@dataclass(frozen=True)
class Spec:
    """A step as its policy says it: `groups` has a set of people for each say, `weights` one each."""

    key: str
    after: tuple[str, ...]
    mode: Mode
    terms: Terms
    groups: tuple[frozenset[str], ...]
    weights: tuple[int, ...]
    skippable: bool = False
    window: timedelta = timedelta()

    def opened(self, now: datetime) -> Model:
        shares = [
            Share(set(group), weight, holder=next(iter(group)) if len(group) == 1 else None)
            for group, weight in zip(self.groups, self.weights, strict=True)
        ]
        for share in shares:
            share.seat = share
        return Model(self.mode, self.terms, shares, self.skippable, self.window, now)


@dataclass(eq=False)
class Visit:
    """One time that a step is walked; `names` are those of its work items."""

    key: str
    step: Model
    names: dict[Share, str]


@dataclass(eq=False)
class TheCase:
    """One case. What people do takes effect on a step at once, on the walk when it is heard (`settle`)."""

    stages: list[list[Spec]]
    stage: int = 0
    version: int = 1
    open: dict[str, Visit] = field(default_factory=dict)
    past: list[Visit] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)
    targets: dict[Visit, str] = field(default_factory=dict)
    withdrawn: bool = False
    with_requester: bool = False
    outcome: str = ""

    @property
    def specs(self) -> dict[str, Spec]:
        return {spec.key: spec for spec in self.stages[self.stage]}

    @property
    def goes_on(self) -> bool:
        return not self.outcome and not self.withdrawn

    def visits(self) -> list[Visit]:
        return [*self.past, *self.open.values()]

    def shares(self) -> Iterator[tuple[Visit, Share]]:
        for visit in self.visits():
            yield from ((visit, share) for share in visit.step.shares)

    def has_news(self) -> bool:
        """A step has ended of which the workflow has not heard."""
        return any(visit.step.over for visit in self.open.values())

    def earlier(self, key: str) -> set[str]:
        found: set[str] = set()
        for before in self.specs[key].after:
            found |= {before} | self.earlier(before)
        return found

    def later(self, key: str) -> set[str]:
        return {other for other in self.specs if key in self.earlier(other)}

    def withdraw(self) -> None:
        self.withdrawn = True
        for visit in self.open.values():
            self._cancel(visit)

    def settle(self) -> list[str]:
        """Everything that was said is heard. Answers the keys of the steps that must be opened now."""
        if self.outcome:
            return []
        if self.withdrawn:
            return self._close("withdrawn")
        ended = {key: visit for key, visit in self.open.items() if visit.step.over and visit.step.delivered}
        words = {key: visit.step.outcome or "" for key, visit in ended.items()}
        if "rejected" in words.values():
            return self._close("rejected")
        back = {key: self.targets.get(ended[key], "") for key, said in words.items() if said == "returned"}
        if "" in back.values():
            self._forget(set(self.specs))
            self.stage, self.with_requester = 0, True
            return []
        for key in ended:
            self.past.append(self.open.pop(key))
        self.passed |= {key for key, said in words.items() if said in ("approved", "skipped")}
        for key, to in back.items():
            self._forget({key, to} | self.later(key) | self.later(to))
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
            self._cancel(visit)
            self.past.append(visit)

    def _close(self, outcome: str) -> list[str]:
        self._forget(set(self.specs))
        self.outcome, self.with_requester = outcome, False
        return []

    def _cancel(self, visit: Visit) -> None:
        if not visit.step.over:
            visit.step.cancelled = True
