"""From the spans of a case to where its waits were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bench.waits import DECISION, OPENED, SERVER, SIGNAL, Span, by_title, waits_of

CASE = "cases/expense-claim/EC-2026-000001/1"
BEGIN = datetime(2026, 11, 22, tzinfo=UTC)


def a_span(
    title: str, began: int, took: int = 1, *, id: str = "", parent: str = "", of_case: str = CASE
) -> Span:
    """Milliseconds."""
    began_at, duration = BEGIN + timedelta(milliseconds=began), timedelta(milliseconds=took)
    return Span(id or f"{title}@{began}", parent, title, "approval", SERVER, began_at, duration, of_case)


TWO_DECISIONS = [
    a_span(DECISION, 0, 10, id="first"),
    a_span(SIGNAL, 15, 8, parent="first", of_case=""),
    a_span("RunActivity:approval.OpenStep", 43),
    a_span(OPENED[0], 45, 20),
    a_span(DECISION, 100, 10, id="second"),
]


def test_every_stretch_between_a_decision_and_the_next_step_is_told() -> None:
    found = {title: spread.p50 for title, spread in waits_of(TWO_DECISIONS).rows()}

    assert list(found.values()) == pytest.approx([10, 5, 8, 20, 2, 20])


def test_the_last_decision_opens_no_step_and_counts_nowhere() -> None:
    assert {spread.count for _, spread in waits_of(TWO_DECISIONS).rows()} == {1}
    assert {spread.count for _, spread in waits_of(TWO_DECISIONS[:1]).rows()} == {0}


@pytest.mark.parametrize("lost", range(1, 4))
def test_where_a_span_was_lost_nothing_is_guessed(lost: int) -> None:
    kept = [span for n, span in enumerate(TWO_DECISIONS) if n != lost]

    assert {spread.count for _, spread in waits_of(kept).rows()} == {0}


def test_other_cases_do_not_get_in_between() -> None:
    others = [
        Span(
            f"other {s.id}",
            s.parent and f"other {s.parent}",
            s.title,
            "approval",
            2,
            s.began,
            s.took,
            s.of_case + "9",
        )
        for s in TWO_DECISIONS
    ]

    assert {spread.count for _, spread in waits_of([*TWO_DECISIONS, *others]).rows()} == {2}


def test_spans_of_a_title_are_counted_by_case_and_the_longest_come_first() -> None:
    (first, often, spread, in_all), *others = by_title([*TWO_DECISIONS, a_span(DECISION, 200, 4)], cases=2)

    assert (first, often, spread.count) == (f"approval: {DECISION}", 1.5, 3)
    assert in_all == pytest.approx(12)
    assert next(title for title, *_ in others) == f"approval: {OPENED[0]}"
