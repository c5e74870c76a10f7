"""What crosses the wire, or is stored, comes back as it was."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.files.intake import TYPES
from chassis.rpc.values import NameMalformed
from kernel.money import MINOR_UNITS, Money
from services.approval.domain.cases.case import CaseOutcome, CaseState, SealAnswer
from services.approval.domain.planning.route import Route, Until
from services.approval.domain.policies.ballot import Mode, Outcome
from services.approval.domain.policies.facts import Fact, FactType
from services.approval.domain.steps.states import ItemState
from services.approval.domain.steps.steps import Step, StepState
from services.approval.domain.steps.work_items import Decision
from services.approval.mapping import cases, names, protocol, routes, work_items
from services.approval.mapping.facts import fact_from_message, fact_to_message
from services.approval.store import rows
from services.approval.store.inbox_entries import boxes
from services.approval.use_cases.views import EffectState
from tests.builders.approval import NOW, a_plan, a_policy, a_policy_step, a_step, an_approver
from zhupi.approval.v1 import case_pb2
from zhupi.approval.v1.fact_pb2 import Fact as FactMessage

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
ids = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)
money = st.builds(
    Money.from_minor, st.integers(-(10**15), 10**15), st.sampled_from(sorted(set(MINOR_UNITS) - {"JPY"}))
)
facts: st.SearchStrategy[Fact] = st.one_of(
    st.builds(Fact, st.just(FactType.MONEY), money),
    st.builds(Fact, st.just(FactType.WHOLE), st.integers(-(2**63), 2**63 - 1)),
    st.builds(Fact, st.just(FactType.TEXT), words),
    st.builds(Fact, st.just(FactType.FLAG), st.booleans()),
    st.builds(Fact, st.just(FactType.DATE), st.dates()),
    st.builds(Fact, st.just(FactType.TEXTS), st.lists(words, max_size=5).map(tuple)),
    st.builds(Fact, st.just(FactType.PERSON), ids),
    st.builds(Fact, st.just(FactType.PEOPLE), st.lists(ids, max_size=5, unique=True).map(tuple)),
    st.builds(Fact, st.just(FactType.ORGANISATION), ids),
)


@given(facts)
def test_a_fact_crosses_the_wire_unchanged(fact: Fact) -> None:
    sent = fact_to_message(fact).SerializeToString()
    assert fact_from_message(FactMessage.FromString(sent)) == fact


@given(st.dictionaries(ids, facts, max_size=5))
def test_facts_are_stored_unchanged(kept: dict[str, Fact]) -> None:
    assert dict(rows.facts_of(rows.facts_json(kept))) == kept


@given(
    st.builds(
        Decision,
        st.sampled_from(Outcome),
        ids,
        st.datetimes(timezones=st.just(dt.UTC)),
        st.integers(1, 10**9),
        words,
    )
)
def test_a_decision_is_stored_unchanged(decision: Decision) -> None:
    assert rows.DECISION.validate_python(rows.decision_json(decision)) == decision


@pytest.mark.parametrize("mode", Mode)
def test_a_route_is_stored_unchanged(mode: Mode) -> None:
    steps = (a_policy_step("first", mode=mode), a_policy_step("second", when="amount > yuan(5000)"))
    route: Route = a_plan(a_policy(*steps))
    assert rows.ROUTE.validate_python(rows.ROUTE.dump_python(route, mode="json")) == route


@pytest.mark.parametrize(
    ("words", "table"),
    [
        (CaseState, cases.STATES),
        (CaseOutcome, cases.OUTCOMES),
        (EffectState, cases.EFFECT_STATES),
        (ItemState, work_items.STATES),
        (Outcome, work_items.DECISIONS),
        (Outcome, protocol.STEP_OUTCOMES),
        (StepState, protocol.STATES),
        (SealAnswer, protocol.ANSWERS),
        (Mode, routes.MODES),
        (Until, routes.UNTIL),
    ],
)
def test_every_word_of_the_domain_has_one_on_the_wire(words: type[Enum], table: dict[Any, Any]) -> None:
    assert set(table) == set(words)
    assert 0 not in table.values()


def test_of_the_cases_that_are_open_only_what_goes_on_is_shown_as_open() -> None:
    shown_open = {state for state, message in cases.STATES.items() if message == case_pb2.Case.STATE_OPEN}
    assert shown_open == {CaseState.OPEN, CaseState.SEALED}


def test_an_item_stands_in_the_lists_of_those_who_have_to_do_it_or_have_done_it() -> None:
    step: Step = a_step(an_approver("sunli", "zhoumin"))
    (item,) = step.items
    assert boxes(item) == {"sunli": "to_do", "zhoumin": "to_do"}
    claimed = step.claim(item.id, "sunli")
    assert boxes(claimed.items[0]) == {"sunli": "to_do", "zhoumin": ""}
    decided = claimed.decide(item.id, Decision(Outcome.APPROVED, "sunli", NOW, 1))
    assert boxes(decided.items[0]) == {"sunli": "done", "zhoumin": ""}
    assert boxes(step.cancel().items[0]) == {"sunli": "", "zhoumin": ""}


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("policies/expense-claim", ("expense-claim", None)),
        ("policies/expense-claim/versions/3", ("expense-claim", 3)),
    ],
)
def test_policies_are_named_with_or_without_a_version(name: str, read: tuple[str, int | None]) -> None:
    assert names.policy_in(name) == read


@pytest.mark.parametrize(
    "name", ["policies/", "policies/a/versions/0", "policies/a/versions/x", "a/b", "policies/A"]
)
def test_what_names_no_policy_is_refused(name: str) -> None:
    with pytest.raises(NameMalformed):
        names.policy_in(name)


def test_every_ending_that_is_allowed_names_its_type() -> None:
    assert all(kind.content_type.count("/") == 1 for kind in TYPES.values())
