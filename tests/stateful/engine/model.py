"""The model of a case: which steps are walked, walked again and behind, said as plainly as possible. Steps have a model of their own.

It shares no code with the reducer or the use cases: it keeps what people did, and finds out from that what must be open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.approval.domain.policies.ballot import Mode, Terms
from tests.stateful.step_model import REQUESTER, Model, Share


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
    redo: bool = False
    ahead: bool = False
    removed: bool = False

    @property
    def asks(self) -> object:
        return self.mode, self.terms, self.groups, self.weights

    @property
    def surely(self) -> set[str]:
        """Who will have a share of their own as soon as it opens."""
        groups = self.groups[:1] if self.mode is Mode.SEQUENTIAL else self.groups
        return {one for group in groups if len(group) == 1 for one in group}

    def asking(self, people: list[str]) -> Spec:
        """As an administrator has others decide it."""
        alone = tuple(frozenset({one}) for one in people)
        groups = (frozenset(people),) if self.mode is Mode.SINGLE else alone
        return replace(self, groups=groups, weights=(1,) * len(groups))

    def handed_over(self, leaver: str, to: str) -> Spec:
        def taken(group: frozenset[str]) -> frozenset[str]:
            if leaver not in group:
                return group
            elsewhere = any(to in other for other in self.groups if other is not group)
            if to != REQUESTER and not elsewhere:
                return group - {leaver} | {to}
            return group - {leaver} or group

        return replace(self, groups=tuple(map(taken, self.groups)))

    def opened(self, now: datetime) -> Model:
        shares = [Share(set(group), weight) for group, weight in zip(self.groups, self.weights, strict=True)]
        for share in shares:
            share.seat = share
        step = Model(self.mode, self.terms, shares, self.skippable, self.window, now)
        step.settle()
        return step


@dataclass(eq=False)
class Visit:
    """One time that a step is walked; `names` are those of its work items, `earlier` the steps that it may go back to."""

    key: str
    step: Model
    names: dict[Share, str]
    walk: int
    earlier: list[str]


@dataclass(frozen=True)
class Ahead:
    """What `by` has said of a step before it was reached, `person` being who will be asked."""

    at: datetime
    person: str
    by: str
    said: str
    version: int


@dataclass(eq=False)
class TheCase:
    """One case. What people do takes effect on a step at once, on the walk when it is heard (`settle`)."""

    stages: list[list[Spec]]
    stage: int = 0
    version: int = 1
    # The stages as they are walked: administrators change routes. A walk is one time that a stage is walked.
    routes: dict[int, list[Spec]] = field(default_factory=dict)
    walk: int = 0
    # Of this walk: what was approved before and is not asked again.
    skipped: set[str] = field(default_factory=set)
    open: dict[str, Visit] = field(default_factory=dict)
    past: list[Visit] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)
    # Where a visit was returned to, and whether it is to come straight back.
    targets: dict[Visit, tuple[str, bool]] = field(default_factory=dict)
    # Of stages walked since the document came back: what was approved before and is not asked again.
    kept: dict[int, dict[str, object]] = field(default_factory=dict)
    ahead: dict[str, list[Ahead]] = field(default_factory=lambda: defaultdict(list))
    approved: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    given_up: str = ""
    ending: str = ""
    rests: bool = False
    with_requester: bool = False
    outcome: str = ""

    def __post_init__(self) -> None:
        self._enter(0)

    @property
    def specs(self) -> dict[str, Spec]:
        return {spec.key: spec for spec in self.routes[self.stage]}

    @property
    def deciding(self) -> list[str]:
        """What somebody is to decide, or has."""
        return [key for key, spec in self.specs.items() if key not in self.skipped and not spec.removed]

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

    def may_be_taken_back(self) -> bool:
        """A step has ended, and for a while somebody may yet say that it has not."""
        ended = [visit.step for visit in self.open.values() if visit.step.over and not visit.step.cancelled]
        return any(step.window and not step.delivered for step in ended)

    def is_under_way(self) -> bool:
        """People are at it, and nobody has said what ends the stage."""
        return self._may_go_on() and self._is_at_work()

    def _is_at_work(self) -> bool:
        return any(not visit.step.over for visit in self.open.values())

    def _may_go_on(self) -> bool:
        return self.goes_on and not self._ends()

    def _ends(self, *, for_good: bool = False) -> bool:
        """Somebody has rejected it, or returned it to its requester; `for_good`: and cannot take that back."""
        return any(
            visit.step.outcome == "rejected"
            or (visit.step.outcome == "returned" and not self.targets[visit][0])
            for visit in self.open.values()
            if not visit.step.cancelled and (visit.step.delivered or not visit.step.window or not for_good)
        )

    def may_be_edited(self) -> bool:
        """People are at it, or will be: somebody has yet to decide a step of the stage, whether the workflow has heard or not."""
        said = {key for key, visit in self.open.items() if visit.step.outcome in ("approved", "skipped")}
        ahead = [key for key in self.deciding if key not in self.passed | said]
        return not self.with_requester and self._may_go_on() and (self._is_at_work() or bool(ahead))

    def latest(self, key: str) -> Visit | None:
        return self.open.get(key) or next((one for one in reversed(self.past) if one.key == key), None)

    def is_reached(self, key: str) -> bool:
        visit = self.latest(key)
        return visit is not None and visit.walk == self.walk and not visit.step.cancelled

    def lies_ahead(self, key: str) -> bool:
        """While everything was heard."""
        return key in self.deciding and key not in self.open and key not in self.passed and bool(self.open)

    def may_redo(self, key: str, person: str) -> bool:
        visit = self.latest(key)
        if visit is None or key not in self.deciding or not self.specs[key].redo:
            return False
        said = [share for share in visit.step.votes if share.said == "approved"]
        return visit.step.outcome == "approved" and any(person in (one.by, one.holder) for one in said)

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
        self.again(to, self.earlier(to) & set(self.open))
        self.passed |= self.earlier(to)
        for key in self.earlier(to):
            self.ahead.pop(key, None)

    def again(self, key: str, beside: set[str] | None = None) -> None:
        self._forget({key} | self.later(key) | (beside or set()))

    def may_ask(self, key: str, people: list[str]) -> bool:
        spec = self.specs[key]
        quota = spec.terms.passes if spec.mode is Mode.VOTE else None
        return REQUESTER not in people and not (quota and quota.count and quota.count > len(people))

    def edit(self, spec: Spec) -> None:
        self.routes[self.stage] = [spec if one.key == spec.key else one for one in self.routes[self.stage]]
        surely = set() if spec.removed else spec.surely
        self.ahead[spec.key] = [one for one in self.ahead[spec.key] if one.person in surely]

    def may_add(self, behind: str, key: str, people: list[str]) -> bool:
        waiting = [spec.key for spec in self.specs.values() if behind in spec.after]
        known = behind in self.deciding and key not in self.specs
        return known and REQUESTER not in people and not any(map(self.is_reached, waiting))

    def add(self, new: Spec) -> None:
        (behind,) = new.after

        def waiting(spec: Spec) -> Spec:
            return replace(spec, after=tuple(new.key if key == behind else key for key in spec.after))

        route = self.routes[self.stage]
        place = [spec.key for spec in route].index(behind) + 1
        self.routes[self.stage] = [*route[:place], new, *map(waiting, route[place:])]

    def may_remove(self, key: str) -> bool:
        return key in self.deciding and not self.is_reached(key) and len(self.deciding) > 1

    def hand_over(self, leaver: str, to: str) -> None:
        for visit in self.open.values():
            if not visit.step.over:
                visit.step.hand_over(leaver, to)
        if self.with_requester or self._ends(for_good=True):
            return
        for spec in self.routes[self.stage]:
            if any(leaver in group for group in spec.groups):
                self.edit(spec.handed_over(leaver, to))

    def begin(
        self, key: str, names: dict[frozenset[str], str], now: datetime, stands: Callable[[str, str], bool]
    ) -> None:
        """It opens, and what was said of it before takes effect where it still fits. `stands`: whether somebody may act for another."""
        step = self.specs[key].opened(now)
        earlier = [one for one in self.deciding if one in self.earlier(key)]
        self.open[key] = Visit(
            key, step, {share: names[frozenset(share.asked)] for share in step.shares}, self.walk, earlier
        )
        for ahead in self.ahead.pop(key, []):
            share = next((one for one in step.shares if one.asked == {ahead.person}), None)
            step.settle()
            if share is None or self.rests or ahead.version != self.version:
                continue
            acts = ahead.by == ahead.person or (
                stands(ahead.by, ahead.person) and ahead.by not in step.shared(without=share)
            )
            if acts and step.can_decide(share, ahead.person):
                share.holder, share.by, share.said, share.at = ahead.person, ahead.by, ahead.said, now

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
        while not self.with_requester and self._is_walked():
            if self.stage + 1 == len(self.stages):
                return self._end("approved")
            self._enter(self.stage + 1)
        return self._ready()

    def _is_walked(self) -> bool:
        """What nobody decides is passed where everything before it is."""
        for key in self.specs:
            if key not in self.deciding and self.earlier(key) <= self.passed:
                self.passed.add(key)
        return set(self.specs) <= self.passed

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
        self.stage, self.passed, self.walk = stage, set(), self.walk + 1
        self.routes[stage] = list(self.stages[stage])
        kept = self.kept.pop(stage, {})
        self.skipped = {spec.key for spec in self.stages[stage] if kept.get(spec.key) == spec.asks}
        self.approved[stage] = set(self.skipped)
        self.ahead.clear()

    def _back_to_requester(self, *, straight: bool) -> None:
        self.kept = {}
        for stage, keys in self.approved.items() if straight else ():
            self.kept[stage] = {spec.key: spec.asks for spec in self.routes[stage] if spec.key in keys}
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
            for key in self.deciding
            if key not in self.passed and key not in self.open and self.earlier(key) <= self.passed
        ]

    def _forget(self, keys: set[str]) -> None:
        """They are walked again: what is open of them ends."""
        self.passed -= keys
        self.approved[self.stage] -= keys - self.skipped
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
