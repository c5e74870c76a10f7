"""What a route is planned with: the day, the organisation, the facts; and what is refused of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from kernel.errors import Refusal
from kernel.money import Money
from kernel.text import Text
from services.approval.domain.people.directory import Assignment, Organisation, Person, ReportingLine
from services.approval.domain.people.periods import Period
from services.approval.domain.planning.choosing import NobodyToApprove
from services.approval.domain.planning.planner import UnknownOrganisation, UnknownRequester, plan
from services.approval.domain.policies.conditions import ConditionFailed
from services.approval.domain.policies.facts import Fact, FactOfWrongType, FactType, MissingFact
from services.approval.domain.policies.policy import Empty, FactDeclaration, OnEmpty, UnknownStage
from services.approval.domain.policies.sources import PostSource, Where
from tests.builders.approval import (
    TODAY,
    a_directory,
    a_plan,
    a_policy,
    a_policy_step,
    asked,
    text,
    with_people,
    yuan,
)

DIRECTOR = PostSource("regional-director", Where.NEAREST)
SKIP = Empty(OnEmpty.SKIP)


def test_the_directory_is_that_of_the_day() -> None:
    handover = date(2026, 7, 1)
    directory = a_directory(
        reporting_lines=(
            ReportingLine("wangfang", "lihua", Period(None, handover - timedelta(1))),
            ReportingLine("wangfang", "wuhao", Period(handover, None)),
        )
    )
    before = a_plan(a_policy(), directory=directory, as_of=handover - timedelta(1))
    after = a_plan(a_policy(), directory=directory, as_of=handover)
    assert [asked(route.steps[0]) for route in (before, after)] == [[("lihua",)], [("wuhao",)]]


def test_the_organisation_of_the_request_counts_not_that_of_the_requester() -> None:
    directory = a_directory(
        assignments=(
            Assignment("zhaoqiang", "regional-director", "central"),
            Assignment("wuhao", "regional-director", "east"),
        )
    )
    policy = a_policy(a_policy_step("step", DIRECTOR))
    assert asked(a_plan(policy, directory=directory, organisation="anhui").steps[0]) == [("wuhao",)]
    assert asked(a_plan(policy, directory=directory).steps[0]) == [("zhaoqiang",)]


@pytest.mark.parametrize(
    ("request_", "refusal", "field"),
    [
        ({"requester": "nobody"}, UnknownRequester, "requester"),
        ({"as_of": date(2020, 1, 1), "requester": "late"}, UnknownRequester, "requester"),
        ({"organisation": "nowhere"}, UnknownOrganisation, "organisation"),
        ({"requester": "homeless"}, UnknownOrganisation, "organisation"),
        ({"facts": {}}, MissingFact, "facts.amount"),
        ({"facts": {"amount": Fact(FactType.WHOLE, 5)}}, FactOfWrongType, "facts.amount"),
        ({"facts": {"amount": Fact(FactType.MONEY, Money.of("5", "USD"))}}, FactOfWrongType, "facts.amount"),
    ],
)
def test_a_request_that_cannot_be_planned_says_which_field(
    request_: dict[str, Any], refusal: type[Refusal], field: str
) -> None:
    directory = with_people(
        a_directory(),
        Person("late", "新人", "henan", period=Period(date(2026, 1, 1), None)),
        Person("homeless", "无组织"),
    )
    with pytest.raises(refusal) as found:
        a_plan(a_policy(), **({"directory": directory} | request_))
    assert found.value.field == field


@pytest.mark.parametrize(
    "fact",
    [
        Fact(FactType.PERSON, "nobody"),
        Fact(FactType.ORGANISATION, "nowhere"),
        Fact(FactType.WHOLE, 2**63),
        Fact(FactType.TEXT, "whole"),
    ],
)
def test_a_fact_must_mean_something(fact: Fact) -> None:
    declared = FactDeclaration("it", FactType.WHOLE if fact.type is FactType.TEXT else fact.type, text("it"))
    with pytest.raises(FactOfWrongType):
        a_plan(a_policy(facts=(declared,)), facts={"it": fact})


def test_a_fact_that_is_not_given_has_its_default_and_what_is_not_declared_is_left_alone() -> None:
    facts = (FactDeclaration("days", FactType.WHOLE, text("days"), Fact(FactType.WHOLE, 3)),)
    policy = a_policy(a_policy_step("step", when="days == 3"), facts=facts)
    assert a_plan(policy, facts={"amount": yuan(1)}).deciding
    with pytest.raises(NobodyToApprove):
        a_plan(policy, facts={"days": Fact(FactType.WHOLE, 4)})


def test_a_condition_without_a_value_refuses_the_plan() -> None:
    with pytest.raises(ConditionFailed):
        a_plan(a_policy(a_policy_step("step", when="100 / amount > 1")), 0)


def test_a_stage_that_is_not_in_the_policy_is_refused() -> None:
    with pytest.raises(UnknownStage):
        plan(a_policy(), "closure", facts={}, directory=a_directory(), requester="wangfang", as_of=TODAY)


def test_an_organisation_title_is_used_in_both_languages() -> None:
    directory = a_directory(
        organisations=(Organisation("henan", Text("河南办", "Henan")),),
        assignments=(Assignment("lihua", "regional-director", "henan"),),
    )
    [step] = a_plan(a_policy(a_policy_step("step", DIRECTOR)), directory=directory).steps
    assert step.approvers[0].why.text == Text("河南办的大区经理", "Regional director of Henan")
