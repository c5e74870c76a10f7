"""Policies: the published, versioned rules by which routes are planned. What a policy says, however it is written down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kernel.errors import InvalidArgument
from kernel.text import Text
from services.approval.domain.policies.authorities import Authority
from services.approval.domain.policies.ballot import NO_TERMS, Mode, Terms
from services.approval.domain.policies.facts import Fact, FactType
from services.approval.domain.policies.separation import Separation
from services.approval.domain.policies.settings.copying import USUAL_COPYING, Copying
from services.approval.domain.policies.sources import Source
from services.approval.domain.policies.step_rules import PLAIN, StepRules


class UnknownStage(InvalidArgument):
    zh = "策略 {policy} 没有阶段 {stage}"
    en = "{policy} has no stage {stage}"


@dataclass(frozen=True, slots=True)
class FactDeclaration:
    """A fact that the policy wants to know. One without a `default` must be given."""

    key: str
    type: FactType
    title: Text
    default: Fact | None = None


class OnEmpty(StrEnum):
    """What happens where nobody could decide."""

    REFUSE = "refuse"
    SKIP = "skip"
    ADMINISTRATOR = "administrator"
    FALLBACK = "fallback"


class ListOrder(StrEnum):
    """In which order people find the work of a process where they ask for none themselves."""

    NEWEST_FIRST = "newest_first"
    OLDEST_FIRST = "oldest_first"
    DUE_FIRST = "due_first"
    LARGEST_FIRST = "largest_first"


class OnRequester(StrEnum):
    """What happens where the requester is the only one who could decide. Beside others they are just left out."""

    FORBID = "forbid"
    """Nobody could: `on_empty` says what happens."""
    NEXT_UP = "next_up"
    """The requester's line manager is asked."""
    SKIP = "skip"


class OnRepeat(StrEnum):
    """What happens where somebody is asked in several steps of the stage who approves one of them with certainty."""

    KEEP_ALL = "keep_all"
    KEEP_FIRST = "keep_first"
    """They are not asked again; a step for which nobody else is left is skipped."""
    KEEP_LAST = "keep_last"
    """They are only asked in the last step for which they are named."""
    ADJACENT = "adjacent"
    """They are not asked again right after they have approved; with others in between they are."""


class Per(StrEnum):
    """Who has a say of their own in a step in which several are asked."""

    PERSON = "person"
    SOURCE = "source"
    """Each source is a group: one of its people decides for it."""


class Choose(StrEnum):
    """Who of several gets the item of a step in mode `single`. All but the pool is settled when the step opens."""

    POOL = "pool"
    """Whoever claims it first."""
    LEAST_LOADED = "least_loaded"
    """Who has the least to do."""
    ROUND_ROBIN = "round_robin"
    """Whose turn is longest ago."""
    RANDOM = "random"
    """By lot; the lot is drawn from the name of the step, so that it can be drawn again and is the same."""
    MOST_EXPERIENCED = "most_experienced"
    """Who has decided this step most often."""
    FAMILIAR = "familiar"
    """Who has decided `familiar`, or this step before, in the same case; the pool where that is nobody of it."""


@dataclass(frozen=True, slots=True)
class Empty:
    """`fallback` is the name of a fallback of the policy, with FALLBACK."""

    action: OnEmpty = OnEmpty.REFUSE
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class Fallback:
    """Who is asked in place of those who are missing."""

    name: str
    approvers: tuple[Source, ...]
    on_empty: Empty = Empty()


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """`when` is a CEL condition on the facts, empty for always; `after` names the steps it waits for.

    `excepted` never decide it, whoever names them. `familiar` is the step whose decider is kept, with FAMILIAR: of this stage
    or `stage/step`, empty for this one. `rules` are what matters once it runs. `copied` are told of it, at the moment that the rules say.
    """

    key: str
    title: Text
    approvers: tuple[Source, ...]
    mode: Mode = Mode.SINGLE
    when: str = ""
    after: tuple[str, ...] = ()
    on_empty: Empty = Empty()
    requester_is_approver: OnRequester = OnRequester.FORBID
    choose: Choose = Choose.POOL
    terms: Terms = NO_TERMS
    per: Per = Per.PERSON
    excepted: tuple[Source, ...] = ()
    familiar: str = ""
    rules: StepRules = PLAIN
    copied: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """`may_be_empty` allows a case to pass the stage with nobody asked, because every step was skipped.

    `one_hand`: whoever has taken the first item from a pool gets the following ones where they are in the pool.
    `copied` are told when it ends, as `copying` says.
    """

    key: str
    title: Text
    steps: tuple[PolicyStep, ...]
    repeated_approver: OnRepeat = OnRepeat.KEEP_ALL
    may_be_empty: bool = False
    one_hand: bool = False
    copying: Copying = USUAL_COPYING
    copied: tuple[Source, ...] = ()

    def step(self, key: str) -> PolicyStep:
        """Raises KeyError."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Policy:
    """`version` is 0 before publication. `administrators` are asked where `on_empty` says so."""

    process: str
    title: Text
    facts: tuple[FactDeclaration, ...]
    stages: tuple[Stage, ...]
    fallbacks: tuple[Fallback, ...] = ()
    administrators: tuple[Source, ...] = ()
    authorities: tuple[Authority, ...] = ()
    separation: tuple[Separation, ...] = ()
    order: ListOrder = ListOrder.NEWEST_FIRST
    version: int = 0

    def step_title(self, reference: str) -> Text:
        """What people call a step, by its whole reference; the reference itself where there is none."""
        for stage in self.stages:
            for step in stage.steps:
                if f"{stage.key}/{step.key}" == reference:
                    return step.title
        return Text(reference, reference)

    @property
    def name(self) -> str:
        return f"policies/{self.process}/versions/{self.version}"

    def published(self, version: int) -> Policy:
        return replace(self, version=version)

    def stage(self, key: str) -> Stage:
        """Raises UnknownStage."""
        for stage in self.stages:
            if stage.key == key:
                return stage
        raise UnknownStage(field="stage", policy=self.name, stage=key)
