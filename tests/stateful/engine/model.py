"""The model of a case: which steps are walked, walked again and behind, said as plainly as possible. Steps have a model of their own.

It shares no code with the reducer or the use cases: it keeps what people did, and finds out from that what must be open.
"""

from __future__ import annotations

from collections import defaultdict
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
    # Where a visit was returned to, and whether it is to come straight back.
    targets: dict[Visit, tuple[str, bool]] = field(default_factory=dict)
    # Of stages walked since the document came back: what was approved before and is not asked again.
    kept: dict[int, set[str]] = field(default_factory=dict)
    approved: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    given_up: str = ""
    ending: str = ""
    rests: bool = False
    with_requester: bool = False
    outcome: str = ""

    @property
    def specs(self) -> dict[str, Spec]:
        return {spec.key: spec for spec in self.stages[self.stage]}

    @property
    def goes_on(self) -> bool:
        return not self.outcome and not self.given_up and not self.rests

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

    def give_up(self, outcome: str) -> None:
        """Withdrawn by the requester, or terminated by an administrator."""
        self.given_up, self.rests = outcome, False
        for visit in self.open.values():
            self._cancel(visit)

    def jump(self, to: str) -> None:
        """What leads there counts as passed, the step and all that follows is walked."""
        self._forget({to} | self.later(to) | (self.earlier(to) & set(self.open)))
        self.passed |= self.earlier(to)

    def settle(self) -> list[str]:
        """Everything that was said is heard. Answers the keys of the steps that must be opened now."""
        if self.outcome or self._closes():
            return []
        while self._cuts_windows_short():
            pass
        ended = self._heard()
        back = self._returns(ended)
        if "rejected" in ended.values():
            return self._end("rejected")
        for key, said in ended.items():
            self.past.append(self.open.pop(key))
            if said == "approved":
                self.approved[self.stage].add(key)
        self.passed |= {key for key, said in ended.items() if said in ("approved", "skipped")}
        to_requester = [straight for _, (to, straight) in sorted(back.items()) if not to]
        if to_requester:
            self._back_to_requester(straight=to_requester[0])
            return []
        self._forget(self._walked_again(back))
        while not self.with_requester and set(self.specs) <= self.passed:
            if self.stage + 1 == len(self.stages):
                return self._end("approved")
            self._enter(self.stage + 1)
        return self._ready()

    def _heard(self) -> dict[str, str]:
        """How steps have ended of whose end the workflow knows now."""
        known = {
            key: visit.step for key, visit in self.open.items() if visit.step.over and visit.step.delivered
        }
        return {key: step.outcome or "" for key, step in known.items()}

    def _returns(self, ended: dict[str, str]) -> dict[str, tuple[str, bool]]:
        return {key: self.targets[self.open[key]] for key, said in ended.items() if said == "returned"}

    def _walked_again(self, back: dict[str, tuple[str, bool]]) -> set[str]:
        again: set[str] = set()
        for key, (to, comes_back) in back.items():
            again |= {key, to} if comes_back else {key, to} | self.later(key) | self.later(to)
        return again

    def _cuts_windows_short(self) -> bool:
        """What is to be walked again, or no more, can no longer be taken back: it is heard."""
        ended = self._heard()
        back = self._returns(ended)
        ends = "rejected" in ended.values() or any(not to for to, _ in back.values())
        concerned = set(self.specs) if ends else self._walked_again(back)
        cut = [self.open[key].step for key in concerned & set(self.open)]
        cut = [step for step in cut if step.over and not step.delivered]
        for step in cut:
            step.delivered = True
        return bool(cut)

    def resubmitted(self) -> None:
        self.version += 1
        self.with_requester = False
        self._enter(0)

    def _enter(self, stage: int) -> None:
        self.stage, self.passed = stage, self.kept.pop(stage, set())
        self.approved[stage] = set(self.passed)

    def _back_to_requester(self, *, straight: bool) -> None:
        self.kept = {stage: set(keys) for stage, keys in self.approved.items()} if straight else {}
        self.open, gone = {}, self.open
        for visit in gone.values():
            self._cancel(visit)
            self.past.append(visit)
        self.passed, self.with_requester = set(), True

    def _ready(self) -> list[str]:
        if self.with_requester:
            return []
        return [
            key
            for key in self.specs
            if key not in self.passed and key not in self.open and self.earlier(key) <= self.passed
        ]

    def _forget(self, keys: set[str]) -> None:
        """They are walked again: what is open of them ends."""
        self.passed -= keys
        self.approved[self.stage] -= keys
        for key in keys & set(self.open):
            visit = self.open.pop(key)
            self._cancel(visit)
            self.past.append(visit)

    def _end(self, outcome: str) -> list[str]:
        self._forget(set(self.specs))
        self.ending = outcome
        self._closes()
        return []

    def _closes(self) -> bool:
        """A case that rests is closed once it goes on."""
        outcome = self.given_up or self.ending
        if outcome and not self.rests:
            self._forget(set(self.specs))
            self.outcome, self.with_requester = outcome, False
        return bool(outcome)

    def _cancel(self, visit: Visit) -> None:
        if not visit.step.over:
            visit.step.cancelled = True
