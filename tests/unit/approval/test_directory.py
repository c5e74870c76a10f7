"""The directory as it is on one day."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from kernel.text import Text
from services.approval.domain.people.directory import (
    Assignment,
    Directory,
    Organisation,
    Person,
    Post,
    ReportingLine,
)
from services.approval.domain.people.periods import Period
from tests.builders.approval import TODAY, a_directory, text

JUNE, JULY = date(2026, 6, 30), date(2026, 7, 1)
UNTIL_JUNE, FROM_JULY = Period(None, JUNE), Period(JULY, None)

days = st.dates(date(2026, 1, 1), date(2026, 1, 6))
periods = st.builds(Period, st.none() | days, st.none() | days).filter(lambda p: p.begins <= p.ends)


def test_a_period_includes_its_first_and_its_last_day() -> None:
    period = Period(date(2026, 1, 1), date(2026, 1, 31))
    assert period.covers(date(2026, 1, 1))
    assert period.covers(date(2026, 1, 31))
    assert not period.covers(date(2026, 2, 1))


def test_periods_that_follow_each_other_cover_and_those_with_a_day_between_do_not() -> None:
    first, last = Period(None, date(2026, 1, 2)), Period(date(2026, 1, 3), None)
    assert Period().is_covered_by([last, first])
    assert not Period().is_covered_by([first, Period(date(2026, 1, 4), None)])


@given(periods, st.lists(periods, max_size=4))
def test_a_period_is_covered_when_each_of_its_days_is(period: Period, others: list[Period]) -> None:
    # Whatever is open on a side goes on beyond these days.
    window = [date(2025, 12, 1) + timedelta(n) for n in range(60)]
    every = all(
        any(other.covers(day) for other in others)
        for day in [*window, date.min, date.max]
        if period.covers(day)
    )
    assert period.is_covered_by(others) == every


@given(periods, periods)
def test_periods_overlap_when_they_share_a_day(one: Period, other: Period) -> None:
    assert one.overlaps(other) == other.overlaps(one)
    assert one.overlaps(other) == (max(one.begins, other.begins) <= min(one.ends, other.ends))


def test_an_office_that_moves_is_under_its_new_region_from_that_day() -> None:
    moved = a_directory(
        organisations=(
            Organisation("hq", text("hq")),
            Organisation("central", text("central"), "hq"),
            Organisation("east", text("east"), "hq"),
            Organisation("henan", text("henan"), "central", UNTIL_JUNE),
            Organisation("henan", text("henan"), "east", FROM_JULY),
        )
    )
    assert [place.id for place in moved.as_of(JUNE).upwards("henan")] == ["henan", "central", "hq"]
    assert [place.id for place in moved.as_of(JULY).upwards("henan")] == ["henan", "east", "hq"]


def test_a_post_is_held_by_those_who_are_assigned_and_active_on_the_day() -> None:
    directory = Directory(
        1,
        organisations=(Organisation("hq", text("hq")), Organisation("shut", text("shut"), period=UNTIL_JUNE)),
        people=(Person("a", "a"), Person("b", "b", period=UNTIL_JUNE), Person("c", "c"), Person("d", "d")),
        posts=(Post("director", text("director"), ("finance",)),),
        assignments=(
            Assignment("a", "director", "hq", FROM_JULY),
            Assignment("b", "director", "hq"),
            Assignment("c", "director", "shut"),
            Assignment("nobody", "director", "hq"),
        ),
    )
    before, after = directory.as_of(JUNE), directory.as_of(JULY)
    assert before.holders("director") == ("b", "c")
    assert after.holders("director") == ("a",)
    assert before.holders("director", "hq") == ("b",)
    assert after.holders("unknown") == ()
    assert [before.roles(person) for person in "abd"] == [frozenset(), {"finance"}, frozenset()]


def test_managers_are_told_nearest_first_and_those_who_left_are_passed_over() -> None:
    directory = a_directory(
        people=tuple(
            Person(name, name, period=UNTIL_JUNE if name == "lihua" else Period())
            for name in ("wangfang", "lihua", "zhaoqiang", "qianlei")
        )
    )
    assert list(directory.as_of(JUNE).managers("wangfang")) == ["lihua", "zhaoqiang", "qianlei"]
    assert list(directory.as_of(JULY).managers("wangfang")) == ["zhaoqiang", "qianlei"]
    assert list(directory.as_of(JULY).managers("nobody")) == []


def test_a_reporting_line_holds_on_its_days() -> None:
    lines = (ReportingLine("wangfang", "lihua", UNTIL_JUNE), ReportingLine("wangfang", "qianlei", FROM_JULY))
    directory = a_directory(reporting_lines=lines)
    assert list(directory.as_of(JUNE).managers("wangfang")) == ["lihua"]
    assert list(directory.as_of(JULY).managers("wangfang")) == ["qianlei"]


def test_lookups_end_also_in_a_directory_that_breaks_the_rules() -> None:
    broken = a_directory(
        organisations=(Organisation("a", text("a"), "b"), Organisation("b", text("b"), "a")),
        reporting_lines=(ReportingLine("wangfang", "lihua"), ReportingLine("lihua", "wangfang")),
    ).as_of(TODAY)
    assert [place.id for place in broken.upwards("a")] == ["a", "b"]
    assert list(broken.managers("wangfang")) == ["lihua"]


@given(st.randoms(use_true_random=False))
def test_the_order_in_which_rows_are_given_does_not_matter(random: Random) -> None:
    directory = a_directory()
    tables = ("organisations", "people", "posts", "assignments", "reporting_lines")
    shuffled = {}
    for table in tables:
        rows = list(getattr(directory, table))
        random.shuffle(rows)
        shuffled[table] = tuple(rows)
    assert Directory(7, **shuffled) == directory


def test_a_title_is_there_in_both_languages() -> None:
    found = a_directory().as_of(TODAY).organisation("henan")
    assert found is not None
    assert found.title == Text("河南办", "Henan")


def test_the_holder_of_a_head_post_is_responsible_for_the_organisation_and_all_below_it() -> None:
    posts = (Post("regional-director", text("director"), head=True), Post("general-manager", text("manager")))
    directory = a_directory(posts=posts).as_of(TODAY)
    assert directory.responsible_for("zhaoqiang") == {"central", "henan", "hubei"}
    assert directory.responsible_for("qianlei") == frozenset()
