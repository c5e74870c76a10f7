"""Going on elsewhere: straight back to who returned it, jumps, and routes that are edited while they are walked."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.routes import (
    Desk,
    Stroll,
    a_chain,
    a_step,
    approved,
    behind,
    in_layers,
    leading_to,
    rejected,
    returned,
)
from workflows.contracts import Outcome, Resume, StepCompleted, StepRescheduled
from workflows.policy.reducer import is_stuck, react
from workflows.policy.timers import next_due
from workflows.policy.walk import Decided, Ending, Jump, PlannedStep, Standing, Stands, TimerDue

BACK = Resume.COME_BACK


def asked(desk: Desk) -> list[str]:
    """Everything that was ever opened, in order: `manager#1`."""
    return [step.rpartition("/")[2] for step in desk.stands]


def test_what_comes_straight_back_keeps_the_decisions_between() -> None:
    stroll = Stroll(a_chain("manager", "director", "vp", "cfo"))
    stroll.complete(*(approved(a_step(key)) for key in ("manager", "director", "vp")))
    stroll.complete(returned(a_step("cfo"), to="manager", resume=BACK))
    assert stroll.desk.open_steps == [a_step("manager", 2)]
    stroll.complete(approved(a_step("manager", 2)))
    assert stroll.desk.open_steps == [a_step("cfo", 2)]
    stroll.complete(approved(a_step("cfo", 2)))
    assert stroll.walk.decided == Decided(Ending.APPROVED, 1)


def test_whoever_got_it_back_may_send_it_further_back_straight_to_themselves() -> None:
    stroll = Stroll(a_chain("manager", "director", "cfo"))
    stroll.complete(approved(a_step("manager")), approved(a_step("director")))
    stroll.complete(returned(a_step("cfo"), to="director", resume=BACK))
    stroll.complete(returned(a_step("director", 2), to="manager", resume=BACK))
    for step in (a_step("manager", 2), a_step("director", 3), a_step("cfo", 2)):
        assert stroll.desk.open_steps == [step]
        stroll.complete(approved(step))
    assert stroll.walk.decided is not None


def test_a_return_that_has_all_walked_again_forgets_what_was_to_come_straight_back() -> None:
    stroll = Stroll(a_chain("manager", "director", "cfo"))
    stroll.complete(approved(a_step("manager")), approved(a_step("director")))
    stroll.complete(returned(a_step("cfo"), to="director", resume=BACK))
    stroll.complete(returned(a_step("director", 2), to="manager"))
    stroll.complete(approved(a_step("manager", 2)))
    assert stroll.desk.open_steps == [a_step("director", 3)]


def test_a_neighbour_goes_on_while_it_comes_straight_back() -> None:
    stroll = Stroll(in_layers(["manager"], ["quality", "finance"], ["vp"])).complete(
        approved(a_step("manager"))
    )
    stroll.complete(returned(a_step("quality"), to="manager", resume=BACK))
    assert stroll.desk.open_keys() == ["finance", "manager"]
    stroll.complete(approved(a_step("finance")))
    stroll.complete(approved(a_step("manager", 2)))
    assert stroll.desk.open_steps == [a_step("quality", 2)]
    stroll.complete(approved(a_step("quality", 2)))
    assert stroll.desk.open_steps == [a_step("vp")]


def test_two_neighbours_may_send_it_straight_back_to_the_same_step_which_is_asked_once() -> None:
    stroll = Stroll(in_layers(["manager"], ["quality", "finance"])).complete(approved(a_step("manager")))
    stroll.complete(returned(a_step("quality"), to="manager", resume=BACK))
    stroll.complete(returned(a_step("finance"), to="manager", resume=BACK))
    assert stroll.desk.open_steps == [a_step("manager", 2)]
    stroll.complete(approved(a_step("manager", 2)))
    assert stroll.desk.open_steps == [a_step("quality", 2), a_step("finance", 2)]


def test_a_return_to_what_was_before_asks_all_branches_that_were_joined() -> None:
    stroll = Stroll(in_layers(["quality", "finance"], ["vp"]))
    stroll.complete(approved(a_step("quality")), approved(a_step("finance")))
    stroll.complete(returned(a_step("vp"), to="quality,finance"))
    assert stroll.desk.open_steps == [a_step("quality", 2), a_step("finance", 2)]


def test_how_it_comes_back_from_the_requester_is_told() -> None:
    stroll = Stroll(a_chain("manager", "director")).complete(approved(a_step("manager")))
    stroll.complete(returned(a_step("director"), resume=BACK))
    assert stroll.walk.decided is not None
    assert (stroll.walk.decided.resume, stroll.walk.decided.step) == (BACK, a_step("director"))


@given(st.integers(2, 8), st.data())
def test_a_chain_that_comes_straight_back_asks_only_those_two_again(n: int, data: st.DataObject) -> None:
    keys = [f"s{i}" for i in range(n)]
    at = data.draw(st.integers(1, n - 1))
    to = data.draw(st.integers(0, at - 1))
    stroll = Stroll(a_chain(*keys)).complete(*(approved(a_step(key)) for key in keys[:at]))
    stroll.complete(returned(a_step(keys[at]), to=keys[to], resume=BACK))
    while stroll.desk.open_steps:
        stroll.complete(approved(stroll.desk.open_steps[0]))
    first = [f"{key}#1" for key in keys]
    assert asked(stroll.desk) == [
        *first[: at + 1],
        f"{keys[to]}#2",
        f"{keys[at]}#2",
        *first[at + 1 :],
    ]


def jump(stroll: Stroll, to: str) -> Jump:
    """An administrator jumps; the approval service ends what is open and no longer needed, and tells."""
    event = stroll.desk.jump(to, stroll.walk.plan)
    stroll.hear(event)
    return event


def test_a_jump_forward_passes_over_what_lies_between() -> None:
    stroll = Stroll(a_chain("manager", "director", "vp", "cfo")).complete(approved(a_step("manager")))
    jump(stroll, "cfo")
    assert stroll.desk.stands[a_step("director")] is Standing.CANCELLED
    assert stroll.desk.open_steps == [a_step("cfo")]
    stroll.complete(approved(a_step("cfo")))
    assert stroll.walk.decided == Decided(Ending.APPROVED, 1)
    assert "vp#1" not in asked(stroll.desk)


def test_a_jump_back_walks_again_from_there() -> None:
    stroll = Stroll(a_chain("manager", "director", "cfo"))
    stroll.complete(approved(a_step("manager")), approved(a_step("director")))
    jump(stroll, "manager")
    for step in (a_step("manager", 2), a_step("director", 2), a_step("cfo", 2)):
        assert stroll.desk.open_steps == [step]
        stroll.complete(approved(step))


def test_a_jump_leaves_independent_branches_alone() -> None:
    plan = [*in_layers(["manager"], ["director"]), PlannedStep("legal")]
    stroll = Stroll(plan)
    jump(stroll, "director")
    assert stroll.desk.open_steps == [a_step("legal"), a_step("director")]


def test_a_step_put_before_the_target_of_a_jump_is_not_passed_over() -> None:
    stroll = Stroll(a_chain("manager", "cfo"))
    jumped = stroll.desk.jump("cfo", stroll.walk.plan)
    edited = stroll.desk.edit(
        [PlannedStep("manager"), PlannedStep("legal", ("manager",)), PlannedStep("cfo", ("legal",))]
    )
    stroll.hear(edited, jumped)
    assert stroll.desk.open_keys() == ["legal"]


def test_what_was_passed_over_is_asked_when_it_is_returned_there() -> None:
    stroll = Stroll(a_chain("manager", "director", "cfo"))
    jump(stroll, "cfo")
    stroll.complete(returned(a_step("cfo"), to="director"))
    assert stroll.desk.open_steps == [a_step("director")]


def test_whoever_rejected_before_the_jump_is_heard() -> None:
    stroll = Stroll(in_layers(["quality", "finance"], ["vp"]))
    stroll.desk.stands[a_step("finance")] = rejected(a_step("finance"))
    jump(stroll, "vp")
    assert stroll.walk.decided is not None
    assert stroll.walk.decided.rejected


def test_a_jump_of_another_walk_or_to_nowhere_changes_nothing() -> None:
    stroll = Stroll(a_chain("manager"))
    before = stroll.walk
    stroll.hear(
        Jump("claim", 2, 1, "manager"), Jump("finance", 1, 1, "manager"), Jump("claim", 1, 1, "nobody")
    )
    assert stroll.walk == before


def test_a_walk_that_begins_again_finds_its_way_through_the_same_jumps() -> None:
    lived = Stroll(a_chain("manager", "director", "cfo"))
    lived.complete(approved(a_step("manager")), approved(a_step("director")))
    jump(lived, "manager")
    lived.complete(approved(a_step("manager", 2)))
    jump(lived, "cfo")
    again = Stroll(a_chain("manager", "director", "cfo"), lived.desk)
    again.hear(*lived.desk.jumps)
    assert lived.desk.open_steps == [a_step("cfo", 2)]
    assert again.walk.steps == lived.walk.steps
    assert again.walk.visits == lived.walk.visits


def test_a_step_put_into_the_route_is_walked_in_its_place() -> None:
    stroll = Stroll(a_chain("manager", "cfo"))
    stroll.hear(
        stroll.desk.edit(
            [PlannedStep("manager"), PlannedStep("legal", ("manager",)), PlannedStep("cfo", ("legal",))]
        )
    )
    for key in ("manager", "legal", "cfo"):
        assert stroll.desk.open_keys() == [key]
        stroll.complete(approved(a_step(key)))
    assert stroll.walk.decided is not None


def test_a_step_taken_out_of_the_route_is_passed() -> None:
    stroll = Stroll(a_chain("manager", "director", "cfo"))
    plan = list(a_chain("manager", "director", "cfo"))
    plan[1] = replace(plan[1], skipped=True)
    stroll.hear(stroll.desk.edit(plan)).complete(approved(a_step("manager")))
    assert stroll.desk.open_keys() == ["cfo"]


def test_what_was_to_be_opened_by_the_route_of_before_waits_for_its_turn_in_the_new_one() -> None:
    stroll = Stroll(a_chain("manager", "cfo"))
    edited = stroll.desk.edit(
        [PlannedStep("manager"), PlannedStep("legal", ("manager",)), PlannedStep("cfo", ("legal",))]
    )
    stroll.complete(approved(a_step("manager")))
    assert stroll.desk.stands[a_step("cfo")] is Standing.CANCELLED
    assert is_stuck(stroll.walk)
    stroll.hear(edited)
    stroll.complete(approved(a_step("legal")))
    assert stroll.desk.open_steps == [a_step("cfo", 2)]


def test_an_answer_that_overtakes_the_news_of_an_edited_route_does_not_end_the_walk() -> None:
    stroll = Stroll(a_chain("manager"))
    edited = stroll.desk.edit(a_chain("manager", "legal"))
    done = approved(a_step("manager"))
    stroll.hear(Stands(a_step("manager"), Standing.DONE, done, revision=1))
    assert stroll.walk.decided is None
    stroll.desk.stands[a_step("manager")] = done
    stroll.hear(edited, done)
    assert stroll.desk.open_keys() == ["legal"]


def test_what_was_completed_on_an_edited_route_counts_once_that_is_known() -> None:
    stroll = Stroll(in_layers(["quality", "finance"]))
    edited = stroll.desk.edit([*in_layers(["quality", "finance"]), PlannedStep("legal", ("quality",))])
    # Its undo window has ended: the answer to the timer tells it, and no signal.
    stroll.desk.stands[a_step("quality")] = approved(a_step("quality"))
    stroll.hear(stroll.desk.answer(a_step("quality")))
    assert stroll.desk.open_keys() == ["finance"]
    stroll.hear(edited)
    assert stroll.desk.open_keys() == ["finance", "legal"]


def test_an_answer_on_a_route_that_was_edited_twice_waits_for_both_edits() -> None:
    stroll = Stroll(a_chain("manager"))
    first = stroll.desk.edit(a_chain("manager", "legal"))
    second = stroll.desk.edit([*a_chain("manager", "audit"), PlannedStep("legal", ("audit",))])
    stroll.desk.stands[a_step("manager")] = approved(a_step("manager"))
    stroll.hear(stroll.desk.answer(a_step("manager")), first)
    assert not stroll.desk.open_keys()
    stroll.hear(second)
    assert stroll.desk.open_keys() == ["audit"]


def test_an_edit_that_is_known_already_changes_nothing() -> None:
    stroll = Stroll(a_chain("manager", "cfo"))
    edited = stroll.desk.edit(a_chain("manager", "cfo"))
    stroll.hear(edited)
    before = stroll.walk
    stroll.hear(edited, replace(edited, round=2, revision=7))
    assert stroll.walk == before


def test_an_answer_brings_the_deadlines_of_its_step() -> None:
    stroll = Stroll(a_chain("manager"))
    times = StepRescheduled(a_step("manager"), 1, {"remind": "2026-05-01T09:00:00+08:00"})
    stroll.hear(Stands(a_step("manager"), Standing.OPEN, times=times))
    due = next_due(stroll.walk)
    assert due is not None
    assert due[1] == TimerDue(a_step("manager"), "remind")


def test_a_version_that_nobody_has_seen_is_not_what_was_decided_on() -> None:
    stroll = Stroll(a_chain("manager", "checks")).complete(approved(a_step("manager"), version=3))
    stroll.complete(StepCompleted(a_step("checks"), Outcome.APPROVED, 0))
    assert stroll.walk.decided == Decided(Ending.APPROVED, 3)


@st.composite
def walked_some_way(draw: st.DrawFn) -> Stroll:
    """Any route, and some of its steps approved."""
    plan: list[PlannedStep] = []
    for i in range(draw(st.integers(2, 7))):
        keys = [step.key for step in plan]
        plan.append(
            PlannedStep(f"s{i}", tuple(draw(st.lists(st.sampled_from(keys), unique=True)) if keys else ()))
        )
    stroll = Stroll(plan)
    for _ in range(draw(st.integers(0, len(plan) - 1))):
        if stroll.desk.open_steps and len(stroll.desk.stands) < len(plan):
            stroll.complete(approved(draw(st.sampled_from(stroll.desk.open_steps))))
    return stroll


@given(walked_some_way(), st.data())
def test_after_any_jump_exactly_its_target_and_what_does_not_depend_on_it_is_open(
    stroll: Stroll, data: st.DataObject
) -> None:
    if stroll.walk.decided:
        return
    to = data.draw(st.sampled_from([step.key for step in stroll.walk.plan]))
    plan = stroll.walk.plan
    concerned = {to, *behind(plan, to), *leading_to(plan, to)}
    beside = {key for key in stroll.desk.open_keys() if key not in concerned}
    jump(stroll, to)
    # What waited for nothing but the steps passed over may have begun beside it.
    opened = set(stroll.desk.open_keys())
    assert {to, *beside} <= opened
    assert not opened & (behind(plan, to) | leading_to(plan, to))
    while stroll.desk.open_steps:
        stroll.complete(approved(stroll.desk.open_steps[0]))
    assert stroll.walk.decided == Decided(Ending.APPROVED, 1)


@given(walked_some_way(), st.data())
def test_a_walk_that_begins_again_anywhere_opens_nothing_that_was_not_open(
    stroll: Stroll, data: st.DataObject
) -> None:
    for _ in range(data.draw(st.integers(0, 3))):
        if stroll.walk.decided:
            break
        jump(stroll, data.draw(st.sampled_from([step.key for step in stroll.walk.plan])))
        if stroll.desk.open_steps:
            stroll.complete(approved(data.draw(st.sampled_from(stroll.desk.open_steps))))
    known = set(stroll.desk.stands)
    again = Stroll(stroll.walk.plan, stroll.desk)
    again.hear(*stroll.desk.jumps)
    assert set(stroll.desk.stands) == known
    assert {key: step.standing for key, step in again.walk.steps.items()} == {
        key: step.standing for key, step in stroll.walk.steps.items()
    }
    assert again.walk.decided == stroll.walk.decided


def test_a_command_of_an_older_life_is_repeated_under_the_present_revision() -> None:
    stroll = Stroll(a_chain("manager"))
    walk, commands = react(stroll.walk, stroll.desk.edit(a_chain("manager", "cfo")))
    assert commands == ()
    assert walk.revision == 1


def test_what_a_jump_passes_over_is_not_opened_again_while_its_neighbour_is_being_cancelled() -> None:
    """The one was opened before the route was edited, the other after: the first is cancelled first."""
    stroll = Stroll(in_layers(["manager", "post"], ["cfo"]))
    edited = stroll.desk.edit(
        [
            PlannedStep("manager"),
            PlannedStep("post"),
            PlannedStep("legal", ("manager", "post")),
            PlannedStep("cfo", ("legal",)),
        ]
    )
    walk, _ = react(stroll.walk, edited)
    walk, commands = react(walk, stroll.desk.jump("cfo", walk.plan))
    assert [command.step for command in commands] == [a_step("manager"), a_step("post")]
    walk, commands = react(walk, stroll.desk.answer(a_step("manager")))
    assert commands == ()
    walk, commands = react(walk, stroll.desk.answer(a_step("post")))
    assert [command.step for command in commands] == [a_step("cfo")]
