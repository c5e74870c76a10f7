"""Whatever people do to a step in whatever order, it agrees with a small model that knows nothing of its code.

`ZHUPI_STEP_ACTS=200000` lets them do so much.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kernel.errors import Refusal
from services.approval.domain.people.directory import AsOf, Directory, Person
from services.approval.domain.policies.ballot import MAJORITY, Mode, Outcome, Quota, Terms
from services.approval.domain.policies.settings.acting import Begins
from services.approval.domain.steps.delegation import call_back, delegate, hand_back
from services.approval.domain.steps.questions import answer, ask
from services.approval.domain.steps.signing import Place, add_signer, remove_signer
from services.approval.domain.steps.states import TRANSITIONS, ItemState, ItemVerb
from services.approval.domain.steps.steps import Step, StepState
from services.approval.domain.steps.undoing import undo
from services.approval.domain.time.timers import DELIVER
from tests.builders.approval import NOW, TODAY, a_decision, a_step, an_approver, new_id
from tests.stateful.step_model import REQUESTER, Model, Share

PEOPLE = ["a", "b", "c", "d", "e", "f", "g", "h"]
EVERYONE = [*PEOPLE, REQUESTER, "gone"]  # who has left
DIRECTORY = AsOf(Directory(1, people=tuple(Person(name, name) for name in [*PEOPLE, REQUESTER])), TODAY)
WINDOW = timedelta(minutes=10)

# Whoever has the item, and somebody who has no share yet: what people mostly do is what they may.
HOLDER, FREE = "whoever has it", "somebody free"
people = st.sampled_from(EVERYONE)
ANCESTOR = "whoever gave it away, added or decided it"
actors = st.just(HOLDER) | st.just(HOLDER) | people
takers = st.just(FREE) | people
above = st.just(ANCESTOR) | people
saying = st.just(Outcome.APPROVED) | st.just(Outcome.APPROVED) | st.sampled_from(list(Outcome))
hardly_ever = st.integers(0, 99).map(lambda n: n == 57)
rarely = st.integers(0, 7).map(lambda n: n == 5)
places = st.integers(0, 15)
minutes = st.integers(1, 15).map(lambda count: timedelta(minutes=count))
splits = st.permutations(PEOPLE).flatmap(
    lambda order: st.lists(st.integers(1, 3), min_size=1, max_size=3).map(lambda sizes: cut(order, sizes))
)
quotas = st.one_of(
    st.just(MAJORITY),
    st.builds(Quota, count=st.integers(1, 3)),
    st.integers(1, 4).flatmap(
        lambda whole: st.builds(Quota, part=st.integers(1, whole), whole=st.just(whole))
    ),
)


def cut(order: list[str], sizes: list[int]) -> list[tuple[str, ...]]:
    """Groups of these sizes, none sharing a person: the approvers of a step."""
    ends = [sum(sizes[: n + 1]) for n in range(len(sizes))]
    return [
        tuple(order[end - size : end]) for end, size in zip(ends, sizes, strict=True) if end <= len(order)
    ]


class StepMachine(RuleBasedStateMachine):
    step: Step
    model: Model
    undone = 0

    @initialize(
        mode=st.sampled_from(list(Mode)),
        groups=splits,
        weights=st.lists(st.integers(1, 3), min_size=5, max_size=5),
        quota=quotas,
        rejects=st.none() | quotas,
        waits=st.booleans(),
        skippable=st.booleans(),
        window=st.sampled_from([timedelta(), WINDOW]),
        begins=st.sampled_from(list(Begins)),
    )
    def open(
        self,
        mode: Mode,
        groups: list[tuple[str, ...]],
        weights: list[int],
        quota: Quota,
        rejects: Quota | None,
        waits: bool,
        skippable: bool,
        window: timedelta,
        begins: Begins,
    ) -> None:
        groups = groups[:1] if mode is Mode.SINGLE else groups
        votes, may_wait = mode is Mode.VOTE, mode in (Mode.VOTE, Mode.ALL)
        waits = waits and may_wait
        weights = weights if votes else [1] * 5
        shares = [Share(set(group), weight) for group, weight in zip(groups, weights, strict=False)]
        for share in shares:
            share.seat = share
        terms = Terms(quota if votes else None, rejects if votes and not waits else None, waits)
        asked = [an_approver(*group, weight=weight) for group, weight in zip(groups, weights, strict=False)]
        self.step = a_step(*asked, mode=mode, terms=terms, skippable=skippable, undo=window, begins=begins)
        self.model = Model(mode, terms, shares, skippable, window, NOW)

    def pick(self, place: int, fits: Callable[[Share], object] = bool) -> tuple[UUID, Share]:
        """One of those that fit, where there are any."""
        shares = self.model.shares
        fitting = [n for n, share in enumerate(shares) if fits(share)] or range(len(shares))
        place = fitting[place % len(fitting)]
        return self.step.items[place].id, shares[place]

    def who(self, share: Share, meant: str) -> str:
        if meant == HOLDER:
            return share.holder or min(share.asked)
        if meant == ANCESTOR:
            return next(iter(share.owners), share.added_by or share.by or PEOPLE[0])
        if meant == FREE:
            return next((one for one in PEOPLE if self.model.can_sign(one)), PEOPLE[0])
        return meant

    def attempt(self, allowed: bool, change: Callable[[Step], Step]) -> bool:
        """Does it, if the model allows it; else it must be refused and nothing changed."""
        before = self.step
        try:
            after = change(before.woken(self.model.now))
        except Refusal:
            assert not allowed, "refused what the model allows"
            assert self.step == before
            return False
        assert allowed, "allowed what the model refuses"
        self.step = after
        return True

    @rule(place=places, person=actors)
    def claim(self, place: int, person: str) -> None:
        item, share = self.pick(place)
        person = self.who(share, person)
        holds = share.aside and share.holder == person
        allowed = (self.model.can_act(share, person) or holds) and person not in share.owners
        if self.attempt(allowed, lambda step: step.claim(item, person)):
            share.holder = person

    @rule(place=places, person=actors)
    def start(self, place: int, person: str) -> None:
        item, share = self.pick(place)
        person = self.who(share, person)
        if self.attempt(self.model.can_act(share, person), lambda step: step.start(item, person)):
            share.holder = person

    @rule(place=places, person=actors, later=st.none() | minutes)
    def suspend(self, place: int, person: str, later: timedelta | None) -> None:
        item, share = self.pick(place)
        person = self.who(share, person)
        until = self.model.now + later if later else None
        if self.attempt(self.model.can_act(share, person), lambda step: step.suspend(item, person, until)):
            share.holder, share.aside, share.until = person, True, until

    @rule(place=places, person=actors)
    def resume(self, place: int, person: str) -> None:
        item, share = self.pick(place, lambda share: share.aside)
        person = self.who(share, person)
        allowed = share.aside and person in self.model.audience(share)
        if self.attempt(allowed, lambda step: step.resume(item, person)):
            share.aside, share.until = False, None

    @rule(place=places, person=actors)
    def release(self, place: int, person: str) -> None:
        item, share = self.pick(place)
        person = self.who(share, person)
        allowed = self.model.can_decide(share, person) and share.holder == person and len(share.asked) > 1
        if self.attempt(allowed, lambda step: step.release(item, person)):
            share.holder = None

    @rule(place=places, giver=actors, taker=takers, restart=st.booleans())
    def transfer(self, place: int, giver: str, taker: str, restart: bool) -> None:
        item, share = self.pick(place)
        giver = self.who(share, giver)
        taker = self.who(share, taker)
        allowed = (
            self.model.can_decide(share, giver)
            and taker != giver
            and self.model.can_sign(taker, without=share)
        )
        if self.attempt(allowed, lambda step: step.transfer(item, giver, taker, DIRECTORY, restart=restart)):
            share.asked, share.holder = {taker}, taker
            for other in self.model.shares if restart else ():
                other.closed = other.closed or other.asker is share

    @rule(place=places, giver=actors, taker=takers)
    def delegate(self, place: int, giver: str, taker: str) -> None:
        item, share = self.pick(place)
        giver = self.who(share, giver)
        taker = self.who(share, taker)
        allowed = (
            self.model.can_act(share, giver)
            and share.asker is None
            and self.model.can_sign(taker, without=share)
            and taker not in {giver, share.holder, *share.owners}
        )
        if self.attempt(allowed, lambda step: delegate(step, item, giver, taker, DIRECTORY)):
            share.owners.append(giver)
            share.holder = taker

    @rule(place=places, person=actors)
    def hand_back(self, place: int, person: str) -> None:
        item, share = self.pick(place, lambda share: share.owners)
        person = self.who(share, person)
        allowed = self.model.can_act(share, person) and bool(share.owners)
        if self.attempt(allowed, lambda step: hand_back(step, item, person)):
            share.holder = share.owners.pop()

    @rule(place=places, person=above)
    def call_back(self, place: int, person: str) -> None:
        item, share = self.pick(place, lambda share: share.owners)
        person = self.who(share, person)
        allowed = person in share.owners and bool(self.model.audience(share))
        if self.attempt(allowed, lambda step: call_back(step, item, person)):
            share.owners = share.owners[: share.owners.index(person)]
            share.holder, share.aside, share.until = person, False, None

    @rule(place=places, giver=actors, taker=takers, when=st.sampled_from(list(Place)))
    def add_signer(self, place: int, giver: str, taker: str, when: Place) -> None:
        item, share = self.pick(place, lambda share: self.model.audience(share))
        giver = self.who(share, giver)
        taker = self.who(share, taker)
        allowed = self.model.can_add(share, giver) and self.model.can_sign(taker)
        new = new_id()
        if self.attempt(allowed, lambda step: add_signer(step, item, giver, taker, when, new, DIRECTORY)):
            self.model.add(share, giver, taker, when.value)

    @rule(place=places, person=above, administrator=st.booleans())
    def remove_signer(self, place: int, person: str, administrator: bool) -> None:
        item, share = self.pick(place, lambda share: share.added_by and not share.gone)
        person = self.who(share, person)
        allowed = self.model.can_remove(share, person, administrator=administrator)
        if self.attempt(allowed, lambda step: remove_signer(step, item, person, administrator=administrator)):
            self.model.remove(share, person)

    @rule(place=places, asker=actors, person=people)
    def ask(self, place: int, asker: str, person: str) -> None:
        item, share = self.pick(place)
        asker = self.who(share, asker)
        allowed = self.model.can_decide(share, asker) and person not in (asker, "gone")
        new = new_id()
        if self.attempt(
            allowed, lambda step: ask(step, item, asker, person, "?", new, self.model.now, DIRECTORY)
        ):
            share.holder = asker
            self.model.shares.append(Share({person}, asker=share, holder=person))

    @rule(place=places, person=actors)
    def answer(self, place: int, person: str) -> None:
        item, share = self.pick(place, lambda share: share.asker)
        person = self.who(share, person)
        allowed = share.asker is not None and self.model.can_act(share, person)
        if self.attempt(allowed, lambda step: answer(step, item, person, "!", self.model.now)):
            share.said = "answered"

    @rule(
        place=places,
        person=actors,
        outcome=saying,
        far=rarely,
        deputy=st.none() | st.none() | takers,
    )
    def decide(self, place: int, person: str, outcome: Outcome, far: bool, deputy: str | None) -> None:
        item, share = self.pick(place, lambda share: self.model.audience(share))
        person = self.who(share, person)
        nowhere = far and outcome is Outcome.RETURNED
        deputy = self.who(share, deputy) if deputy else None
        deputy = None if deputy == person else deputy
        allowed = self.model.can_decide(share, person) and not nowhere
        if outcome is Outcome.SKIPPED:
            allowed = allowed and self.model.skippable
        if deputy:
            allowed = allowed and deputy not in {REQUESTER, *self.model.shared(without=share)}
        decision = a_decision(
            deputy or person,
            outcome,
            at=self.model.now,
            return_to="nowhere" if nowhere else "",
            on_behalf_of=person if deputy else "",
        )
        if self.attempt(allowed, lambda step: step.decide(item, decision)):
            share.holder, share.by, share.said = person, deputy or person, outcome.value
            share.at = self.model.now

    @rule(place=places, person=above)
    def undo(self, place: int, person: str) -> None:
        item, share = self.pick(place, lambda share: share.said and share.asker is None)
        person = self.who(share, person)
        allowed = self.model.can_undo(share, person)
        if self.attempt(allowed, lambda step: undo(step, item, person, self.model.now)):
            share.said, share.by, share.at = None, "", None

    @rule(place=places, person=actors, outcome=saying)
    def decide_and_think_again(self, place: int, person: str, outcome: Outcome) -> None:
        """Taking back what was said just now is what people mostly take back."""
        self.decide(place, person, outcome, far=False, deputy=None)
        self.agrees_with_the_model()
        said = [n for n, share in enumerate(self.model.shares) if share.at == self.model.now and share.by]
        if said:
            last = self.model.shares[said[-1]]
            if self.attempt(
                self.model.can_undo(last, last.by),
                lambda step: undo(step, step.items[said[-1]].id, last.by, self.model.now),
            ):
                last.said, last.by, last.at = None, "", None
                type(self).undone += 1

    @rule()
    def deliver(self) -> None:
        """What the workflow's timer leads to."""
        is_due = self.step.timers.is_due(DELIVER, self.model.now)
        said = [share.at for share in self.model.votes if share.at]
        ended = self.model.outcome is not None and not self.model.cancelled
        waits = ended and bool(self.model.window) and not self.model.delivered
        assert is_due == (waits and max(said) + self.model.window <= self.model.now)
        if is_due:
            self.step = self.step.timed(self.step.timers.without(DELIVER))
            self.model.delivered = True

    @rule(later=minutes)
    def time_passes(self, later: timedelta) -> None:
        self.model.now += later

    @rule(really=hardly_ever)
    @precondition(lambda self: not self.model.over)
    def cancel(self, really: bool) -> None:
        if not really:
            return
        self.step = self.step.cancel()
        self.model.cancelled = True

    @rule(really=rarely)
    @precondition(lambda self: self.model.over)
    def cancel_what_has_ended(self, really: bool) -> None:
        """What is completed stays so, and can no longer be taken back."""
        if not really:
            return
        state, completion = self.step.state, self.step.completion
        self.step = self.step.cancel()
        assert (self.step.state, self.step.completion) == (state, completion)
        self.model.delivered = True

    @invariant()
    def agrees_with_the_model(self) -> None:
        self.model.wake()
        self.model.settle()
        step = self.step.woken(self.model.now)
        assert len(step.items) == len(self.model.shares)
        for item, share in zip(step.items, self.model.shares, strict=True):
            assert item.is_open == self.model.live(share)
            assert item.audience == self.model.audience(share)
            assert (item.state is ItemState.SUSPENDED) == share.aside
            said = item.decision.outcome.value if item.decision else None
            assert said == (share.said if share.asker is None else None)
            assert (item.decision.by if item.decision else "") == share.by

    @invariant()
    def has_one_outcome_at_most(self) -> None:
        said = self.step.outcome.value if self.step.outcome else None
        assert said == (None if self.model.cancelled else self.model.outcome)
        assert (self.step.state is StepState.OPEN) == (not self.model.over)
        window = bool(self.model.window) and said is not None
        assert self.step.is_delivered == (said is not None and (not window or self.model.delivered))

    @invariant()
    def is_open_as_long_as_somebody_can_decide_something_of_it(self) -> None:
        asked = [item for item in self.step.items if item.is_vote and item.audience]
        assert bool(asked) == (self.step.state is StepState.OPEN)
        assert bool(self.step.open_items) == (self.step.state is StepState.OPEN)

    @invariant()
    def nobody_has_decided_twice(self) -> None:
        decisions = [item.decision for item in self.step.items if item.decision]
        deciders = [person for one in decisions for person in {one.by, one.whose}]
        assert len(deciders) == len(set(deciders))
        assert REQUESTER not in deciders

    @invariant()
    def every_item_is_in_a_state_that_the_table_knows(self) -> None:
        assert {item.state for item in self.step.items} <= {ItemState.WAITING, *TRANSITIONS.values()}


ACTS = int(os.environ.get("ZHUPI_STEP_ACTS", "4000"))
STEPS = 40
StepMachine.TestCase.settings = settings(
    max_examples=max(1, ACTS // STEPS), stateful_step_count=STEPS, deadline=None
)
TestSteps = StepMachine.TestCase


def test_the_table_moves_open_items_and_knows_every_verb() -> None:
    assert {verb for _, verb in TRANSITIONS} == set(ItemVerb)
    closed = {pair for pair in TRANSITIONS if pair[0] in (ItemState.DONE, ItemState.CANCELLED)}
    assert closed == {(ItemState.DONE, ItemVerb.UNDO), (ItemState.CANCELLED, ItemVerb.REOPEN)}
