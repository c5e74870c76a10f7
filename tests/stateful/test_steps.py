"""Whatever people do to a step in whatever order, it agrees with a small model that knows nothing of its code.

The model keeps, for every open item, who could decide it; from that it tells what must be refused and what a decision ends.
"""

from __future__ import annotations

from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kernel.errors import Refusal
from services.approval.domain.directory import AsOf, Directory, Person
from services.approval.domain.route import Mode
from services.approval.domain.steps import Step, StepState
from services.approval.domain.work_items import TRANSITIONS, ItemState, ItemVerb, Outcome
from tests.builders.approval import TODAY, a_decision, a_step, an_approver

PEOPLE = ["a", "b", "c", "d", "e", "f"]
EVERYONE = [*PEOPLE, "wangfang", "gone"]  # the requester, and somebody who has left
DIRECTORY = AsOf(Directory(1, people=tuple(Person(name, name) for name in [*PEOPLE, "wangfang"])), TODAY)

people = st.sampled_from(EVERYONE)
places = st.integers(0, 3)
splits = st.permutations(PEOPLE).flatmap(
    lambda order: st.lists(st.integers(1, 3), min_size=1, max_size=3).map(lambda sizes: cut(order, sizes))
)


def cut(order: list[str], sizes: list[int]) -> list[tuple[str, ...]]:
    """Groups of these sizes, none sharing a person: the approvers of a step."""
    ends = [sum(sizes[: n + 1]) for n in range(len(sizes))]
    return [
        tuple(order[end - size : end]) for end, size in zip(ends, sizes, strict=True) if end <= len(order)
    ]


class Share:
    """The model of an item: who it was offered to, who holds it."""

    def __init__(self, asked: tuple[str, ...]) -> None:
        self.asked = set(asked)
        self.holder = asked[0] if len(asked) == 1 else None
        self.open = True
        self.decided_by: str | None = None

    def can_act(self, person: str) -> bool:
        return self.open and person != "wangfang" and person in ({self.holder} if self.holder else self.asked)


class StepMachine(RuleBasedStateMachine):
    step: Step
    shares: list[Share]
    mode: Mode
    ended: str | None

    @initialize(mode=st.sampled_from(list(Mode)), groups=splits)
    def open(self, mode: Mode, groups: list[tuple[str, ...]]) -> None:
        groups = groups[:1] if mode is Mode.SINGLE else groups
        self.mode, self.ended = mode, None
        self.shares = [Share(group) for group in groups]
        self.step = a_step(*(an_approver(*group) for group in groups), mode=mode)

    def pick(self, place: int) -> tuple[UUID, Share]:
        place %= len(self.shares)
        return self.step.items[place].id, self.shares[place]

    def attempt(self, allowed: bool, change: object) -> None:
        """Does it, if the model allows it; else it must be refused and nothing changed."""
        before = self.step
        try:
            after = change()  # type: ignore[operator]  # a lambda, whose type mypy does not infer here
        except Refusal:
            assert not allowed, "refused what the model allows"
            assert self.step == before
        else:
            assert allowed, "allowed what the model refuses"
            self.step = after

    @rule(place=places, person=people)
    def claim(self, place: int, person: str) -> None:
        item, share = self.pick(place)
        allowed = share.can_act(person)
        self.attempt(allowed, lambda: self.step.claim(item, person))
        if allowed:
            share.holder = person

    @rule(place=places, person=people)
    def release(self, place: int, person: str) -> None:
        item, share = self.pick(place)
        allowed = share.can_act(person) and share.holder == person and len(share.asked) > 1
        self.attempt(allowed, lambda: self.step.release(item, person))
        if allowed:
            share.holder = None

    @rule(place=places, giver=people, taker=people)
    def transfer(self, place: int, giver: str, taker: str) -> None:
        item, share = self.pick(place)
        elsewhere = set[str]().union(*(other.asked for other in self.shares if other is not share))
        allowed = share.can_act(giver) and taker not in {giver, "wangfang", "gone", *elsewhere}
        were_open = len(self.step.open_items)
        self.attempt(allowed, lambda: self.step.transfer(item, giver, taker, DIRECTORY))
        assert len(self.step.open_items) == were_open
        if allowed:
            share.asked, share.holder = {taker}, taker

    @rule(place=places, person=people, outcome=st.sampled_from(list(Outcome)), far=st.booleans())
    def decide(self, place: int, person: str, outcome: Outcome, far: bool) -> None:
        item, share = self.pick(place)
        nowhere = far and outcome is Outcome.RETURNED
        allowed = share.can_act(person) and not nowhere
        decision = a_decision(person, outcome, return_to="nowhere" if nowhere else "")
        self.attempt(allowed, lambda: self.step.decide(item, decision))
        if not allowed:
            return
        share.open, share.holder, share.decided_by = False, person, person
        if (
            self.mode is not Mode.ALL
            or outcome is not Outcome.APPROVED
            or not any(s.open for s in self.shares)
        ):
            self.end(outcome.value)

    @rule()
    @precondition(lambda self: self.ended is None)
    def cancel(self) -> None:
        self.step = self.step.cancel()
        self.end("cancelled")

    @rule()
    @precondition(lambda self: self.ended is not None)
    def cancel_what_has_ended(self) -> None:
        assert self.step.cancel() == self.step

    def end(self, how: str) -> None:
        self.ended = how
        for share in self.shares:
            share.open = False

    @invariant()
    def agrees_with_the_model(self) -> None:
        assert [item.is_open for item in self.step.items] == [share.open for share in self.shares]
        for item, share in zip(self.step.items, self.shares, strict=True):
            may = {person for person in EVERYONE if share.can_act(person)}
            assert item.audience == may
            assert (item.decision.by if item.decision else None) == share.decided_by

    @invariant()
    def has_one_outcome_at_most(self) -> None:
        said = self.step.outcome.value if self.step.outcome else None
        assert said == (None if self.ended == "cancelled" else self.ended)
        assert (self.step.state is StepState.OPEN) == (self.ended is None)

    @invariant()
    def is_open_as_long_as_something_of_it_is(self) -> None:
        assert bool(self.step.open_items) == (self.step.state is StepState.OPEN)

    @invariant()
    def nobody_has_decided_twice(self) -> None:
        deciders = [item.decision.by for item in self.step.items if item.decision]
        assert len(deciders) == len(set(deciders))

    @invariant()
    def every_item_is_in_a_state_that_the_table_knows(self) -> None:
        reached = {ItemState.OFFERED, ItemState.ALLOCATED, *TRANSITIONS.values()}
        assert {item.state for item in self.step.items} <= reached


StepMachine.TestCase.settings = settings(max_examples=100, stateful_step_count=20, deadline=None)
TestSteps = StepMachine.TestCase


def test_the_table_moves_open_items_only_and_knows_every_verb() -> None:
    assert {verb for _, verb in TRANSITIONS} == set(ItemVerb)
    assert not {state for state, _ in TRANSITIONS} & {ItemState.DONE, ItemState.CANCELLED}
