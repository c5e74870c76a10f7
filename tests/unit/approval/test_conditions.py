"""Conditions: typed before they are published, and never a surprise afterwards."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money
from services.approval.domain.policies.conditions import ConditionFailed, can_be_named, conditions_over
from services.approval.domain.policies.facts import Fact, FactOfWrongType, FactType

TYPES = {
    "amount": FactType.MONEY,
    "days": FactType.WHOLE,
    "city": FactType.TEXT,
    "urgent": FactType.FLAG,
    "ends_on": FactType.DATE,
    "kinds": FactType.TEXTS,
    "claimant": FactType.PERSON,
    "office": FactType.ORGANISATION,
}
FACTS = {
    "amount": Fact(FactType.MONEY, Money.of("5000")),
    "days": Fact(FactType.WHOLE, 3),
    "city": Fact(FactType.TEXT, "郑州"),
    "urgent": Fact(FactType.FLAG, True),
    "ends_on": Fact(FactType.DATE, date(2026, 11, 20)),
    "kinds": Fact(FactType.TEXTS, ("travel", "meals")),
    "claimant": Fact(FactType.PERSON, "wangfang"),
    "office": Fact(FactType.ORGANISATION, "henan"),
}
CONDITIONS = conditions_over(TYPES)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("amount >= yuan(5000)", True),
        ("amount > yuan(5000)", False),
        ("amount == 500000", True),
        ("days == 3 && urgent", True),
        ("city == '郑州'", True),
        ("'travel' in kinds", True),
        ("kinds.exists(kind, kind == 'gifts')", False),
        ("ends_on >= timestamp('2026-11-20T00:00:00Z')", True),
        ("ends_on.getMonth() == 10 && ends_on.getDate() == 20", True),
        ("claimant == 'wangfang' && office.startsWith('he')", True),
    ],
)
def test_a_condition_is_met_or_not(expression: str, expected: bool) -> None:
    assert CONDITIONS.find_problem(expression) is None
    assert CONDITIONS.holds(expression, FACTS) is expected


@pytest.mark.parametrize(
    ("expression", "rule"),
    [
        ("budget > 1", "UNKNOWN_FACT"),
        ("now() > ends_on", "UNKNOWN_FACT"),
        ("amount > 'many'", "TYPE_ERROR"),
        ("amount > 5000.0", "TYPE_ERROR"),
        ("amount", "TYPE_ERROR"),
        ("amount + days", "TYPE_ERROR"),
        ("urgent ? 'yes' : 'no'", "TYPE_ERROR"),
        ("dyn(urgent)", "TYPE_ERROR"),
        ("yuan('5000') < amount", "TYPE_ERROR"),
        ("amount >", "SYNTAX_ERROR"),
        ("", "SYNTAX_ERROR"),
        ("金额 > 1", "SYNTAX_ERROR"),
        ("(" * 400 + "urgent" + ")" * 400, "SYNTAX_ERROR"),
        ("amount > 99999999999999999999", "SYNTAX_ERROR"),
        ("\ud800", "SYNTAX_ERROR"),
        ("false", "NEVER_TRUE"),
        ("false && amount > 1", "NEVER_TRUE"),
        ("days / 0 > 1", "ALWAYS_FAILS"),
        ("city.matches('(')", "ALWAYS_FAILS"),
        ("amount > yuan(9000000000000000000)", "ALWAYS_FAILS"),
    ],
)
def test_what_cannot_be_a_condition_is_said_before_it_is_published(expression: str, rule: str) -> None:
    found = CONDITIONS.find_problem(expression)
    assert found is not None
    assert found.rule == rule
    assert found.text.zh != found.text.en


def test_an_evaluation_without_a_value_is_a_refusal_not_a_yes() -> None:
    assert CONDITIONS.find_problem("amount / days > 1") is None
    with pytest.raises(ConditionFailed, match="divide by zero"):
        CONDITIONS.holds("amount / days > 1", FACTS | {"days": Fact(FactType.WHOLE, 0)})


def test_a_condition_that_takes_too_long_is_stopped() -> None:
    many = Fact(FactType.TEXTS, tuple(str(n) for n in range(60)))
    endless = "kinds.all(a, kinds.all(b, kinds.all(c, kinds.all(d, a + b + c + d != 'x'))))"
    with pytest.raises(ConditionFailed, match="Iteration budget"):
        CONDITIONS.holds(endless, FACTS | {"kinds": many})


def test_a_failed_evaluation_leaves_nothing_behind_for_the_next() -> None:
    for _ in range(3):
        with pytest.raises(ConditionFailed):
            CONDITIONS.holds("days / 0 > 1", FACTS)
        assert CONDITIONS.holds("days == 3", FACTS)


SQUARED = "['a']" + ".map(x,x+x+x+x+x+x+x+x+x+x+x+x+x+x+x+x)" * 9 + " == ['a']"
WITHIN = "[{}].exists(b, [[b,b,b,b,b,b,b,b]].exists(c, [[c,c,c,c,c,c,c,c]].exists(d, d == d)))"


@pytest.mark.parametrize(
    "expression",
    [
        SQUARED,
        "['a'].exists(x, x + x == city)",
        "kinds + kinds == kinds",
        "b'a' + b'a' == b'a'",
        "dyn(city) + dyn(city) == dyn(city)",
        "[city, 1][0] + [city, 1][0] == dyn(1)",
        "{'a': city, 'b': 1}.a + 'x' == dyn(1)",
        WITHIN.format("[1]"),
        "kinds.map(a, a + a).size() == 1",
        "[kinds].exists(a, (a + a).size() == 1)",
        "kinds.map(a, a).filter(a, a != '').exists(a, a == '')",
        "kinds.all(a, kinds.all(b, kinds.all(c, a != b || b != c)))",
        "urgent ? {'a': kinds.all(a, kinds.all(b, kinds.all(c, a != b || b != c)))}.a : false",
    ],
)
def test_what_could_grow_past_all_memory_is_never_evaluated(expression: str) -> None:
    found = CONDITIONS.find_problem(expression)
    assert found is not None
    assert found.rule == "TOO_COSTLY"


@pytest.mark.parametrize(
    "expression",
    [
        "amount + yuan(1) > yuan(2)",
        "ends_on + duration('24h') > timestamp('2026-11-20T00:00:00Z')",
        "1.5 + 1.5 > double(days)",
        "kinds.exists(a, a == 'x') || kinds.exists(b, b == 'y') || kinds.exists(c, c == 'z')",
        "kinds.filter(a, a != '').exists(a, a == 'x')",
        "kinds.filter(a, a != '').map(a, size(a)) == [1]",
        "kinds.all(a, kinds.exists_one(b, a == b))",
    ],
)
def test_what_people_need_is_not_too_costly(expression: str) -> None:
    assert CONDITIONS.find_problem(expression) is None


@pytest.mark.parametrize("key", ["in", "true", "null", "int", "package", "list", "type"])
def test_words_of_the_language_cannot_name_facts(key: str) -> None:
    assert not can_be_named(key)


def test_other_words_can() -> None:
    assert can_be_named("amount")
    assert can_be_named("total_days")


@pytest.mark.parametrize(
    ("type", "value"),
    [
        (FactType.WHOLE, True),
        (FactType.FLAG, 1),
        (FactType.MONEY, 5),
        (FactType.TEXTS, ["a"]),
        (FactType.DATE, "2026-01-01"),
        (FactType.TEXT, 1),
    ],
)
def test_a_fact_is_of_the_type_that_it_says(type: FactType, value: object) -> None:
    with pytest.raises(FactOfWrongType):
        Fact(type, value)  # type: ignore[arg-type]  # what must be refused


@given(st.text(max_size=60) | st.text(st.sampled_from("amount daysity<>=!&|()'\"0123.[]{}?:"), max_size=40))
def test_no_text_whatever_breaks_the_check(expression: str) -> None:
    found = CONDITIONS.find_problem(expression)
    if found is None:
        # It may be without a value for these very facts.
        with suppress(ConditionFailed):
            assert CONDITIONS.holds(expression, FACTS) in (True, False)
