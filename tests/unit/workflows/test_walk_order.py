"""Whatever is late, repeated or overtaken: the same decisions lead to the same end.

People decide at the moment a step is opened, or, where they are slow, when nothing else is left to happen. Then the
order in which answers and signals arrive, how often and how late, is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.builders.routes import CASE, STAGE, Desk, a_step, approved, in_layers, rejected, returned
from workflows.contracts import StepCompleted, step_place
from workflows.policy.reducer import begin, react
from workflows.policy.walk import (
    Cancel,
    Command,
    Decided,
    Ending,
    Event,
    Open,
    PlannedStep,
    Standing,
    Stands,
    Walk,
)

Choices = Mapping[tuple[str, int], str]
REJECT, TO_REQUESTER = "reject", "to the requester"


def decision(choices: Choices, key: str, visit: int) -> StepCompleted:
    """What is decided on a visit of a step: `choices` says where it is no approval; any other word is a step to return to."""
    match choices.get((key, visit)):
        case None:
            return approved(a_step(key, visit))
        case "reject":
            return rejected(a_step(key, visit))
        case "to the requester":
            return returned(a_step(key, visit))
        case target:
            return returned(a_step(key, visit), to=target)


@dataclass
class Ended:
    decided: Decided
    visits: dict[str, int]


def walked(
    plan: Sequence[PlannedStep], choices: Choices, slow: Sequence[str], pick: Callable[[int], int]
) -> Ended:
    """Walk to the end; `pick(n)` says which of n things that are under way arrives next."""
    desk = Desk(lambda key, visit: None if key in slow else decision(choices, key, visit))
    walk, commands = begin(CASE, STAGE, 1, plan, {})
    under_way: list[Event] = []

    def carry_out(commands: Sequence[Command]) -> None:
        for command in commands:
            under_way.append(desk.carry_out(command))
            if isinstance(command, Open) and isinstance(done := desk.stands[command.step], StepCompleted):
                # The answer may have been given just before the decision, and the signal be sent twice.
                under_way[-1] = [under_way[-1], Stands(command.step, Standing.OPEN)][pick(2)]
                under_way.extend([done] * (1 + pick(2)))

    carry_out(commands)
    while True:
        while under_way:
            walk, commands = react(walk, under_way.pop(pick(len(under_way))))
            carry_out(commands)
        if not desk.open_steps:
            break
        # Everything has arrived: the first of the slow ones, in the order of the route, decides now.
        step = min(desk.open_steps, key=lambda step: [s.key for s in plan].index(key_of(step)))
        desk.stands[step] = decision(choices, key_of(step), step_place(step)[2])
        done = desk.stands[step]
        assert isinstance(done, StepCompleted)
        under_way.append(done)
    assert walk.decided is not None
    assert_each_step_was_told_once(walk, desk)
    return Ended(walk.decided, {place.removeprefix(f"{STAGE}/"): n for place, n in walk.visits.items()})


def key_of(step: str) -> str:
    return step_place(step)[1].removeprefix(f"{STAGE}/")


def assert_each_step_was_told_once(walk: Walk, desk: Desk) -> None:
    assert len(set(walk.consumed)) == len(walk.consumed)
    assert set(walk.consumed) == {s for s, stands in desk.stands.items() if isinstance(stands, StepCompleted)}


def model(layers: Sequence[Sequence[str]], choices: Choices, slow: Sequence[str]) -> Ended:
    """The same in the plainest words: layer by layer, a rejection before a return, until all have approved."""
    visits: dict[str, int] = {}
    ahead = {key for layer in layers for key in layer}
    while ahead:
        layer = next(layer for layer in layers if ahead & set(layer))
        asked = [key for key in layer if key in ahead]
        for key in asked:
            visits[key] = visits.get(key, 0) + 1
        made = {key: decision(choices, key, visits[key]) for key in asked if key not in slow}
        for key in asked:
            if key in slow and not any(choices.get((k, visits[k])) for k in made):
                made[key] = decision(choices, key, visits[key])
        said = {key: choices.get((key, visits[key])) for key in asked if key in made}
        for word, ending in ((REJECT, Ending.REJECTED), (TO_REQUESTER, Ending.RETURNED)):
            for key in asked:
                if said.get(key) == word:
                    end = made[key]
                    return Ended(Decided(ending, 1, end.step, end.comment, end.decider), visits)
        targets = {word for word in said.values() if word}
        if targets:
            first = min(i for i, layer in enumerate(layers) if targets & set(layer))
            ahead |= targets.union(*layers[first + 1 :])
        else:
            ahead -= set(asked)
    return Ended(Decided(Ending.APPROVED, 1), visits)


@st.composite
def layered(draw: st.DrawFn) -> tuple[list[list[str]], dict[tuple[str, int], str], list[str]]:
    """A route in layers, any decisions on the first three visits of a step, and who takes their time."""
    widths = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    layers = [[f"{'abcd'[i]}{n}" for n in range(width)] for i, width in enumerate(widths)]
    choices: dict[tuple[str, int], str] = {}
    for i, layer in enumerate(layers):
        earlier = [key for before in layers[:i] for key in before]
        no = st.sampled_from([REJECT, TO_REQUESTER, *earlier * 3])
        for key in layer:
            for visit in draw(st.sets(st.integers(1, 3), max_size=2)):
                choices[key, visit] = draw(no)
    slow = draw(
        st.lists(st.sampled_from([key for layer in layers for key in layer]), unique=True, max_size=3)
    )
    return layers, choices, slow


@given(layered(), st.data())
def test_the_same_decisions_on_a_layered_route_end_the_same_whatever_the_order_of_arrival(
    route: tuple[list[list[str]], dict[tuple[str, int], str], list[str]], data: st.DataObject
) -> None:
    layers, choices, slow = route
    ended = walked(in_layers(*layers), choices, slow, lambda n: data.draw(st.integers(0, n - 1)))
    assert ended == model(layers, choices, slow)


@st.composite
def any_route(draw: st.DrawFn) -> list[PlannedStep]:
    steps: list[PlannedStep] = []
    for i in range(draw(st.integers(1, 7))):
        after = draw(st.lists(st.sampled_from([s.key for s in steps]), unique=True)) if steps else []
        steps.append(PlannedStep(f"s{i}", tuple(after), skipped=draw(st.integers(0, 4)) == 0))
    return steps


@given(any_route(), st.data())
def test_one_refusal_anywhere_on_any_route_ends_the_walk_the_same_whatever_the_order_of_arrival(
    plan: list[PlannedStep], data: st.DataObject
) -> None:
    assume(not all(step.skipped for step in plan))
    key = data.draw(st.sampled_from([step.key for step in plan if not step.skipped]))
    choices = {(key, 1): data.draw(st.sampled_from([REJECT, TO_REQUESTER]))}
    slow = data.draw(st.lists(st.sampled_from([step.key for step in plan]), unique=True))
    ended = walked(plan, choices, slow, lambda n: data.draw(st.integers(0, n - 1)))
    in_order = walked(plan, choices, slow, lambda n: 0)
    assert ended.decided == in_order.decided
    assert ended.decided.step == a_step(key)


@given(any_route(), st.data())
def test_a_route_on_which_everybody_approves_opens_every_step_once(
    plan: list[PlannedStep], data: st.DataObject
) -> None:
    ended = walked(plan, {}, [], lambda n: data.draw(st.integers(0, n - 1)))
    assert ended.decided.approved
    assert ended.visits == {step.key: 1 for step in plan if not step.skipped}


def test_cancelling_is_a_question_too() -> None:
    """A desk answers what it knows: this keeps the tests above honest."""
    desk = Desk(lambda key, visit: rejected(a_step(key, visit)))
    desk.carry_out(Open(a_step("a"), "a", 1))
    assert desk.carry_out(Cancel(a_step("a"))).completed == rejected(a_step("a"))
