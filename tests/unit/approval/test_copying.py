"""Copies by policy: how they are written, whom they name, at which moment they are due."""

from __future__ import annotations

import pytest

from services.approval.domain.planning.copying import copies
from services.approval.domain.planning.known import NOTHING_KNOWN, Decided, Known
from services.approval.domain.planning.planner import request_of
from services.approval.domain.planning.request import Request
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.policies.policy import Policy
from services.approval.domain.policies.settings.copying import Copied, Copying
from services.approval.domain.policies.settings.unattended import Automatic, Unattended
from services.approval.domain.policies.sources import DecidersSource, ManagerChain, PersonSource, PostSource
from services.approval.domain.policies.step_rules import StepRules
from services.approval.policy_text.differences.comparing import differences
from services.approval.policy_text.reading import examine_policy
from tests.builders.approval import (
    TODAY,
    a_directory,
    a_plan,
    a_policy,
    a_policy_step,
    a_settled,
    yuan,
)

POLICY = """
process: expense-claim
title: {{zh: 报销, en: Claims}}
administrators: [{{post: process-administrator}}]
stages:
  claim:
    title: {{zh: 审批, en: Approval}}
    steps:
      - {{key: manager, title: {{zh: 上级, en: Manager}}, approvers: [{{manager: 1}}]}}
      - {{key: last, title: {{zh: 终审, en: Last}}, approvers: [{{manager: 2}}], {setting}}}
"""


def a_request(policy: Policy, known: Known = NOTHING_KNOWN) -> Request:
    """Wang Fang's, today."""
    facts = {"amount": yuan(100)}
    directory = a_directory()
    return request_of(
        policy, "claim", facts=facts, directory=directory, requester="wangfang", as_of=TODAY, known=known
    )


@pytest.mark.parametrize(
    ("setting", "problems"),
    [
        ("cc: [{post: finance-director}, {deciders_of: last}]", []),
        ("cc: {when: ended, people: [{manager: 1}]}", []),
        ("cc: []", [("stages.claim.cc", "NOBODY_COPIED")]),
        ("cc: {when: opened, people: [{manager: 1}]}", [("stages.claim.cc.when", "STAGE_ENDS_ONLY")]),
        ("cc: [{person: nobody}]", [("stages.claim.cc[0].person", "UNKNOWN_PERSON")]),
        ("cc: [{deciders_of: nowhere}]", [("stages.claim.cc[0].deciders_of", "UNKNOWN_STEP")]),
        ("cc: [{chosen_by: manager}]", [("stages.claim.cc[0].chosen_by", "CHOSEN_TO_DECIDE")]),
    ],
)
def test_a_stage_says_who_is_told_of_its_end(setting: str, problems: list[tuple[str, str]]) -> None:
    yaml = whole("undo: 10m").replace("en: Approval}", "en: Approval}\n    " + setting)
    found = examine_policy(yaml, a_directory().as_of(TODAY))[1]
    assert [(one.path, one.rule) for one in found] == problems


def test_that_a_stage_tells_others_is_a_difference() -> None:
    before = whole("undo: 10m")
    after = before.replace("en: Approval}", "en: Approval}\n    cc: [{post: finance-director}]")
    (found,) = differences(before, after, a_directory().as_of(TODAY))
    assert found.path == "stages.claim.cc"


def whole(setting: str) -> str:
    return POLICY.format(setting=setting)


@pytest.mark.parametrize(
    ("setting", "problems"),
    [
        ("cc: [{manager: 2}, {deciders_of: manager}]", []),
        ("cc: {when: opened, people: [{post: finance-director}]}", []),
        ("cc: []", [("cc", "NOBODY_COPIED")]),
        ("cc: wuhao", [("cc", "NOT_A_MAPPING")]),
        ("cc: {when: opened}", [("cc.people", "REQUIRED")]),
        ("cc: {when: later, people: [{manager: 1}]}", [("cc.when", "NOT_A_CHOICE")]),
        ("cc: {people: [{manager: 1}], comment: x}", [("cc.comment", "UNKNOWN_KEY")]),
        ("cc: [{person: nobody}]", [("cc[0].person", "UNKNOWN_PERSON")]),
        ("cc: [{deciders_of: last}]", [("cc[0].deciders_of", "NOT_BEFORE")]),
        ("cc: [{deciders_of: nowhere}]", [("cc[0].deciders_of", "UNKNOWN_STEP")]),
        ("cc: [{chosen_by: manager}]", [("cc[0].chosen_by", "CHOSEN_TO_DECIDE")]),
    ],
)
def test_who_is_told_can_be_known_when_they_are(setting: str, problems: list[tuple[str, str]]) -> None:
    _, found = examine_policy(whole(setting), a_directory().as_of(TODAY))
    assert [(one.path.removeprefix("stages.claim.steps[1]."), one.rule) for one in found] == problems


@pytest.mark.parametrize(
    ("when", "due"),
    [
        (Copied.OPENED, {"opens"}),
        (Copied.APPROVED, {Outcome.APPROVED, Outcome.SKIPPED}),
        (Copied.ENDED, set(Outcome)),
        (None, set()),
    ],
)
def test_copies_are_due_at_one_moment(when: Copied | None, due: set[str]) -> None:
    copying = Copying(when)
    assert copying.is_due(opens=True, outcome=None) == ("opens" in due)
    assert {one for one in Outcome if copying.is_due(opens=False, outcome=one)} == due - {"opens"}
    assert not copying.is_due(opens=False, outcome=None)


def test_those_are_told_whom_the_sources_name_at_that_moment_but_not_the_requester() -> None:
    reviewed = a_policy_step("review", PersonSource("sunli"))
    last = a_policy_step(
        "last",
        after=("review",),
        copied=(DecidersSource("review"), PersonSource("wangfang"), PersonSource("wuhao")),
    )
    policy = a_policy(reviewed, last)
    assert copies("last", a_request(policy)).people == ("wuhao",)
    known = Known(decided=(Decided("claim/review", 1, "sunli"),), runs=True)
    found = copies("last", a_request(policy, known))
    assert found.people == ("sunli", "wuhao")
    assert found.rule == "stages.claim.steps[1].cc"


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (Copied.OPENED, [Copied.OPENED, None]),
        (Copied.APPROVED, [None, Copied.APPROVED]),
        (Copied.ENDED, [Copied.ENDED, Copied.ENDED]),
    ],
)
def test_a_chain_of_managers_sends_its_copies_once(when: Copied, expected: list[Copied | None]) -> None:
    step = a_policy_step(
        "chain", ManagerChain(2), copied=(PersonSource("wuhao"),), rules=StepRules(copying=Copying(when))
    )
    route = a_plan(a_policy(step))
    assert [one.rules.copying.when for one in route.steps] == expected
    assert copies("chain.2", a_request(a_policy(step))).people == ("wuhao",)


def test_a_step_that_tells_people_finds_those_whom_an_earlier_one_brings() -> None:
    notify = StepRules(unattended=Unattended(Automatic.NOTIFY))
    policy = a_policy(
        a_policy_step("review", PostSource("finance-reviewer")),
        a_policy_step(
            "told", DecidersSource("review"), PersonSource("wuhao"), rules=notify, after=("review",)
        ),
        administrators=(PostSource("process-administrator"),),
    )
    planned = a_plan(policy).step("told")
    assert planned.told == ("wuhao",)
    assert [one.by for one in planned.deferred] == ["claim/review"]
    known = Known(decided=(Decided("claim/review", 1, "zhoumin"),), runs=True)
    settled = a_settled(policy, planned, known=known)
    assert (settled.told, settled.deferred, settled.approvers) == (("wuhao", "zhoumin"), (), ())


def test_where_nobody_has_decided_administrators_are_told_in_their_place() -> None:
    notify = StepRules(unattended=Unattended(Automatic.NOTIFY))
    policy = a_policy(
        a_policy_step("review", PostSource("finance-reviewer")),
        a_policy_step("told", DecidersSource("review"), rules=notify, after=("review",)),
        administrators=(PostSource("process-administrator"),),
    )
    planned = a_plan(policy).step("told")
    assert planned.told == ()
    assert a_settled(policy, planned).told == ("zhengnan",)


def test_what_changes_of_copies_is_said_in_words() -> None:
    before, after = whole("cc: {when: ended, people: [{manager: 1}]}"), whole("cc: {people: [{manager: 1}]}")
    [one] = differences(before, after, a_directory().as_of(TODAY))
    assert one.text.en.startswith(
        "Step “Last” of stage “Approval”, copies to: condition changes from “when it ends”"
    )
