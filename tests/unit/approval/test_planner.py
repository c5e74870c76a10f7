"""Who is asked, in which order and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kernel.text import Text
from services.approval.domain.planning.approvers import VoteCannotPass
from services.approval.domain.planning.choosing import NobodyToApprove
from services.approval.domain.planning.route import Route, RouteStep, Skipped
from services.approval.domain.policies.ballot import Mode, Quota, Terms
from services.approval.domain.policies.policy import (
    Empty,
    Fallback,
    OnEmpty,
    OnRepeat,
    OnRequester,
    Per,
)
from services.approval.domain.policies.sources import (
    ManagerChain,
    ManagerSource,
    PersonSource,
    PostSource,
    Source,
    Where,
)
from tests.builders.approval import (
    a_plan,
    a_policy,
    a_policy_step,
    asked,
)

REVIEWERS = PostSource("finance-reviewer")
DIRECTOR = PostSource("regional-director", Where.NEAREST)
SKIP = Empty(OnEmpty.SKIP)


def the_step(*sources: Source, request: dict[str, Any] | None = None, **changes: Any) -> RouteStep:
    """The only step of a route whose policy has one step with these sources."""
    policy = a_policy(a_policy_step("step", *sources, **changes), may_be_empty=True)
    [step] = a_plan(policy, **(request or {})).steps
    return step


@pytest.mark.parametrize(
    ("source", "people", "zh"),
    [
        (PersonSource("wuhao"), ("wuhao",), "策略指定的吴昊"),
        (PostSource("general-manager"), ("qianlei",), "总经理"),
        (REVIEWERS, ("sunli", "zhoumin"), "财务审核"),
        (PostSource("finance-reviewer", Where.NAMED, "hq"), ("sunli", "zhoumin"), "总部的财务审核"),
        (
            PostSource("regional-director", Where.REQUESTERS, levels_up=1),
            ("zhaoqiang",),
            "河南办所在华中大区的大区经理",
        ),
        (DIRECTOR, ("zhaoqiang",), "河南办所在华中大区的大区经理"),
        (ManagerSource(), ("lihua",), "王芳的直属上级"),
        (ManagerSource(2), ("zhaoqiang",), "王芳的第 2 级上级"),
    ],
)
def test_a_source_names_people_and_says_why(source: Source, people: tuple[str, ...], zh: str) -> None:
    step = the_step(source)
    assert asked(step) == [people]
    assert step.approvers[0].why.text.zh == zh


@pytest.mark.parametrize(
    "source",
    [
        PersonSource("nobody"),
        PostSource("finance-reviewer", Where.REQUESTERS),
        PostSource("finance-reviewer", Where.NAMED, "henan"),
        PostSource("finance-reviewer", Where.NAMED, "nowhere"),
        PostSource("finance-reviewer", Where.REQUESTERS, levels_up=9),
        PostSource("no-such-post"),
        ManagerSource(9),
    ],
)
def test_a_source_may_name_nobody(source: Source) -> None:
    assert the_step(source, on_empty=SKIP).skipped is Skipped.NOBODY


def test_the_reason_says_the_condition_the_place_the_policy_and_the_directory() -> None:
    why = the_step(DIRECTOR, when="amount >= yuan(5000)", request={"amount": 5000}).approvers[0].why
    assert why.text == Text(
        "因金额 ≥ ¥5,000，河南办所在华中大区的大区经理",
        "because amount ≥ ¥5,000: Regional director of Central, for Henan",
    )
    assert (why.policy, why.rule, why.directory_version) == (
        "policies/expense-claim/versions/3",
        "stages.claim.steps[0].approvers[0]",
        7,
    )


def test_a_step_whose_condition_is_not_met_is_kept_with_the_reason() -> None:
    step = the_step(DIRECTOR, when="amount >= yuan(5000)", request={"amount": "4999.99"})
    assert (step.skipped, step.approvers) == (Skipped.CONDITION, ())
    assert step.why == Text("不适用：仅当金额 ≥ ¥5,000", "Not needed: only where amount ≥ ¥5,000")


def test_a_single_step_offers_one_item_to_a_pool_that_says_its_post() -> None:
    step = the_step(REVIEWERS)
    assert [(approver.is_pool, approver.post) for approver in step.approvers] == [(True, "finance-reviewer")]
    assert the_step(PostSource("general-manager")).approvers[0].post == ""


def test_several_sources_of_a_single_step_make_one_pool_without_a_post() -> None:
    step = the_step(REVIEWERS, PersonSource("wuhao"), PersonSource("sunli"))
    [approver] = step.approvers
    assert (approver.candidates, approver.post) == (("sunli", "zhoumin", "wuhao"), "")
    assert approver.why.rule == "stages.claim.steps[0].approvers"
    assert approver.why.text.zh == "财务审核；策略指定的吴昊"


@pytest.mark.parametrize("mode", [Mode.ALL, Mode.ANY])
def test_everyone_is_asked_for_themselves_and_once(mode: Mode) -> None:
    step = the_step(REVIEWERS, PersonSource("sunli"), PersonSource("wuhao"), mode=mode)
    assert asked(step) == [("sunli",), ("zhoumin",), ("wuhao",)]


@pytest.mark.parametrize("mode", [Mode.ALL, Mode.ANY, Mode.VOTE, Mode.SEQUENTIAL])
def test_a_source_with_one_say_is_a_pool_of_its_own(mode: Mode) -> None:
    step = the_step(REVIEWERS, PersonSource("wuhao"), mode=mode, per=Per.SOURCE)
    assert asked(step) == [("sunli", "zhoumin"), ("wuhao",)]
    assert [approver.post for approver in step.approvers] == ["finance-reviewer", ""]


def test_everyone_of_a_source_has_its_weight() -> None:
    step = the_step(replace(REVIEWERS, weight=2), PersonSource("wuhao", weight=5), mode=Mode.VOTE)
    assert [approver.weight for approver in step.approvers] == [2, 2, 5]


def test_a_vote_that_could_never_pass_is_refused_when_it_is_planned() -> None:
    with pytest.raises(VoteCannotPass) as refusal:
        the_step(REVIEWERS, mode=Mode.VOTE, terms=Terms(Quota(count=3)))
    assert refusal.value.values == {
        "step": "step",
        "title_zh": "step",
        "title_en": "step",
        "quota": Quota(count=3),
        "weight": 2,
    }


def test_steps_wait_for_those_they_come_after() -> None:
    policy = a_policy(
        a_policy_step("last", after=("left", "right")),
        a_policy_step("right", after=("first",)),
        a_policy_step("left", after=("first",)),
        a_policy_step("first"),
    )
    route = a_plan(policy)
    assert [step.key for step in route.steps] == ["first", "right", "left", "last"]
    assert route.step("last").after == ("left", "right")
    assert route.earlier("last") == ("first", "right", "left")
    assert route.earlier("left") == ("first",)


def test_steps_that_could_change_places_stay_as_they_are_written() -> None:
    policy = a_policy(a_policy_step("a"), a_policy_step("b", after=("a",)), a_policy_step("c"))
    assert [step.key for step in a_plan(policy).steps] == ["a", "b", "c"]


def test_a_case_is_not_returned_to_a_step_that_was_skipped() -> None:
    policy = a_policy(
        a_policy_step("a"),
        a_policy_step("b", when="amount > yuan(5)", after=("a",)),
        a_policy_step("c", after=("b",)),
    )
    assert a_plan(policy, 1).earlier("c") == ("a",)
    with pytest.raises(KeyError):
        a_plan(policy).step("d")


def test_a_chain_of_managers_is_a_step_each_and_what_follows_waits_for_the_last() -> None:
    policy = a_policy(a_policy_step("chain", ManagerChain(2)), a_policy_step("end", after=("chain",)))
    route = a_plan(policy)
    assert [(step.key, step.after, asked(step)) for step in route.steps] == [
        ("chain.1", (), [("lihua",)]),
        ("chain.2", ("chain.1",), [("zhaoqiang",)]),
        ("end", ("chain.2",), [("lihua",)]),
    ]


def test_a_chain_is_as_long_as_there_are_managers() -> None:
    assert [asked(step) for step in a_plan(a_policy(a_policy_step("chain", ManagerChain(9)))).steps] == [
        [("lihua",)],
        [("zhaoqiang",)],
        [("qianlei",)],
    ]
    step = the_step(ManagerChain(9), mode=Mode.ALL)
    assert asked(step) == [("lihua",), ("zhaoqiang",), ("qianlei",)]


def test_whoever_stands_in_for_a_chain_that_is_missing_is_one_step() -> None:
    policy = a_policy(
        a_policy_step("chain", ManagerChain(2), on_empty=Empty(OnEmpty.ADMINISTRATOR)),
        administrators=(REVIEWERS,),
    )
    [step] = a_plan(policy, requester="qianlei").steps
    assert (step.key, asked(step)) == ("chain", [("sunli", "zhoumin")])


# The requester.


@pytest.mark.parametrize("mode", Mode)
def test_the_requester_is_left_out_beside_others(mode: Mode) -> None:
    step = the_step(REVIEWERS, mode=mode, request={"requester": "sunli"})
    assert asked(step) == [("zhoumin",)]


def test_a_requester_who_would_decide_alone_is_forbidden_passed_up_or_skipped() -> None:
    request = {"requester": "zhaoqiang"}
    with pytest.raises(NobodyToApprove):
        the_step(DIRECTOR, request=request)
    up = the_step(DIRECTOR, requester_is_approver=OnRequester.NEXT_UP, request=request)
    assert asked(up) == [("qianlei",)]
    assert up.approvers[0].why.text.zh == "审批人即申请人本人，改由其上级钱磊审批"
    assert up.approvers[0].why.rule == "stages.claim.steps[0].requester_is_approver"
    skipped = the_step(DIRECTOR, requester_is_approver=OnRequester.SKIP, request=request)
    assert skipped.skipped is Skipped.REQUESTER


def test_next_up_with_nobody_above_is_an_empty_step() -> None:
    step = the_step(
        PostSource("general-manager"),
        requester_is_approver=OnRequester.NEXT_UP,
        on_empty=SKIP,
        request={"requester": "qianlei"},
    )
    assert step.skipped is Skipped.NOBODY


def test_the_requester_is_no_fallback_and_no_administrator_either() -> None:
    step = a_policy_step("step", PersonSource("nobody"), on_empty=Empty(OnEmpty.ADMINISTRATOR))
    policy = a_policy(step, administrators=(PersonSource("wangfang"),))
    with pytest.raises(NobodyToApprove):
        a_plan(policy)


# Nobody there.


def test_a_step_that_nobody_could_decide_refuses_the_request_and_names_itself() -> None:
    with pytest.raises(NobodyToApprove) as refusal:
        the_step(PersonSource("nobody"))
    assert refusal.value.reason == "NOBODY_TO_APPROVE"
    assert refusal.value.values["step"] == "step"


def test_fallbacks_are_followed_in_their_order() -> None:
    first = Fallback("first", (PersonSource("nobody"),), Empty(OnEmpty.FALLBACK, "second"))
    second = Fallback("second", (PersonSource("wuhao"),))
    policy = a_policy(
        a_policy_step("step", PersonSource("gone"), on_empty=Empty(OnEmpty.FALLBACK, "first")),
        fallbacks=(first, second),
    )
    [step] = a_plan(policy).steps
    assert asked(step) == [("wuhao",)]
    assert step.approvers[0].why.rule == "fallbacks.second.approvers[0]"
    assert step.approvers[0].why.text.zh == "原定审批人缺位，转由策略指定的吴昊"


def test_fallbacks_that_lead_back_to_each_other_end_all_the_same() -> None:
    loop = (
        Fallback("a", (PersonSource("nobody"),), Empty(OnEmpty.FALLBACK, "b")),
        Fallback("b", (PersonSource("nobody"),), Empty(OnEmpty.FALLBACK, "a")),
    )
    step = a_policy_step("step", PersonSource("gone"), on_empty=Empty(OnEmpty.FALLBACK, "a"))
    with pytest.raises(NobodyToApprove):
        a_plan(a_policy(step, fallbacks=loop))


def test_a_stage_of_which_every_step_is_skipped_is_refused_unless_the_policy_allows_it() -> None:
    steps = (
        a_policy_step("a", when="amount > yuan(1000)"),
        a_policy_step("b", PersonSource("no"), on_empty=SKIP),
    )
    with pytest.raises(NobodyToApprove) as refusal:
        a_plan(a_policy(*steps))
    assert refusal.value.reason == "NOBODY_TO_APPROVE"
    assert a_plan(a_policy(*steps, may_be_empty=True)).deciding == ()


# Asked before.


def keeping_first(*steps: Any, **request: Any) -> Route:
    return a_plan(a_policy(*steps, repeated_approver=OnRepeat.KEEP_FIRST), **request)


def test_whoever_has_approved_before_is_not_asked_again() -> None:
    steps = (
        a_policy_step("a", PersonSource("lihua"), title=Text("直属上级", "Line manager")),
        a_policy_step("b", PersonSource("lihua"), after=("a",)),
        a_policy_step("c", PersonSource("lihua"), PersonSource("wuhao"), after=("b",), mode=Mode.ALL),
    )
    route = keeping_first(*steps)
    assert [(step.key, step.skipped, asked(step)) for step in route.steps] == [
        ("a", None, [("lihua",)]),
        ("b", Skipped.APPROVED_EARLIER, []),
        ("c", None, [("wuhao",)]),
    ]
    assert route.step("b").why.zh == "审批人已在“直属上级”中审批"
    everyone = a_plan(a_policy(*steps))
    assert [asked(step) for step in everyone.steps] == [[("lihua",)], [("lihua",)], [("lihua",), ("wuhao",)]]


def test_only_what_is_certain_counts_as_approved() -> None:
    route = keeping_first(
        a_policy_step("pool", REVIEWERS),
        a_policy_step("any", PersonSource("lihua"), PersonSource("wuhao"), mode=Mode.ANY, after=("pool",)),
        a_policy_step("each", REVIEWERS, PersonSource("wuhao"), mode=Mode.ALL, after=("any",)),
        a_policy_step("pool-again", REVIEWERS, after=("each",)),
        a_policy_step("pool-with-others", REVIEWERS, PersonSource("lihua"), after=("each",)),
    )
    assert [step.key for step in route.deciding] == ["pool", "any", "each", "pool-with-others"]


def test_side_by_side_is_not_before() -> None:
    route = keeping_first(
        a_policy_step("a", PersonSource("lihua")),
        a_policy_step("b", PersonSource("lihua")),
        a_policy_step("c", PersonSource("lihua"), after=("a", "b")),
    )
    assert [step.key for step in route.deciding] == ["a", "b"]
