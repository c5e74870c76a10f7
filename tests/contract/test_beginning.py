"""What the approval service opens when a stage begins is what the workflow's reducer would have asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kernel.text import Text
from services.approval.domain.planning.route import Route, RouteStep, Skipped
from services.approval.domain.policies.ballot import Mode
from workflows.policy.reducer import begin
from workflows.policy.walk import Open, PlannedStep

NAME = Text("步骤", "step")


@st.composite
def routes(draw: st.DrawFn) -> Route:
    """Steps in order, each behind some of those before it, some skipped."""
    steps: list[RouteStep] = []
    for n in range(draw(st.integers(1, 7))):
        after = tuple(step.key for step in steps if draw(st.booleans()))
        skipped = draw(st.sampled_from([None, None, Skipped.CONDITION]))
        steps.append(RouteStep(f"s{n}", NAME, Mode.SINGLE, after, (), NAME, skipped))
    return Route("claim", NAME, "policies/expense-claim/versions/1", 1, tuple(steps))


@given(routes())
def test_both_sides_begin_a_stage_with_the_same_steps(route: Route) -> None:
    plan = [PlannedStep(step.key, step.after, step.skipped is not None) for step in route.steps]
    _, commands = begin("expense-claim/EC-1/1", "claim", 1, plan, {})
    opened = {command.key for command in commands if isinstance(command, Open)}
    assert {step.key for step in route.first} == opened
