"""What lies ahead in a route: who sees it before its turn, and who will surely be asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.approval.domain.planning.ahead import surely_asked, upcoming, walked_again
from services.approval.domain.planning.route import Approver, Deferred, Route, RouteStep, Skipped, Until, Why
from services.approval.domain.policies.ballot import Mode
from services.approval.domain.policies.settings.acting import Acting
from services.approval.domain.policies.settings.unattended import Announce, Automatic, Unattended
from services.approval.domain.policies.step_rules import StepRules
from tests.builders.approval import text

WHY = Why("policies/p/versions/1", "stages.claim.steps[0]", 1, text("上级"))
EARLY = StepRules(unattended=Unattended(announce=Announce.EARLY))
AHEAD = StepRules(acting=Acting(ahead=True))


def a_step(
    key: str, *pools: str, mode: Mode = Mode.SINGLE, rules: StepRules = EARLY, after: str = ""
) -> RouteStep:
    approvers = tuple(Approver(tuple(pool.split()), WHY) for pool in pools)
    return RouteStep(key, text(key), mode, (after,) if after else (), approvers, text("因为"), rules=rules)


def a_route(*steps: RouteStep) -> Route:
    return Route("claim", text("阶段"), "policies/p/versions/1", 1, steps)


def until(kind: Until, *expected: str) -> Deferred:
    return Deferred(kind, text("以后"), expected=expected)


@pytest.mark.parametrize(
    ("step", "sure"),
    [
        (a_step("s", "lihua"), {"lihua"}),
        (a_step("s", "lihua sunli"), set()),
        (a_step("s", "lihua", "sunli", mode=Mode.ALL), {"lihua", "sunli"}),
        (a_step("s", "lihua", "sunli", mode=Mode.ANY), {"lihua", "sunli"}),
        (a_step("s", "lihua", "sunli", mode=Mode.SEQUENTIAL), {"lihua"}),
        (replace(a_step("s", "lihua"), deferred=(until(Until.EXCEPT),)), {"lihua"}),
        (replace(a_step("s", "lihua"), deferred=(until(Until.CHOICE),)), set()),
        (replace(a_step("s", "lihua", mode=Mode.ALL), deferred=(until(Until.DECIDERS),)), {"lihua"}),
        (replace(a_step("s", "lihua sunli"), deferred=(until(Until.PICK, "lihua"),)), set()),
    ],
)
def test_who_will_surely_be_asked(step: RouteStep, sure: set[str]) -> None:
    assert surely_asked(step) == sure


def test_what_is_announced_is_seen_by_its_people_and_by_those_who_are_expected() -> None:
    chosen = replace(a_step("chosen"), deferred=(until(Until.CHOICE, "qianlei"),))
    plain = a_step("plain", "lihua", rules=StepRules())
    route = a_route(a_step("pool", "lihua sunli"), chosen, plain, a_step("mine", "wuhao", rules=AHEAD))
    seen = upcoming(route, {"pool", "chosen", "plain", "mine"})
    assert [(one.step, one.person, one.is_sure, one.may_decide) for one in seen] == [
        ("pool", "lihua", False, False),
        ("pool", "sunli", False, False),
        ("chosen", "qianlei", False, False),
        ("mine", "wuhao", True, True),
    ]


def test_nobody_sees_what_was_reached_is_skipped_or_asks_nobody() -> None:
    skipped = replace(a_step("skipped", "lihua"), skipped=Skipped.CONDITION)
    automatic = StepRules(unattended=Unattended(Automatic.NOTIFY, Announce.EARLY))
    route = a_route(a_step("reached", "lihua"), skipped, a_step("told", "lihua", rules=automatic))
    assert upcoming(route, {"skipped", "told"}) == ()


def test_what_lies_ahead_again_after_a_return() -> None:
    route = a_route(
        a_step("first", "lihua"),
        a_step("second", "sunli", after="first"),
        a_step("third", "wuhao", after="second"),
    )
    assert walked_again(route, "third", ["first"], comes_back=False) == {"first", "second", "third"}
    assert walked_again(route, "third", ["first"], comes_back=True) == {"first", "third"}
