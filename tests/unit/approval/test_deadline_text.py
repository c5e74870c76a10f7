"""Deadlines as policies write them, and what is wrong with one that could not be kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.approval.domain.policies.settings.deadline import (
    Deadline,
    Escalates,
    Escalation,
    OnOverdue,
    Reminders,
    Superior,
    Target,
    Visits,
)
from services.approval.domain.policies.step_rules import StepRules
from services.approval.domain.time.spans import Span
from services.approval.policy_text.reading import examine_policy
from services.approval.store.rows import RULES
from tests.builders.approval import TODAY, a_directory

POLICY = """
process: seal-use
title: {zh: 用章, en: Seal use}
fallbacks:
  desk: {approvers: [{post: finance-director}]}
stages:
  use:
    title: {zh: 用章, en: Use}
    steps:
      - key: head
        title: {zh: 负责人, en: Head}
        approvers: [{manager: 1}]
        deadline: DEADLINE
"""
TWO_HOURS = Span(time=timedelta(hours=2), working=True)


def read(deadline: str) -> Deadline:
    policy, problems = examine_policy(POLICY.replace("DEADLINE", deadline), a_directory().as_of(TODAY))
    assert policy is not None, problems
    found = policy.stages[0].steps[0].rules.deadline
    assert found is not None
    return found


def problems(deadline: str) -> list[tuple[str, str]]:
    policy, found = examine_policy(POLICY.replace("DEADLINE", deadline), a_directory().as_of(TODAY))
    assert policy is None
    assert all(one.text.zh and one.text.en for one in found)
    return [(one.path.removeprefix("stages.use.steps[0].deadline"), one.rule) for one in found]


def test_a_deadline_says_what_was_written() -> None:
    whole = read(
        "{within: 2wd, remind: {before: [1wd, 2wh], every: 4wh, most: 5}, "
        "escalate: {to: {fallback: desk}, how: gives, after: 1wd}, "
        "on_overdue: {transfer: next_up}, clock: keep}"
    )
    assert whole == Deadline(
        Span(days=2, working=True),
        Reminders((Span(days=1, working=True), TWO_HOURS), Span(time=timedelta(hours=4), working=True), 5),
        Escalation(Target(Superior.FALLBACK, "desk"), Escalates.GIVES, after=Span(days=1, working=True)),
        OnOverdue.TRANSFER,
        Target(Superior.NEXT_UP),
        Visits.KEEP,
    )
    stored = RULES.dump_python(StepRules(deadline=whole), mode="json", exclude_defaults=True)
    assert RULES.validate_python(stored).deadline == whole


def test_the_short_form_lists_the_reminders_before_the_end() -> None:
    assert read("{within: 3d, remind: [2wh]}") == Deadline(Span(days=3), Reminders((TWO_HOURS,)))
    assert read("{within: 90m, on_overdue: approve}").on_overdue is OnOverdue.APPROVE


@pytest.mark.parametrize(
    ("deadline", "path", "rule"),
    [
        ("{within: soon}", ".within", "NOT_A_SPAN"),
        ("{within: 1000wd}", ".within", "NOT_A_SPAN"),
        ("{within: 0wd}", ".within", "NOT_A_SPAN"),
        ("{remind: [1d]}", ".within", "REQUIRED"),
        ("{within: 1wd, remind: [2wd]}", ".remind[0]", "LONGER_THAN_WITHIN"),
        ("{within: 1d, escalate: {to: next_up, before: 2d}}", ".escalate.before", "LONGER_THAN_WITHIN"),
        ("{within: 1d, escalate: {to: boss}}", ".escalate.to", "NOT_A_CHOICE"),
        ("{within: 1d, escalate: {to: fallback}}", ".escalate.to", "FALLBACK_UNNAMED"),
        ("{within: 1d, escalate: {to: {fallback: nobody}}}", ".escalate.to.fallback", "UNKNOWN_FALLBACK"),
        ("{within: 1d, escalate: {to: administrator}}", ".escalate.to", "NO_ADMINISTRATORS"),
        ("{within: 1d, escalate: {how: tells}}", ".escalate.to", "REQUIRED"),
        ("{within: 1d, escalate: {to: next_up, before: 1h, after: 1h}}", ".escalate", "BEFORE_AND_AFTER"),
        ("{within: 1d, escalate: {to: next_up}, on_overdue: approve}", ".escalate", "NEVER_REACHED"),
        ("{within: 1d, remind: {every: 1h}, on_overdue: reject}", ".remind.every", "NEVER_REACHED"),
        ("{within: 1d, on_overdue: transfer}", ".on_overdue", "TARGET_UNNAMED"),
        (
            "{within: 1d, on_overdue: {transfer: {fallback: x}}}",
            ".on_overdue.transfer.fallback",
            "UNKNOWN_FALLBACK",
        ),
        ("{within: 1d, on_overdue: return, clock: keep}", ".clock", "KEPT_AND_RETURNED"),
    ],
)
def test_what_cannot_be_kept_is_refused(deadline: str, path: str, rule: str) -> None:
    assert (path, rule) in problems(deadline)
