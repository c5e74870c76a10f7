"""Routes: the planned steps of one stage, with the reason for every approver. What a plan is, not how it is made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kernel.text import Text
from services.approval.domain.people.directory import PersonId, PostKey
from services.approval.domain.policies.ballot import NO_TERMS, Mode, Terms
from services.approval.domain.policies.settings.unattended import Announce
from services.approval.domain.policies.step_rules import PLAIN, StepRules


@dataclass(frozen=True, slots=True)
class Why:
    """Why these people were chosen: by which rule of which policy, on which version of the directory.

    `policy` is `policies/expense-claim/versions/3`, `rule` the path in it: `stages.claim.steps[1].approvers[0]`.
    """

    policy: str
    rule: str
    directory_version: int
    text: Text


@dataclass(frozen=True, slots=True)
class Approver:
    """One person, or a pool of which one will decide. `post` is what makes the pool, empty for a person.

    `weight` is what their decision weighs in a vote.
    """

    candidates: tuple[PersonId, ...]
    why: Why
    post: PostKey = ""
    weight: int = 1

    @property
    def is_pool(self) -> bool:
        return len(self.candidates) > 1


class Skipped(StrEnum):
    """Why a step does not apply."""

    CONDITION = "condition"
    NOBODY = "nobody"
    REQUESTER = "requester"
    APPROVED_EARLIER = "approved_earlier"
    APPROVED_BEFORE = "approved_before"
    """The same people approved it in the round before, and it comes straight back to who returned it."""
    APPROVED_LATER = "approved_later"
    REMOVED = "removed"
    """An administrator took it out."""


class Until(StrEnum):
    """What is awaited before it is certain who is asked."""

    CHOICE = "choice"
    """The approver of the step `by` names them with the decision."""
    DECIDERS = "deciders"
    """They are those who decide the step `by`."""
    PICK = "pick"
    """One of the candidates is picked when the step opens."""
    EXCEPT = "except"
    """Whoever has decided something else is left out."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Something about a step that is settled when it opens. `by` is `stage/key` of the step on which it depends.

    `expected` are those whom it would be as things stand.
    """

    until: Until
    text: Text
    by: str = ""
    expected: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteStep:
    """A step to be opened once all steps in `after` are behind, or one that was skipped and says why.

    `key` is that of the policy's step; a chain of managers is spread into `key.1`, `key.2` … `rule` is the path of the
    policy's step. Every approver has at least one candidate. A step that is neither skipped nor `deferred` has at least one
    approver; what is deferred is settled before the step opens (`settling.settle`).
    An automatic step asks nobody; `told` are those who hear of it when it is reached, as with approvers.
    `override` says what an administrator has done to it, and why; None for a step as it was planned.
    """

    key: str
    title: Text
    mode: Mode
    after: tuple[str, ...]
    approvers: tuple[Approver, ...]
    why: Text
    skipped: Skipped | None = None
    terms: Terms = NO_TERMS
    rules: StepRules = PLAIN
    deferred: tuple[Deferred, ...] = ()
    override: Text | None = None
    told: tuple[PersonId, ...] = ()

    @property
    def asks_others(self) -> bool:
        """Whether it asks people whom others are yet to name."""
        return any(one.until in (Until.CHOICE, Until.DECIDERS) for one in self.deferred)

    @property
    def has_people(self) -> bool:
        """Whether people decide it, rather than the system."""
        return self.rules.unattended.automatic is None

    @property
    def is_announced(self) -> bool:
        """Whether its people see it before its turn. Who may decide ahead of time must see what comes."""
        early = self.rules.unattended.announce is Announce.EARLY or self.rules.acting.ahead
        return early and self.skipped is None and self.has_people

    @property
    def people(self) -> tuple[PersonId, ...]:
        """Everyone who is asked, in the order of the approvers."""
        return tuple(person for approver in self.approvers for person in approver.candidates)


@dataclass(frozen=True, slots=True)
class Route:
    """The steps of one stage in an order in which each comes behind those it waits for."""

    stage: str
    stage_title: Text
    policy: str
    directory_version: int
    steps: tuple[RouteStep, ...]

    def step(self, key: str) -> RouteStep:
        """Raises KeyError where the route has no such step."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)

    @property
    def deciding(self) -> tuple[RouteStep, ...]:
        """The steps that are not skipped."""
        return tuple(step for step in self.steps if step.skipped is None)

    @property
    def first(self) -> tuple[RouteStep, ...]:
        """The steps that are opened when the stage begins: nothing but skipped ones comes before them."""
        behind: set[str] = set()
        found = []
        for step in self.steps:
            if behind.issuperset(step.after):
                if step.skipped:
                    behind.add(step.key)
                else:
                    found.append(step)
        return tuple(found)

    def previous(self, key: str) -> tuple[str, ...]:
        """The steps that people decide directly before this one; several where branches are joined."""
        found: list[str] = []
        before = list(self.step(key).after)
        while before:
            step = self.step(before.pop(0))
            if step.skipped or not step.has_people:
                before = [*step.after, *before]
            elif step.key not in found:
                found.append(step.key)
        return tuple(found)

    @property
    def announced(self) -> tuple[RouteStep, ...]:
        """The steps of which their people hear before it is their turn."""
        return tuple(step for step in self.deciding if step.is_announced and step not in self.first)

    def earlier(self, key: str) -> tuple[str, ...]:
        """The steps that people decide before this one, in order: where it can be returned to."""
        before = set(self.step(key).after)
        for step in reversed(self.steps):
            if step.key in before:
                before.update(step.after)
        return tuple(step.key for step in self.deciding if step.key in before and step.has_people)
