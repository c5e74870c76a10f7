"""What an activity may say, and what the verbs make of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.decided import DocumentChanged, DocumentHasCase, EditedSince
from kernel.errors import IllegalTransition, Refusal
from kernel.money import Money
from services.marketing.domain.activity import Activity, StartInPast
from services.marketing.domain.closure import (
    Closure,
    ClosureBeforeStart,
    ClosureIncomplete,
    Cost,
    EvidenceMissing,
    must_have_evidence,
    overrun_of,
)
from services.marketing.domain.configuration import EvidenceKind
from services.marketing.domain.life import (
    NOT_BEGUN,
    TAKES_PLACE,
    TRANSITIONS,
    WORDS,
    ActivityState,
    ActivityVerb,
)
from services.marketing.domain.terms import (
    BudgetLine,
    NoBudgetLines,
    OverClassLimit,
    TermsIncomplete,
    UnknownLine,
    months_between,
)
from services.marketing.store.delivered import delivered
from tests.builders.activities import NOW, a_closure, a_line, an_activity, terms

TYPES = frozenset({"meeting", "travel"})
CONFIGURATION = delivered()


def faults(**said: object) -> dict[str, str]:
    """What is wrong with such terms: the rule by field."""
    try:
        terms(**said).check(CONFIGURATION, TYPES)
    except Refusal as refusal:
        return {violation.field: violation.rule for violation in refusal.violations}
    return {}


def test_terms_that_are_right_are_not_refused() -> None:
    assert faults() == {}
    assert faults(start_date=None, end_date=None, activity_class="", lines=()) == {}


@pytest.mark.parametrize(
    ("said", "field", "rule"),
    [
        ({"end_date": date(2026, 3, 8)}, "end_date", "DATES_REVERSED"),
        ({"end_date": date(2026, 9, 30)}, "end_date", "ACTIVITY_TOO_LONG"),
        ({"start_date": date(1026, 3, 9)}, "end_date", "DATE_OUT_OF_REACH"),
        ({"activity_class": "concert"}, "activity_class", "UNKNOWN_CLASS"),
        ({"activity_class": "academic"}, "activity_class", "CLASS_HAS_SUBCLASSES"),
        ({"lines": (a_line(0),)}, "lines[0]", "AMOUNT_NOT_POSITIVE"),
        ({"lines": (a_line(), a_line(expense_type="yacht"))}, "lines[1]", "UNKNOWN_EXPENSE_TYPE"),
        ({"lines": (a_line(month="2026-04"),)}, "lines[0]", "LINE_MONTH_OUTSIDE"),
    ],
)
def test_what_is_wrong_is_named(said: dict[str, object], field: str, rule: str) -> None:
    found = faults(**said)
    assert {name.partition(".")[0]: why for name, why in found.items()} == {field: rule}


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = faults(activity_class="concert", end_date=date(2026, 3, 1), lines=(a_line(0), a_line(-1)))
    assert len(found) == 4


def test_lines_of_two_currencies_are_refused() -> None:
    other = BudgetLine(expense_type="meeting", amount=Money.of(5, "USD"))
    assert "MIXED_CURRENCIES" in faults(lines=(a_line(), other)).values()


def test_over_the_year_s_end_lines_may_be_of_either_year() -> None:
    lines = (a_line(month="2026-12"), a_line(month="2027-01"))
    assert faults(start_date=date(2026, 12, 30), end_date=date(2027, 1, 2), lines=lines) == {}


def test_a_line_without_a_month_is_of_the_first_day_s() -> None:
    assert [line.month for line in an_activity().terms.lines] == ["2026-03", "2026-03"]


def test_lines_keep_their_ids_and_those_that_were_taken_out_do_not_come_back() -> None:
    activity = an_activity()
    assert [line.id for line in activity.terms.lines] == ["1", "2"]
    kept = activity.terms.lines[1]
    edited = activity.edit(terms(lines=(kept, a_line(7))), (), at=NOW)
    assert [line.id for line in edited.terms.lines] == ["2", "3"]
    with pytest.raises(UnknownLine):
        edited.edit(terms(lines=(a_line(id_="1"),)), (), at=NOW)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"title": ""}, TermsIncomplete),
        ({"start_date": None}, TermsIncomplete),
        ({"lines": ()}, NoBudgetLines),
        ({"start_date": date(2026, 3, 1)}, StartInPast),
        ({"activity_class": "department-meeting", "lines": (a_line(20_001),)}, OverClassLimit),
    ],
)
def test_what_is_not_ready_is_not_submitted(said: dict[str, object], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        an_activity(terms=terms(**said)).submit(CONFIGURATION, at=NOW)


def test_an_activity_may_begin_on_the_very_day() -> None:
    assert an_activity(terms=terms(start_date=date(2026, 3, 2))).submit(CONFIGURATION, at=NOW).version == 1


def test_a_copy_moves_by_as_many_days_and_its_lines_by_months() -> None:
    moved = terms(lines=(a_line(month="2026-03"),)).moved_to(date(2026, 5, 4))
    assert (moved.start_date, moved.end_date) == (date(2026, 5, 4), date(2026, 5, 5))
    assert [(line.month, line.id) for line in moved.lines] == [("2026-05", "")]


@given(
    st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    st.integers(0, 179),
    st.dates(date(2026, 1, 1), date(2030, 12, 31)),
)
def test_a_copy_of_what_is_right_is_right(first: date, days: int, start: date) -> None:
    last = first + timedelta(days=days)
    lines = tuple(a_line(month=month) for month in months_between(first, last))
    moved = terms(start_date=first, end_date=last, lines=lines).moved_to(start)
    moved.check(CONFIGURATION, TYPES)


def test_only_the_version_that_was_submitted_can_be_decided_on() -> None:
    submitted = an_activity().submit(CONFIGURATION, at=NOW)
    with pytest.raises(DocumentChanged):
        submitted.deciding_on(2)


def test_a_draft_that_was_returned_is_not_deleted_under_its_case() -> None:
    returned = an_activity().submit(CONFIGURATION, at=NOW).give_back("改", at=NOW)
    with pytest.raises(DocumentHasCase):
        returned.delete(at=NOW)


def test_what_was_edited_since_is_not_reopened() -> None:
    withdrawn = an_activity().submit(CONFIGURATION, at=NOW).withdraw("不办", at=NOW)
    assert withdrawn.reopen("还是办", CONFIGURATION, at=NOW).case_open
    with pytest.raises(EditedSince):
        withdrawn.edit(terms(title="别的"), (), at=NOW).reopen("还是办", CONFIGURATION, at=NOW)


def test_a_withdrawal_after_the_approval_cancels() -> None:
    approved = an_activity().submit(CONFIGURATION, at=NOW).approve(at=NOW)
    assert approved.withdraw("不办", at=NOW).state is ActivityState.CANCELLED


def test_nothing_is_closed_that_has_not_begun() -> None:
    for state in NOT_BEGUN:
        with pytest.raises(ClosureBeforeStart):
            an_activity(state=state).edit_closure(a_closure(), at=NOW)


def test_a_closure_says_what_each_line_cost_and_what_came_of_it() -> None:
    over = an_activity(state=ActivityState.TO_CLOSE)
    for closure in (a_closure(3000), a_closure(result=""), Closure()):
        with pytest.raises(ClosureIncomplete):
            over.edit_closure(closure, at=NOW).submit_closure("lihua", at=NOW)


@pytest.mark.parametrize(
    ("actual", "amount", "basis_points", "percent"),
    [
        ((3000, 2000), 0, 0, 0),
        ((3300, 2000), 300, 1000, 10),
        ((3301, 1000), 301, 1004, 11),
        ((2000, 2500), 500, 2500, 25),
        ((0, 0), 0, 0, 0),
    ],
)
def test_an_overrun_is_the_largest_of_lines_and_total(
    actual: tuple[int, int], amount: int, basis_points: int, percent: int
) -> None:
    activity = an_activity()
    found = overrun_of(a_closure(*actual), activity.terms)
    assert (found.amount, found.basis_points, found.percent) == (Money.of(amount), basis_points, percent)


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_whatever_is_above_ten_per_cent_is_above_ten(planned: int, actual: int) -> None:
    line = a_line()
    of = terms(lines=(type(line)(id="1", expense_type="meeting", amount=Money.from_minor(planned)),))
    found = overrun_of(Closure(costs=(Cost("1", Money.from_minor(actual)),)), of)
    assert (found.percent > 10) == (actual * 10 > planned * 11)


def test_missing_evidence_is_counted_by_kind() -> None:
    needed = CONFIGURATION.evidence_needed("academic-meeting")
    with pytest.raises(EvidenceMissing) as caught:
        must_have_evidence(needed, [EvidenceKind.PHOTO])
    assert caught.value.values["missing"] == "PHOTO 1/2, SIGN_IN_SHEET 0/1"


def test_settling_makes_claimable_what_the_closure_says_for_as_long_as_is_configured() -> None:
    closing = an_activity(state=ActivityState.CLOSURE_IN_APPROVAL, closure=a_closure(2800, 2000))
    settled = closing.settle((), 90, at=NOW)
    assert settled.claimable == a_closure(2800, 2000).costs
    assert settled.claimable_until == date(2026, 5, 31)


def test_an_activity_that_was_ended_early_is_over_on_that_day() -> None:
    running = an_activity(state=ActivityState.RUNNING, terms=terms(start_date=date(2026, 3, 1)))
    ended = running.end_early("讲完了", date(2026, 3, 30), at=NOW)
    assert ended.last_day == date(2026, 3, 2)


def test_every_state_and_verb_has_words_and_a_way() -> None:
    assert set(WORDS) == {*ActivityState, *ActivityVerb}
    assert {verb for _, verb in TRANSITIONS} == set(ActivityVerb)
    assert TAKES_PLACE.isdisjoint(NOT_BEGUN - {ActivityState.IN_APPROVAL, ActivityState.APPROVED})


@given(st.sampled_from(ActivityState), st.sampled_from(ActivityVerb))
def test_a_verb_that_the_state_does_not_know_is_refused_in_both_languages(
    state: ActivityState, verb: ActivityVerb
) -> None:
    verbs = {
        ActivityVerb.CANCEL: lambda a: a.cancel("x", at=NOW),
        ActivityVerb.START: lambda a: a.start(at=NOW),
        ActivityVerb.CLOSE: lambda a: a.close(at=NOW),
        ActivityVerb.DELETE: lambda a: a.delete(at=NOW),
        ActivityVerb.APPROVE: lambda a: a.approve(at=NOW),
    }
    if verb not in verbs or (state, verb) in TRANSITIONS:
        return
    activity: Activity = an_activity(state=state)
    with pytest.raises(IllegalTransition) as caught:
        verbs[verb](activity)
    assert caught.value.text.zh
