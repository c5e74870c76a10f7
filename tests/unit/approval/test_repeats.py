"""Somebody is named in several steps: which of them they are asked in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.approval.domain.planning.exclusions import RequesterNotApart
from services.approval.domain.planning.known import Decided, Known
from services.approval.domain.planning.route import Route, Skipped
from services.approval.domain.policies.ballot import Mode
from services.approval.domain.policies.policy import Choose, Empty, OnEmpty, OnRepeat, PolicyStep
from services.approval.domain.policies.separation import Party, Separation
from services.approval.domain.policies.sources import ChosenSource, ManagerSource, PersonSource, PostSource
from tests.builders.approval import a_plan, a_policy, a_policy_step, a_settled, asked, text

LI, ZHAO = PersonSource("lihua"), PersonSource("zhaoqiang")
REVIEWERS = PostSource("finance-reviewer")


def walked(rule: OnRepeat, *steps: PolicyStep) -> Route:
    """The steps one after the other."""
    chained = [
        a_policy_step(step.key, *step.approvers, mode=step.mode, choose=step.choose, after=after)
        for step, after in zip(steps, [(), *((step.key,) for step in steps)], strict=False)
    ]
    return a_plan(a_policy(*chained, repeated_approver=rule, may_be_empty=True))


def skipped(route: Route) -> list[str]:
    return [step.key for step in route.steps if step.skipped]


def four_of_two() -> tuple[PolicyStep, ...]:
    """Li Hua, Li Hua, Zhao Qiang, Li Hua."""
    people = zip("abcd", (LI, LI, ZHAO, LI), strict=True)
    return tuple(a_policy_step(key, person) for key, person in people)


@pytest.mark.parametrize(
    ("rule", "left_out"),
    [
        (OnRepeat.KEEP_ALL, []),
        (OnRepeat.KEEP_FIRST, ["b", "d"]),
        (OnRepeat.KEEP_LAST, ["a", "b"]),
        (OnRepeat.ADJACENT, ["b"]),
    ],
)
def test_a_rule_says_in_which_step_somebody_is_asked(rule: OnRepeat, left_out: list[str]) -> None:
    assert skipped(walked(rule, *four_of_two())) == left_out


def test_who_is_asked_later_is_told_so() -> None:
    first = walked(OnRepeat.KEEP_LAST, *four_of_two()).step("a")
    assert first.skipped is Skipped.APPROVED_LATER
    assert first.why.zh == "审批人将在“d”中审批"


def test_everybody_of_a_countersigned_step_counts_alone() -> None:
    both = a_policy_step("both", LI, ZHAO, mode=Mode.ALL)
    route = walked(OnRepeat.KEEP_LAST, both, a_policy_step("last", LI))
    assert asked(route.step("both")) == [("zhaoqiang",)]
    route = walked(OnRepeat.ADJACENT, a_policy_step("first", LI), both, a_policy_step("last", LI))
    assert (asked(route.step("both")), skipped(route)) == ([("zhaoqiang",)], [])


def test_a_skipped_step_lies_not_between() -> None:
    route = walked(OnRepeat.ADJACENT, a_policy_step("a", LI), a_policy_step("b", LI), a_policy_step("c", LI))
    assert skipped(route) == ["b", "c"]


def test_what_is_not_certain_spares_nobody() -> None:
    pool = a_policy_step("pool", REVIEWERS)
    picked = a_policy_step("picked", REVIEWERS, choose=Choose.LEAST_LOADED)
    sun = a_policy_step("sun", PersonSource("sunli"))
    for rule in OnRepeat:
        assert skipped(walked(rule, pool, picked, sun)) == []
    chosen = a_policy_step("chosen", ChosenSource("li"))
    assert skipped(walked(OnRepeat.KEEP_LAST, a_policy_step("li", LI), chosen)) == []


# Separation of duties, when it is planned.

APART = Separation("apart", text("apart"), ("claim/first", "claim/second"))


def test_who_certainly_decides_the_one_is_not_asked_in_the_other() -> None:
    policy = a_policy(
        a_policy_step("first", PersonSource("sunli")),
        a_policy_step("second", REVIEWERS, after=("first",)),
        separation=(APART,),
    )
    assert asked(a_plan(policy).step("second")) == [("zhoumin",)]


def test_of_two_pools_who_decided_the_one_is_left_out_when_the_other_opens() -> None:
    policy = a_policy(
        a_policy_step("first", REVIEWERS),
        a_policy_step("second", REVIEWERS, after=("first",)),
        separation=(APART,),
    )
    planned = a_plan(policy).step("second")
    assert asked(planned) == [("sunli", "zhoumin")]
    assert planned.deferred[0].text.zh == "职责分离：apart"
    opened = a_settled(policy, planned, known=Known(decided=(Decided("claim/first", 1, "zhoumin"),)))
    assert asked(opened) == [("sunli",)]
    again = a_settled(policy, planned, known=Known(decided=(Decided("claim/second", 1, "zhoumin"),)))
    assert asked(again) == [("sunli", "zhoumin")]


WHO_DECIDED = Separation("decided", text("decided"), (), "documents", (Party.DECIDERS,), requester=True)


def test_who_decided_a_related_document_may_not_ask_and_a_case_that_runs_goes_on() -> None:
    policy = a_policy(a_policy_step("first", REVIEWERS), separation=(WHO_DECIDED,))
    known = Known(related={"documents": {Party.DECIDERS: frozenset({"lihua"})}})
    with pytest.raises(RequesterNotApart):
        a_plan(policy, requester="lihua", known=known)
    a_plan(policy, requester="lihua", known=replace(known, runs=True))
    a_plan(policy, requester="zhoumin", known=known)


def test_where_separation_leaves_nobody_the_administrators_decide_and_nothing_is_skipped() -> None:
    policy = a_policy(
        a_policy_step("first", REVIEWERS),
        a_policy_step("second", PersonSource("sunli"), after=("first",), on_empty=Empty(OnEmpty.SKIP)),
        separation=(APART,),
        administrators=(PostSource("process-administrator"),),
    )
    planned = a_plan(policy).step("second")
    opened = a_settled(policy, planned, known=Known(decided=(Decided("claim/first", 1, "sunli"),)))
    assert asked(opened) == [("zhengnan",)]


def test_the_next_up_of_the_requester_may_be_kept_apart_too() -> None:
    manager = a_policy_step("second", ManagerSource(), excepted=(LI,), on_empty=Empty(OnEmpty.SKIP))
    [step] = a_plan(a_policy(manager, may_be_empty=True)).steps
    assert step.skipped is Skipped.NOBODY
