"""A workflow that is lost begins again knowing nothing: it has to come to stand where the lost one stood."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders.routes import (
    Stroll,
    a_step,
    approved,
    leading_to,
    returned,
    step_key,
)
from workflows.contracts import Resume
from workflows.policy.walk import PlannedStep


def test_an_approval_that_a_later_return_had_voided_does_not_count_once_the_walk_is_told_anew() -> None:
    """The long branch to the last step is found again later than both returns, and what followed them."""
    stroll = Stroll(
        [
            PlannedStep("post"),
            PlannedStep("manager"),
            PlannedStep("long1"),
            PlannedStep("long2", ("long1",)),
            PlannedStep("long3", ("long2",)),
            PlannedStep("long4", ("long3",)),
            PlannedStep("quality", ("post", "manager")),
            PlannedStep("finance", ("post", "manager")),
            PlannedStep("cfo", ("long4", "manager")),
        ]
    )
    stroll.complete(
        *(approved(a_step(key)) for key in ("post", "manager", "long1", "long2", "long3", "long4"))
    )
    stroll.complete(
        returned(a_step("finance"), to="post"), approved(a_step("cfo")), approved(a_step("post", 2))
    )
    stroll.complete(returned(a_step("quality", 2), to="manager"), approved(a_step("manager", 2)))
    stroll.complete(approved(a_step("quality", 3)), approved(a_step("finance", 3)))
    assert stroll.desk.open_steps == [a_step("cfo", 2)]
    assert_it_begins_again_where_it_stood(stroll)


@st.composite
def branches(draw: st.DrawFn) -> list[PlannedStep]:
    """Any route, most of whose steps wait for few others: branches of any depth."""
    plan: list[PlannedStep] = []
    for i in range(draw(st.integers(2, 9))):
        keys = [step.key for step in plan]
        after = draw(st.lists(st.sampled_from(keys), unique=True, max_size=2)) if keys else []
        plan.append(PlannedStep(f"s{i}", tuple(after), draw(st.integers(0, 7)) == 0))
    return plan


@settings(max_examples=500, deadline=None)
@given(branches(), st.data())
def test_a_walk_begins_again_wherever_it_stood_whatever_was_returned_and_jumped(
    plan: list[PlannedStep], data: st.DataObject
) -> None:
    stroll = Stroll(plan)
    for _ in range(data.draw(st.integers(0, 25))):
        if stroll.walk.decided:
            break
        something_happens(stroll, data)
    assert_it_begins_again_where_it_stood(stroll)


def something_happens(stroll: Stroll, data: st.DataObject) -> None:
    """Mostly approvals; now and then a return of either kind, a jump, or a decision to be made once more."""
    plan = stroll.walk.plan
    step = data.draw(st.sampled_from(stroll.desk.open_steps))
    deciding = {one.key for one in plan if not one.skipped}
    earlier = sorted(leading_to(plan, step_key(step)) & deciding)
    act = data.draw(st.integers(0, 9))
    if act == 9:
        to = data.draw(st.sampled_from(sorted(deciding)))
        stroll.hear(stroll.desk.jump(to, plan, passing=data.draw(st.booleans())))
    elif act > 5 and earlier:
        targets = data.draw(st.lists(st.sampled_from(earlier), unique=True, min_size=1, max_size=2))
        resume = data.draw(st.sampled_from(Resume))
        stroll.complete(returned(step, to=",".join(targets), resume=resume))
    else:
        stroll.complete(approved(step))


def assert_it_begins_again_where_it_stood(stroll: Stroll) -> None:
    known = dict(stroll.desk.stands)
    again = Stroll(stroll.walk.plan, stroll.desk)
    assert stroll.desk.stands == known
    assert again.walk.decided == stroll.walk.decided
    assert again.walk.visits == stroll.walk.visits
    assert again.walk.steps == stroll.walk.steps
