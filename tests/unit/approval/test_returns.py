"""Where a return goes, and what is asked again after it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kernel.errors import Refusal
from services.approval.domain.planning.come_back import without_approved
from services.approval.domain.planning.route import Route, RouteStep, Skipped
from services.approval.domain.policies.ballot import Mode, Outcome
from services.approval.domain.policies.settings.returning import Resume, ResumeNotAllowed, Returning, Returns
from services.approval.domain.steps.steps import NoSuchEarlierStep
from tests.builders.approval import a_decision, a_route_step, a_step, an_approver, text


def a_route(*steps: RouteStep) -> Route:
    return Route("claim", text("claim"), "policies/expense-claim/versions/3", 7, steps)


def a_planned(key: str, *people: str, after: tuple[str, ...] = (), **changes: object) -> RouteStep:
    return a_route_step(*(an_approver(person) for person in people), key=key, after=after, **changes)


MANAGER = a_planned("manager", "lihua")
DIRECTOR = a_planned("director", "zhaoqiang", after=("manager",))
VP = a_planned("vp", "qianlei", after=("director",))


def skipped(route: Route) -> list[str]:
    return [step.key for step in route.steps if step.skipped is Skipped.APPROVED_BEFORE]


def test_what_the_same_people_approved_is_not_asked_again_when_it_comes_straight_back() -> None:
    route = a_route(MANAGER, DIRECTOR, VP)
    again = without_approved(route, route, {"manager", "director"})
    assert skipped(again) == ["manager", "director"]
    assert [step.key for step in again.first] == ["vp"]
    assert again.step("manager").why.en.startswith("the same people approved it")


def test_whoever_is_new_is_asked_and_so_is_everyone_of_a_step_that_changed() -> None:
    before = a_route(MANAGER, DIRECTOR, VP)
    changed = a_route(a_planned("manager", "wuhao"), a_planned("legal", "sunli"), DIRECTOR, VP)
    assert skipped(without_approved(changed, before, {"manager", "director"})) == ["director"]
    counted = a_route(replace(MANAGER, mode=Mode.ANY))
    assert skipped(without_approved(counted, before, {"manager"})) == []


def test_what_was_kept_once_is_kept_again() -> None:
    route = a_route(MANAGER, DIRECTOR, VP)
    second = without_approved(route, route, {"manager"})
    assert skipped(without_approved(route, second, {"director"})) == ["manager", "director"]


def test_what_was_skipped_for_another_reason_was_approved_by_nobody() -> None:
    before = a_route(replace(MANAGER, skipped=Skipped.CONDITION), DIRECTOR)
    assert skipped(without_approved(a_route(MANAGER, DIRECTOR), before, {"director"})) == ["director"]


def test_the_steps_before_a_join_are_all_its_previous_ones_through_those_that_were_skipped() -> None:
    quality, finance = a_planned("quality", "sunli"), a_planned("finance", "zhoumin")
    gone = replace(a_planned("legal", "wuhao", after=("finance",)), skipped=Skipped.CONDITION)
    joined = a_planned("vp", "qianlei", after=("quality", "legal"))
    route = a_route(quality, finance, gone, joined)
    assert route.previous("vp") == ("quality", "finance")
    assert route.previous("quality") == ()


@pytest.mark.parametrize(
    ("said", "asked", "expected"),
    [
        (Returns.CHOICE, None, Resume.WALK_AGAIN),
        (Returns.CHOICE, Resume.COME_BACK, Resume.COME_BACK),
        (Returns.COME_BACK, None, Resume.COME_BACK),
        (Returns.WALK_AGAIN, Resume.WALK_AGAIN, Resume.WALK_AGAIN),
    ],
)
def test_the_policy_says_how_it_goes_on_after_a_return_or_leaves_the_choice(
    said: Returns, asked: Resume | None, expected: Resume
) -> None:
    assert Returning(said).resume(asked) is expected


def test_a_choice_that_the_policy_does_not_leave_is_refused_by_name() -> None:
    with pytest.raises(ResumeNotAllowed) as refused:
        Returning(Returns.WALK_AGAIN).resume(Resume.COME_BACK)
    assert (refused.value.reason, refused.value.values["allowed"]) == (
        "RESUME_NOT_ALLOWED",
        Resume.WALK_AGAIN,
    )


def test_a_return_to_several_steps_names_the_one_that_was_not_walked() -> None:
    step = a_step(earlier=("first",))
    decision = a_decision("lihua", Outcome.RETURNED, return_to="first,later")
    with pytest.raises(NoSuchEarlierStep) as refused:
        step.decide(step.items[0].id, decision)
    assert refused.value.values["step"] == "later"


def test_the_first_step_has_none_before_it() -> None:
    with pytest.raises(Refusal) as refused:
        a_step(earlier=()).step_before()
    assert refused.value.reason == "NO_SUCH_EARLIER_STEP"
