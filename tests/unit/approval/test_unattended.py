"""Policies with steps that the system decides: who may be named, and who is told."""

from __future__ import annotations

import pytest

from services.approval.domain.policies.settings.unattended import Automatic, Unattended
from services.approval.domain.policies.sources import PersonSource
from services.approval.domain.policies.step_rules import StepRules
from services.approval.policy_text.reading import examine_policy
from tests.builders.approval import TODAY, a_directory, a_plan, a_policy, a_policy_step

POLICY = """
process: expense-claim
title: {{zh: 报销, en: Claims}}
stages:
  claim:
    title: {{zh: 审批, en: Approval}}
    steps:
      - {{key: manager, title: {{zh: 上级, en: Manager}}, approvers: [{{manager: 1}}]}}
      - {{key: checked, title: {{zh: 核对, en: Checked}}, {checked}}}
"""


def problems(checked: str) -> list[str]:
    _, found = examine_policy(POLICY.format(checked=checked), a_directory().as_of(TODAY))
    return [problem.rule for problem in found]


@pytest.mark.parametrize(
    ("checked", "rules"),
    [
        ("automatic: approve", []),
        ("automatic: notify, approvers: [{person: sunli}]", []),
        ("automatic: approve, approvers: [{person: sunli}]", ["AUTOMATIC_ASKS_NOBODY"]),
        ("automatic: notify", ["NO_APPROVERS"]),
        ("automatic: reject, undo: 10m", ["UNDO_NEEDS_PEOPLE"]),
        ("automatic: perhaps", ["NOT_A_CHOICE"]),
    ],
)
def test_nobody_is_named_where_the_system_decides(checked: str, rules: list[str]) -> None:
    assert problems(checked) == rules


def test_whoever_is_told_is_asked_nothing_and_still_asked_where_it_is_theirs() -> None:
    notify = StepRules(unattended=Unattended(Automatic.NOTIFY))
    approve = StepRules(unattended=Unattended(Automatic.APPROVE))
    route = a_plan(
        a_policy(
            a_policy_step("told", PersonSource("sunli"), rules=notify),
            a_policy_step("checked", PersonSource("zhoumin"), rules=approve, after=("told",)),
            a_policy_step("review", PersonSource("sunli"), after=("checked",)),
        )
    )
    assert route.step("told").told == ("sunli",)
    assert route.step("told").approvers == ()
    assert route.step("checked").told == ()
    assert route.step("review").people == ("sunli",)
