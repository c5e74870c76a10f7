"""What is kept of an activity comes back from messages and from rows as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.money import Money
from services.marketing.configuration_mapping import configuration_from_message, configuration_to_message
from services.marketing.domain.change import Change
from services.marketing.domain.closure import Closure, Cost
from services.marketing.domain.terms import BudgetLine, Product, PromoItem, Terms
from services.marketing.mapping import activity_to_message, closure_from_message
from services.marketing.store.activity_rows import (
    activity_columns,
    activity_of,
    change_columns,
    change_of,
    fixed_columns,
    line_columns,
    terms_document,
    terms_of,
)
from services.marketing.store.delivered import configuration_of, delivered, document_of
from services.marketing.terms_mapping import terms_from_message, terms_to_message
from tests.builders.activities import NOW, an_activity

texts = st.text("abc甲乙丙1 ", max_size=8)
days = st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31))
amounts = st.builds(Money.from_minor, st.integers(1, 10**9))


def some(kind: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(kind, max_size=3).map(tuple)


def numbered(lines: list[BudgetLine]) -> tuple[BudgetLine, ...]:
    return tuple(
        BudgetLine(
            id=str(n), expense_type=line.expense_type, month=line.month, amount=line.amount, note=line.note
        )
        for n, line in enumerate(lines, 1)
    )


lines = st.lists(
    st.builds(
        BudgetLine,
        expense_type=texts,
        month=st.sampled_from(["", "2026-03"]),
        amount=amounts,
        note=texts,
    ),
    max_size=3,
).map(numbered)
every_terms = st.builds(
    Terms,
    title=texts,
    activity_class=texts,
    customers=some(st.sampled_from(["C000001", "C000002"])),
    products=some(st.builds(Product, texts, texts)),
    start_date=days,
    end_date=days,
    city=texts,
    address=texts,
    expected_result=texts,
    promo_items=some(st.builds(PromoItem, texts, st.integers(1, 10**6), texts)),
    lines=lines,
)
closures = st.builds(
    Closure,
    costs=some(st.builds(Cost, st.sampled_from("12"), amounts)),
    attendance=st.integers(0, 10**6),
    sales=st.none() | amounts,
    result=texts,
    evidence=some(texts),
)


@settings(max_examples=60)
@given(every_terms)
def test_terms_come_back_from_messages_and_documents(terms: Terms) -> None:
    assert terms_from_message(terms_to_message(terms)) == terms
    assert terms_of(terms_document(terms)) == terms


@settings(max_examples=60)
@given(closures)
def test_a_closure_comes_back_from_its_message(closure: Closure) -> None:
    activity = an_activity(closure=closure)
    assert closure_from_message(activity_to_message(activity).closure) == closure


@settings(max_examples=60)
@given(every_terms)
def test_an_activity_comes_back_from_its_rows(terms: Terms) -> None:
    activity = replace(an_activity(), terms=terms)
    row = fixed_columns(activity) | {key: _kept(value) for key, value in activity_columns(activity).items()}
    rows = [SimpleNamespace(**line) for line in line_columns(activity)]
    assert activity_of(SimpleNamespace(**row), rows) == activity


@settings(max_examples=30)
@given(every_terms, every_terms)
def test_a_change_comes_back_from_its_row(terms: Terms, before: Terms) -> None:
    change = Change(
        number="CH-2026-000001",
        activity="AC-2026-000001",
        requester="lihua",
        organisation="henan",
        terms=terms,
        before=before,
        purpose="改期",
        create_time=NOW,
        update_time=NOW,
    )
    fixed = {
        "number": change.number,
        "activity": change.activity,
        "requester": "lihua",
        "organisation": "henan",
        "created_at": NOW,
    }
    row = fixed | {key: _kept(value) for key, value in change_columns(change).items()}
    assert change_of(SimpleNamespace(**row)) == change


def test_a_configuration_comes_back_from_its_message_and_its_document() -> None:
    assert configuration_from_message(configuration_to_message(delivered())) == delivered()
    assert configuration_of(document_of(delivered())) == delivered()


def _kept(value: object) -> object:
    """As it comes out of the database: documents are what they hold."""
    return getattr(value, "obj", value)
