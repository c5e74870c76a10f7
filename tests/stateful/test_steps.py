"""Whatever people do to a step in whatever order, it agrees with a small model that knows nothing of its code.

The model keeps, for every open item, who could decide it; from that it tells what must be refused and what a decision ends.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kernel.errors import Refusal
from services.approval.domain.people.directory import AsOf, Directory, Person
from services.approval.domain.policies.ballot import MAJORITY, Mode, Outcome, Quota, Terms
from services.approval.domain.steps.steps import Step, StepState
from services.approval.domain.steps.work_items import TRANSITIONS, ItemState, ItemVerb
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

    def __init__(self, asked: tuple[str, ...], weight: int) -> None:
        self.asked = set(asked)
        self.weight = weight
        self.said: str | None = None
        self.its_turn = True
        self.holder = asked[0] if len(asked) == 1 else None
        self.open = True
        self.decided_by: str | None = None

    def can_act(self, person: str) -> bool:
        return (
            self.open
            and self.its_turn
            and person != "wangfang"
            and person in ({self.holder} if self.holder else self.asked)
        )


def settled(mode: Mode, terms: Terms, shares: list[Share]) -> str | None:
    """What the decisions come to, found by trying everything that those who have not decided could still say."""
    said = [share.said for share in shares]
    if "returned" in said:
        return "returned"
    if mode in (Mode.SINGLE, Mode.ANY):
        return next((one for one in said if one), None)
    if terms.waits and None in said:
        return None
    whole = sum(share.weight for share in shares)
    against = sum(share.weight for share in shares if share.said == "rejected")
    open_to = [("approved", "rejected") if one is None else (one,) for one in said]
    ways = {passes(mode, terms, whole, shares, way) for way in product(*open_to)}
    if len(ways) == 1:
        return "approved" if ways.pop() else "rejected"
    if terms.rejects and Fraction(against) >= enough(terms.rejects, whole):
        return "rejected"
    return None


def passes(mode: Mode, terms: Terms, whole: int, shares: list[Share], way: tuple[str, ...]) -> bool:
    approved = sum(share.weight for share, said in zip(shares, way, strict=True) if said == "approved")
    if mode is not Mode.VOTE:
        return approved == whole
    quota = terms.passes or MAJORITY
    share = Fraction(quota.part, quota.whole) * whole
    return approved > share if quota.more_than else approved >= enough(quota, whole)


def enough(quota: Quota, whole: int) -> Fraction:
    return Fraction(quota.count) if quota.count else Fraction(quota.part, quota.whole) * whole


quotas = st.one_of(
    st.just(MAJORITY),
    st.builds(Quota, count=st.integers(1, 3)),
    st.integers(1, 4).flatmap(
        lambda whole: st.builds(Quota, part=st.integers(1, whole), whole=st.just(whole))
    ),
)


class StepMachine(RuleBasedStateMachine):
    step: Step
    shares: list[Share]
    mode: Mode
    terms: Terms
    ended: str | None

    @initialize(
        mode=st.sampled_from(list(Mode)),
        groups=splits,
        weights=st.lists(st.integers(1, 3), min_size=5, max_size=5),
        quota=quotas,
        rejects=st.none() | quotas,
        waits=st.booleans(),
    )
    def open(
        self,
        mode: Mode,
        groups: list[tuple[str, ...]],
        weights: list[int],
        quota: Quota,
        rejects: Quota | None,
        waits: bool,
    ) -> None:
        groups = groups[:1] if mode is Mode.SINGLE else groups
        votes, may_wait = mode is Mode.VOTE, mode in (Mode.VOTE, Mode.ALL)
        waits = waits and may_wait
        weights = weights if votes else [1] * 5
        self.mode, self.ended = mode, None
        self.shares = [Share(group, weight) for group, weight in zip(groups, weights, strict=False)]
        whole = sum(share.weight for share in self.shares)
        quota = quota if quota.of(whole) <= whole else MAJORITY
        self.terms = Terms(quota if votes else None, rejects if votes and not waits else None, waits)
        asked = [an_approver(*group, weight=weight) for group, weight in zip(groups, weights, strict=False)]
        self.step = a_step(*asked, mode=mode, terms=self.terms)
        self.take_turns()

    def take_turns(self) -> None:
        """Where people decide one after another, only the first who has not decided may act."""
        if self.mode is Mode.SEQUENTIAL:
            undecided = [share for share in self.shares if share.said is None]
            for share in undecided:
                share.its_turn = share is undecided[0]

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
        share.open, share.holder, share.decided_by, share.said = False, person, person, outcome.value
        self.take_turns()
        how = settled(self.mode, self.terms, self.shares)
        if how:
            self.end(how)

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
        reached = {ItemState.WAITING, ItemState.OFFERED, ItemState.ALLOCATED, *TRANSITIONS.values()}
        assert {item.state for item in self.step.items} <= reached


StepMachine.TestCase.settings = settings(max_examples=100, stateful_step_count=20, deadline=None)
TestSteps = StepMachine.TestCase


def test_the_table_moves_open_items_only_and_knows_every_verb() -> None:
    assert {verb for _, verb in TRANSITIONS} == set(ItemVerb)
    assert not {state for state, _ in TRANSITIONS} & {ItemState.DONE, ItemState.CANCELLED}
