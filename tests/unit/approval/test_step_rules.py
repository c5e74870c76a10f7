"""Settings of a step: written in a policy, kept with route and step, and the same after the database."""

from __future__ import annotations

from datetime import timedelta

from services.approval.domain.policies.settings.acting import Acting, Begins
from services.approval.domain.policies.settings.copying import Copied, Copying
from services.approval.domain.policies.settings.deadline import Deadline, Reminders
from services.approval.domain.policies.settings.privileges import Privilege, Privileges
from services.approval.domain.policies.settings.returning import Returning, Returns
from services.approval.domain.policies.settings.unattended import Announce, Automatic, Unattended
from services.approval.domain.policies.settings.visibility import Allocated, Unallocated, Visibility
from services.approval.domain.policies.sources import ManagerSource
from services.approval.domain.policies.step_rules import PLAIN, StepRules
from services.approval.domain.time.spans import Span
from services.approval.policy_text.reading import read_policy
from services.approval.store.rows import RULES

POLICY = """
process: seal-use
title: {zh: 用章, en: Seal use}
stages:
  use:
    title: {zh: 用章, en: Use}
    steps:
      - key: head
        title: {zh: 负责人, en: Head}
        approvers: [{post: head}]
        skippable: true
        undo: 10m
        begins: on_allocation
        urge: 1h
        offer: true
        returns: come_back
        redo: true
        announce: early
        deadline: {within: 2d, remind: [4h]}
        visible: {unallocated: candidates, allocated: assignee}
        withhold: [transfer, return]
        cc: {when: ended, people: [{manager: 2}]}
      - key: note
        title: {zh: 知会, en: Note}
        approvers: [{post: clerk}]
        automatic: notify
"""
RULED = StepRules(
    Acting(True, timedelta(minutes=10), Begins.ON_ALLOCATION, timedelta(hours=1), offers=True),
    Returning(Returns.COME_BACK, True),
    Unattended(None, Announce.EARLY),
    Deadline(Span(days=2), Reminders((Span(time=timedelta(hours=4)),))),
    Visibility(Unallocated.CANDIDATES, Allocated.ASSIGNEE),
    Privileges((Privilege.TRANSFER, Privilege.RETURN)),
    Copying(Copied.ENDED),
)


def test_settings_are_read_subject_by_subject() -> None:
    policy, problems = read_policy(POLICY)
    assert policy is not None, problems
    head, note = policy.stages[0].steps
    assert head.rules == RULED
    assert head.copied == (ManagerSource(2),)
    assert note.rules == StepRules(unattended=Unattended(Automatic.NOTIFY))


def test_rules_survive_the_database_and_plain_ones_take_no_room() -> None:
    assert RULES.validate_python(RULES.dump_python(RULED, mode="json", exclude_defaults=True)) == RULED
    assert RULES.dump_python(PLAIN, mode="json", exclude_defaults=True) == {}
    assert RULES.validate_python({}) == PLAIN
