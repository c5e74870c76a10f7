"""Walking a stage, story by story."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.builders.routes import (
    CASE,
    STAGE,
    Desk,
    Stroll,
    a_chain,
    a_step,
    approved,
    in_layers,
    rejected,
    returned,
)
from workflows.contracts import StepRescheduled
from workflows.policy.reducer import begin, is_stuck, react, told
from workflows.policy.timers import has_fired, next_due
from workflows.policy.walk import (
    Abandon,
    Cancel,
    Decided,
    Ending,
    Fire,
    Open,
    OpenAgain,
    PlannedStep,
    Standing,
    Stands,
    TimerDue,
)


def test_steps_are_walked_one_after_the_other_and_the_last_approval_ends_the_walk() -> None:
    stroll = Stroll(a_chain("manager", "director"))
    assert stroll.desk.open_keys() == ["manager"]
    stroll.complete(approved(a_step("manager")))
    assert stroll.desk.open_keys() == ["director"]
    stroll.complete(approved(a_step("director"), version=2))
    assert stroll.walk.decided == Decided(Ending.APPROVED, 2)


def test_steps_after_the_same_step_are_open_side_by_side_and_the_next_waits_for_all_of_them() -> None:
    stroll = Stroll(in_layers(["manager"], ["quality", "finance"], ["director"]))
    stroll.complete(approved(a_step("manager")))
    assert stroll.desk.open_keys() == ["quality", "finance"]
    stroll.complete(approved(a_step("finance")))
    assert stroll.desk.open_keys() == ["quality"]
    stroll.complete(approved(a_step("quality")))
    assert stroll.desk.open_keys() == ["director"]


def test_a_skipped_step_is_passed_only_when_what_comes_before_it_is_done() -> None:
    plan = [
        PlannedStep("manager"),
        PlannedStep("director", ("manager",), skipped=True),
        PlannedStep("cfo", ("director",)),
    ]
    stroll = Stroll(plan)
    assert stroll.desk.open_keys() == ["manager"]
    stroll.complete(approved(a_step("manager")))
    assert stroll.desk.open_keys() == ["cfo"]


@pytest.mark.parametrize("plan", [[], [PlannedStep("manager", skipped=True)]])
def test_a_route_on_which_nobody_has_to_decide_is_approved_at_once(plan: list[PlannedStep]) -> None:
    assert Stroll(plan).walk.decided == Decided(Ending.APPROVED, 0)


def test_a_rejection_cancels_what_is_open_and_says_who_and_why() -> None:
    stroll = Stroll(in_layers(["quality", "finance"]))
    stroll.complete(rejected(a_step("finance"), comment="too dear"))
    assert stroll.desk.stands[a_step("quality")] is Standing.CANCELLED
    assert stroll.walk.decided == Decided(Ending.REJECTED, 1, a_step("finance"), "too dear", "people/wangwei")


def test_a_return_to_the_requester_ends_the_walk() -> None:
    stroll = Stroll(a_chain("manager", "director")).complete(approved(a_step("manager")))
    stroll.complete(returned(a_step("director")))
    assert stroll.walk.decided is not None
    assert stroll.walk.decided.returned
    assert stroll.walk.decided.comment == "please look again"


def test_a_return_to_an_earlier_step_walks_again_from_there_under_the_next_visit() -> None:
    stroll = Stroll(a_chain("manager", "director", "cfo"))
    stroll.complete(approved(a_step("manager")), approved(a_step("director")))
    stroll.complete(returned(a_step("cfo"), to="manager"))
    assert stroll.desk.open_steps == [a_step("manager", 2)]
    stroll.complete(*(approved(a_step(key, 2)) for key in ("manager", "director", "cfo")))
    assert stroll.walk.decided == Decided(Ending.APPROVED, 1)


def test_a_return_cancels_its_neighbours_and_asks_them_again_but_leaves_an_independent_branch_alone() -> None:
    plan = [*in_layers(["manager"], ["quality", "finance"]), PlannedStep("legal")]
    stroll = Stroll(plan).complete(approved(a_step("manager")))
    stroll.complete(returned(a_step("quality"), to="manager"))
    assert stroll.desk.stands[a_step("finance")] is Standing.CANCELLED
    assert stroll.desk.open_steps == [a_step("legal"), a_step("manager", 2)]
    stroll.complete(approved(a_step("manager", 2)))
    assert stroll.desk.open_steps == [a_step("legal"), a_step("quality", 2), a_step("finance", 2)]


def test_whoever_rejected_before_their_step_could_be_cancelled_is_heard() -> None:
    stroll = Stroll(in_layers(["manager"], ["quality", "finance"])).complete(approved(a_step("manager")))
    stroll.desk.stands[a_step("finance")] = rejected(a_step("finance"))  # its signal has not come yet
    stroll.complete(returned(a_step("quality"), to="manager"))
    assert stroll.walk.decided is not None
    assert stroll.walk.decided.rejected


def test_nothing_takes_effect_before_the_cancelling_is_answered() -> None:
    walk, _ = begin(CASE, STAGE, 1, in_layers(["quality", "finance"]), {})
    for key in ("quality", "finance"):
        walk, _ = react(walk, Stands(a_step(key), Standing.OPEN))
    walk, commands = react(walk, rejected(a_step("quality")))
    assert commands == (Cancel(a_step("finance")),)
    assert walk.decided is None
    walk, commands = react(walk, Stands(a_step("finance"), Standing.CANCELLED))
    assert walk.decided is not None
    assert commands == ()


def test_nobody_is_asked_what_is_about_to_be_walked_again() -> None:
    plan = [*in_layers(["manager"], ["quality", "finance", "legal"]), PlannedStep("archive", ("finance",))]
    walk = Stroll(plan).complete(approved(a_step("manager"))).walk
    walk, _ = react(walk, returned(a_step("quality"), to="manager"))
    walk, commands = react(walk, approved(a_step("finance")))
    assert commands == ()
    _, commands = react(walk, Stands(a_step("legal"), Standing.CANCELLED))
    assert [command.step for command in commands] == [a_step("manager", 2)]


def test_a_step_that_is_being_opened_is_cancelled_only_once_it_is_open() -> None:
    walk, commands = begin(CASE, STAGE, 1, a_chain("manager"), {})
    assert commands == (Open(a_step("manager"), "manager", 1),)
    walk, commands = react(walk, Abandon())
    assert commands == ()
    walk, commands = react(walk, Stands(a_step("manager"), Standing.OPEN))
    assert commands == (Cancel(a_step("manager")),)
    walk, _ = react(walk, Stands(a_step("manager"), Standing.CANCELLED))
    assert walk.decided == Decided(Ending.ABANDONED)


def test_a_completion_that_comes_before_its_step_is_opened_is_kept_until_then() -> None:
    stroll = Stroll(a_chain("manager", "director"))
    stroll.hear(approved(a_step("director")), approved(a_step("director")))
    assert stroll.walk.decided is None
    stroll.complete(approved(a_step("manager")))
    assert stroll.walk.decided == Decided(Ending.APPROVED, 1)


def test_a_completion_known_already_or_of_an_earlier_visit_changes_nothing_but_is_reported_again() -> None:
    stroll = Stroll(a_chain("manager", "director")).complete(approved(a_step("manager")))
    stroll.complete(returned(a_step("director"), to="manager"))
    before = stroll.walk = told(stroll.walk, [a_step("manager"), a_step("director")])
    stroll.hear(rejected(a_step("manager")), rejected(a_step("director")))
    assert stroll.walk.steps == before.steps
    assert stroll.walk.consumed == (a_step("manager"), a_step("director"))


def test_a_signal_of_another_case_or_without_a_step_id_changes_nothing() -> None:
    stroll = Stroll(a_chain("manager"))
    before = stroll.walk
    stroll.hear(approved("another-process/X/1/claim/manager#1"), approved("nonsense"))
    assert stroll.walk.steps == before.steps
    assert stroll.walk.early == {}


def test_the_completion_of_a_step_of_a_later_stage_is_kept() -> None:
    stroll = Stroll(a_chain("manager"))
    stroll.hear(approved(a_step("review", stage="finance")))
    assert list(stroll.walk.early) == [a_step("review", stage="finance")]


def test_visits_go_on_counting_in_the_next_round() -> None:
    stroll = Stroll(a_chain("manager")).complete(returned(a_step("manager")))
    _, commands = begin(CASE, STAGE, 2, a_chain("manager"), stroll.walk.visits)
    assert [command.step for command in commands] == [a_step("manager", 2)]


def test_what_was_decided_on_is_what_the_last_deciders_saw() -> None:
    stroll = Stroll(in_layers(["accountant"], ["controller", "treasurer"]))
    stroll.complete(approved(a_step("accountant"), version=1))
    stroll.complete(approved(a_step("controller"), version=2), approved(a_step("treasurer"), version=3))
    assert stroll.walk.decided == Decided(Ending.APPROVED, 2)


def test_a_step_that_others_have_cancelled_is_opened_again_when_nothing_else_is_left() -> None:
    desk = Desk(stands={a_step("director"): Standing.CANCELLED})
    stroll = Stroll(a_chain("manager", "director"), desk).complete(approved(a_step("manager")))
    assert is_stuck(stroll.walk)
    stroll.hear(OpenAgain())
    assert stroll.desk.open_steps == [a_step("director", 2)]


def test_a_step_that_others_have_cancelled_does_not_wait_until_its_neighbours_are_done() -> None:
    desk = Desk(stands={a_step("finance"): Standing.CANCELLED})
    stroll = Stroll(in_layers(["quality", "finance"]), desk)
    assert is_stuck(stroll.walk)
    stroll.hear(OpenAgain())
    assert desk.open_steps == [a_step("quality"), a_step("finance", 2)]


def test_a_timer_is_fired_once_a_rescheduling_and_counts() -> None:
    stroll = Stroll(a_chain("manager"))
    remind = TimerDue(a_step("manager"), "remind")
    stroll.hear(StepRescheduled(a_step("manager"), 1, {"remind": "2026-05-01T09:00:00+08:00"}))
    assert next_due(stroll.walk) == (datetime(2026, 5, 1, 1, tzinfo=UTC), remind)
    stroll.hear(remind, remind)
    assert next_due(stroll.walk) is None
    stroll.hear(StepRescheduled(a_step("manager"), 2, {"remind": "2026-05-02T09:00:00+08:00"}), remind)
    assert stroll.desk.fired == [
        Fire(a_step("manager"), "remind", 1),
        Fire(a_step("manager"), "remind", 2),
    ]


def test_an_older_rescheduling_is_dropped_and_one_that_comes_early_is_kept() -> None:
    stroll = Stroll(a_chain("manager", "director"))
    step = a_step("director")
    for revision, day in ((2, "02"), (1, "01")):
        stroll.hear(StepRescheduled(step, revision, {"remind": f"2026-05-{day}T09:00:00+08:00"}))
    stroll.complete(approved(a_step("manager")))
    assert next_due(stroll.walk) == (datetime(2026, 5, 2, 1, tzinfo=UTC), TimerDue(step, "remind"))


def test_a_timer_that_finds_its_step_completed_lets_the_outcome_win() -> None:
    stroll = Stroll(a_chain("manager"))
    stroll.hear(StepRescheduled(a_step("manager"), 1, {"remind": "2026-05-01T09:00:00+08:00"}))
    stroll.desk.stands[a_step("manager")] = approved(a_step("manager"))
    stroll.hear(TimerDue(a_step("manager"), "remind"))
    assert stroll.walk.decided == Decided(Ending.APPROVED, 1)


def test_an_open_step_says_with_its_answer_what_is_due() -> None:
    step = a_step("manager")
    stroll = Stroll(a_chain("manager"))
    told = StepRescheduled(step, 1, {"remind": "2026-05-01T01:00:00+00:00"})
    stroll.hear(Stands(step, Standing.OPEN, times=told))
    assert next_due(stroll.walk) == (datetime(2026, 5, 1, 1, tzinfo=UTC), TimerDue(step, "remind"))
    stroll.hear(Stands(step, Standing.OPEN, times=StepRescheduled(step, 0, {})))
    assert next_due(stroll.walk) is not None


def test_a_timer_that_is_not_due_by_the_clock_of_the_service_stays() -> None:
    step, remind = a_step("manager"), TimerDue(a_step("manager"), "remind")
    stroll = Stroll(a_chain("manager"))
    told = StepRescheduled(step, 1, {"remind": "2026-05-01T01:00:00+00:00"})
    stroll.hear(told)
    assert not has_fired(stroll.walk, remind)
    stroll.hear(remind, Stands(step, Standing.OPEN, times=told))
    assert next_due(stroll.walk) is not None
    assert has_fired(stroll.walk, remind)
    stroll.hear(remind, Stands(step, Standing.OPEN, times=StepRescheduled(step, 2, {})))
    assert next_due(stroll.walk) is None
