"""What a rule does to a step: decides what is open, hears who has decided, and gives work to whoever may have it."""

from __future__ import annotations

from datetime import timedelta

from kernel.actor import SYSTEM_ID
from services.approval.domain.policies.ballot import Mode, Outcome, Terms
from services.approval.domain.steps.by_rule import decided_by_rule, given_by_rule, in_turn
from services.approval.domain.steps.states import ItemState
from services.approval.domain.steps.steps import StepState
from services.approval.store.inbox_entries import boxes
from tests.builders.approval import a_decision, a_step, an_approver

BY_RULE = a_decision(SYSTEM_ID)


def test_a_rule_decides_also_what_was_put_aside_or_not_its_turn_yet() -> None:
    step = a_step(an_approver("lihua"), an_approver("zhaoqiang"), mode=Mode.SEQUENTIAL)
    aside = step.suspend(step.items[0].id, "lihua")
    ended = decided_by_rule(aside, BY_RULE)
    assert (ended.state, ended.outcome) == (StepState.COMPLETED, Outcome.APPROVED)
    assert [item.state for item in ended.items] == [ItemState.DONE, ItemState.DONE]
    assert ended.completion == BY_RULE


def test_a_rejection_that_was_said_before_is_heard_though_the_rule_approves() -> None:
    everyone = an_approver("lihua"), an_approver("zhaoqiang")
    step = a_step(*everyone, mode=Mode.ALL, terms=Terms(waits=True))
    rejected = step.decide(step.items[0].id, a_decision("lihua", Outcome.REJECTED))
    assert rejected.state is StepState.OPEN
    ended = decided_by_rule(rejected, BY_RULE)
    assert ended.completion is not None
    assert (ended.outcome, ended.completion.by) == (Outcome.REJECTED, "lihua")


def test_what_a_rule_has_decided_nobody_takes_back_and_it_stands_in_nobodys_list_of_things_done() -> None:
    step = a_step(an_approver("lihua"), undo=timedelta(minutes=10))
    ended = decided_by_rule(step, BY_RULE)
    assert ended.is_delivered
    assert SYSTEM_ID not in boxes(ended.items[0])


def test_work_is_given_to_those_who_may_have_it_and_nobody_gets_two_shares() -> None:
    step = a_step(an_approver("lihua"), an_approver("zhaoqiang"), mode=Mode.ALL)
    first, second = (item.id for item in step.items)
    to = {first: ("zhaoqiang", "wangfang", "qianlei"), second: ("qianlei",)}
    given = given_by_rule(step, to)
    assert [item.candidates for item in given.items] == [("qianlei",), ("zhaoqiang",)]
    assert given.items[0].state is ItemState.ALLOCATED
    pool = given_by_rule(step, {first: ("qianlei", "wuhao")})
    assert (pool.items[0].state, pool.items[0].assignee) == (ItemState.OFFERED, "")
    assert in_turn(pool) == pool.items


def test_work_for_which_there_is_nobody_stays_where_it_is() -> None:
    step = a_step(an_approver("lihua"))
    assert given_by_rule(step, {step.items[0].id: ("wangfang", "lihua")}) == step
