"""Sheets into a directory: whole, or every wrong row named and nothing taken in."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.sheets import RowRefusal, Sheet
from kernel.text import Text
from services.approval.domain.people.directory import (
    Assignment,
    Directory,
    Organisation,
    Person,
    Post,
    ReportingLine,
)
from services.approval.domain.people.directory_import import MOST_REFUSALS, export_directory, import_directory
from services.approval.domain.people.directory_rules import Arrow, Entries, Table, _cycles, find_faults
from services.approval.domain.people.periods import ALWAYS, Period
from tests.builders.approval import a_directory, text

ids = st.sampled_from("abcdefgh")
days = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 9))
periods = st.builds(Period, days, days).filter(lambda p: p.begins <= p.ends)
JUNE, JULY = date(2026, 6, 30), date(2026, 7, 1)


def sheets(**changes: list[list[str]]) -> list[Sheet]:
    """The sheets of the small directory; `changes` add rows to them."""
    return [
        Sheet(sheet.name, [*sheet.rows, *changes.get(sheet.name.replace("-", "_"), [])])
        for sheet in export_directory(a_directory())
    ]


def refused(*book: Sheet) -> list[tuple[str, int, str, str]]:
    found = import_directory(book or sheets(), 1)
    assert isinstance(found, tuple), "should have been refused"
    return [(one.sheet, one.line, one.column, one.rule) for one in found]


def test_what_is_exported_is_imported_again() -> None:
    assert import_directory(sheets(), 7) == a_directory()


def test_sheets_and_columns_are_known_by_their_chinese_and_english_titles() -> None:
    [organisations, people, posts, assignments, lines, _] = sheets()
    heading = ["登录名", "姓名", "拼音", "所属组织", "职级", "邮箱", "生效日期", "最后一天"]
    chinese = Sheet("人员", [heading, *people.rows[1:]])
    english = Sheet("Reporting lines", [["Person", "MANAGER", "From", "To"], *lines.rows[1:]])
    note = Sheet("说明", [["随便写"]])
    assert import_directory([note, organisations, chinese, posts, assignments, english], 7) == a_directory()


def test_capabilities_may_be_missing_and_are_dated_and_belong_to_people_who_are_there() -> None:
    able = [
        ["lihua", "signing-level", "3", "", ""],
        ["lihua", "german", "", "2026-01-01", ""],
    ]
    found = import_directory(sheets(capabilities=able), 7)
    assert isinstance(found, Directory)
    assert import_directory(export_directory(found), 7) == found
    german, signing = found.capabilities
    assert (signing.person, signing.key, signing.value) == ("lihua", "signing-level", "3")
    assert german.period == Period(date(2026, 1, 1), None)
    assert import_directory(sheets()[:5], 7) == a_directory()
    twice = [*able, ["lihua", "german", "2", "2026-05-01", ""], ["nobody", "german", "", "", ""]]
    assert refused(*sheets(capabilities=twice)) == [
        ("capabilities", 4, "person", "OVERLAPS"),
        ("capabilities", 5, "person", "UNKNOWN_PERSON"),
    ]


def test_blank_rows_are_passed_over_and_lines_still_count_them() -> None:
    blank_then_wrong = [["", "", "", ""], ["wangfang", "nobody", "", ""]]
    line = len(export_directory(a_directory())[4].rows) + 2
    found = refused(*sheets(reporting_lines=blank_then_wrong))
    assert ("reporting-lines", line, "manager", "UNKNOWN_PERSON") in found


@pytest.mark.parametrize("written", ["2026-01-31", "2026/1/31", "2026.1.31", "2026年1月31日", "20260131"])
def test_days_are_read_as_people_write_them(written: str) -> None:
    row = ["new", "新人", "", "", "", "", written, ""]
    found = import_directory(sheets(people=[row]), 1)
    assert isinstance(found, Directory)
    assert found.index.people["new"][0].period == Period(date(2026, 1, 31), None)


@pytest.mark.parametrize(
    ("table", "row", "column", "rule"),
    [
        ("organisations", ["", "名", "", "", "", ""], "id", "REQUIRED"),
        ("organisations", ["x y", "名", "", "", "", ""], "id", "NOT_AN_ID"),
        ("organisations", ["Ünï", "名", "", "", "", ""], "id", "NOT_AN_ID"),
        ("organisations", ["x" * 61, "名", "", "", "", ""], "id", "NOT_AN_ID"),
        ("organisations", ["new", "", "", "", "", ""], "name", "REQUIRED"),
        ("organisations", ["new", "名" * 101, "", "", "", ""], "name", "TOO_LONG"),
        ("organisations", ["new", "=1+1", "", "", "", ""], "name", "LOOKS_LIKE_FORMULA"),
        ("organisations", ["new", "a\x00b", "", "", "", ""], "name", "NOT_PLAIN"),
        ("organisations", ["new", "a\u202eb", "", "", "", ""], "name", "NOT_PLAIN"),
        ("organisations", ["new", "\u3164\u3164", "", "", "", ""], "name", "TEXT_BLANK"),
        ("organisations", ["new", "名", "\u200b", "", "", ""], "name_en", "TEXT_BLANK"),
        ("organisations", ["new", "名", "", "nowhere", "", ""], "parent", "UNKNOWN_ORGANISATION"),
        ("organisations", ["new", "名", "", "new", "", ""], "parent", "CYCLE"),
        ("organisations", ["henan", "名", "", "", "", ""], "id", "OVERLAPS"),
        ("organisations", ["new", "名", "", "hq", "2026-02-30", ""], "from", "NOT_A_DATE"),
        ("organisations", ["new", "名", "", "hq", "soon", ""], "from", "NOT_A_DATE"),
        ("organisations", ["new", "名", "", "hq", "2026-02-02", "2026-02-01"], "to", "ENDS_BEFORE_IT_BEGINS"),
        ("people", ["new", "名", "", "nowhere", "", "", "", ""], "organisation", "UNKNOWN_ORGANISATION"),
        ("people", ["new", "名", "", "", "", "no-mail", "", ""], "email", "NOT_AN_EMAIL"),
        ("people", ["lihua", "名", "", "", "", "", "", ""], "id", "OVERLAPS"),
        ("people", ["system", "系统", "", "", "", "", "", ""], "id", "RESERVED"),
        ("people", ["new", "名\u2028名", "", "", "", "", "", ""], "name", "NOT_PLAIN"),
        ("posts", ["general-manager", "名", "", "", ""], "key", "DUPLICATE"),
        ("posts", ["new", "名", "", "finance, Ö", ""], "roles", "NOT_AN_ID"),
        ("posts", ["new", "名", "", "", "perhaps"], "head", "NOT_YES_OR_NO"),
        ("assignments", ["nobody", "general-manager", "hq", "", ""], "person", "UNKNOWN_PERSON"),
        ("assignments", ["lihua", "no-post", "hq", "", ""], "post", "UNKNOWN_POST"),
        ("assignments", ["lihua", "general-manager", "no", "", ""], "organisation", "UNKNOWN_ORGANISATION"),
        ("assignments", ["qianlei", "general-manager", "hq", "", ""], "person", "OVERLAPS"),
        ("reporting_lines", ["qianlei", "qianlei", "", ""], "manager", "CYCLE"),
        ("reporting_lines", ["wangfang", "zhaoqiang", "", ""], "person", "OVERLAPS"),
    ],
)
def test_a_wrong_row_is_named(table: str, row: list[str], column: str, rule: str) -> None:
    book = sheets(**{table: [row]})
    name = table.replace("_", "-")
    line = next(len(sheet.rows) for sheet in book if sheet.name == name)
    assert refused(*book) == [(name, line, column, rule)]


def test_every_wrong_row_is_told_at_once_in_both_languages() -> None:
    book = sheets(
        organisations=[["Bad Id", "名", "", "", "", ""]],
        assignments=[["nobody", "no-post", "hq", "", ""]],
    )
    found = import_directory(book, 1)
    assert isinstance(found, tuple)
    assert [one.rule for one in found] == ["NOT_AN_ID", "UNKNOWN_PERSON", "UNKNOWN_POST"]
    assert found[1].text == Text("人员 nobody 不存在", "There is no person nobody")


def test_naming_a_row_that_is_wrong_in_itself_is_not_a_second_fault() -> None:
    new = ["new", "名", "", "", "", "no-mail", "", ""]
    book = sheets(people=[new], reporting_lines=[["new", "lihua", "", ""]])
    assert [rule for *_, rule in refused(*book)] == ["NOT_AN_EMAIL"]


def test_a_parent_of_which_a_row_is_wrong_in_itself_is_given_the_benefit_of_the_doubt() -> None:
    new = [
        ["region", "名", "", "", "", "2026-06-30"],
        ["region", "名", "", "", "2026-07-99", ""],
        ["office", "名", "", "region", "", ""],
    ]
    assert [rule for *_, rule in refused(*sheets(organisations=new))] == ["NOT_A_DATE"]


@given(st.lists(st.builds(Person, st.sampled_from("ab"), st.just("x"), period=periods), max_size=5))
def test_rows_of_the_same_person_are_refused_when_any_two_share_a_day(people: list[Person]) -> None:
    shared = any(
        one.id == other.id and one.period.overlaps(other.period) for one, other in combinations(people, 2)
    )
    assert bool(find_faults(Entries(people=people))) == shared


def test_the_longest_of_several_rows_is_compared_with_each_later_one() -> None:
    year, may, autumn = (
        Period(date(2026, 1, 1), date(2026, 12, 31)),
        Period(date(2026, 5, 1), date(2026, 5, 31)),
        Period(date(2026, 9, 1), date(2026, 11, 30)),
    )
    people = [Person("a", "x", period=period) for period in (year, may, autumn)]
    assert [fault.place for fault in find_faults(Entries(people=people))] == [1, 2]


def test_a_cycle_is_found_with_everyone_in_it_and_nobody_else() -> None:
    book = sheets(reporting_lines=[["qianlei", "lihua", "", ""]])
    in_cycle = [line for _, line, _, rule in refused(*book) if rule == "CYCLE"]
    rows = next(sheet for sheet in book if sheet.name == "reporting-lines").rows
    assert {rows[line - 1][0] for line in in_cycle} == {"lihua", "zhaoqiang", "qianlei"}


def test_two_who_report_to_each_other_at_different_times_are_no_cycle() -> None:
    people = (Person("a", "a"), Person("b", "b"))
    lines = [ReportingLine("a", "b", Period(None, JUNE)), ReportingLine("b", "a", Period(JULY, None))]
    assert find_faults(Entries(people=people, reporting_lines=lines)) == []
    both = [ReportingLine("a", "b", Period(None, JULY)), ReportingLine("b", "a", Period(JULY, None))]
    assert [fault.rule for fault in find_faults(Entries(people=people, reporting_lines=both))] == [
        "CYCLE"
    ] * 2


def test_a_parent_that_is_dissolved_before_its_office_is_refused() -> None:
    places = (Organisation("a", text("a"), period=Period(None, JUNE)), Organisation("b", text("b"), "a"))
    [fault] = find_faults(Entries(organisations=places))
    assert (fault.table, fault.place, fault.rule) == (Table.ORGANISATIONS, 1, "PARENT_NOT_IN_FORCE")


def test_a_missing_sheet_or_column_is_told_by_itself() -> None:
    [organisations, people, *others] = sheets()
    assert refused(organisations, *others) == [("people", 1, "", "MISSING_SHEET")]
    assert refused(organisations, people, people, *others) == [("people", 1, "", "DUPLICATE_SHEET")]
    headless = Sheet("people", [["姓名", "name", "gread"]])
    assert refused(organisations, headless, *others) == [
        ("people", 1, "name", "DUPLICATE_COLUMN"),
        ("people", 1, "gread", "UNKNOWN_COLUMN"),
        ("people", 1, "id", "MISSING_COLUMN"),
        ("people", 1, "organisation", "MISSING_COLUMN"),
    ]


def test_a_cell_without_heading_is_not_dropped_silently() -> None:
    [organisations, people, posts, *others] = sheets()
    stray = Sheet("posts", [*posts.rows, ["new", "名", "", "", "", "?"]])
    assert refused(organisations, people, stray, *others) == [
        ("posts", len(posts.rows) + 1, "", "NO_HEADING")
    ]


def test_of_very_many_problems_the_rest_is_counted() -> None:
    [organisations, people, posts, assignments, _, _] = sheets()
    wrong = Sheet("reporting-lines", [["person", "manager"], *[["nobody", "nobody"]] * 2000])
    found = import_directory([organisations, people, posts, assignments, wrong], 1)
    assert isinstance(found, tuple)
    assert len(found) == MOST_REFUSALS + 1
    assert found[-1].rule == "MORE"
    assert isinstance(found[-1], RowRefusal)


# Properties over arbitrary directories.

words = (
    st.text(st.sampled_from("王芳李a1 .（）'\",;\n"), min_size=1, max_size=5)
    .map(str.strip)
    .filter(lambda word: word and "\n" not in word)
)
entries = st.builds(
    Entries,
    organisations=st.lists(
        st.builds(Organisation, ids, st.builds(Text, words, words), ids | st.just(""), periods), max_size=6
    ),
    people=st.lists(st.builds(Person, ids, words, ids | st.just(""), words, period=periods), max_size=6),
    posts=st.lists(
        st.builds(
            Post,
            ids,
            st.builds(Text, words, words),
            st.sampled_from([(), ("finance", "operator")]),
            st.booleans(),
        ),
        max_size=3,
    ),
    assignments=st.lists(st.builds(Assignment, ids, ids, ids, periods), max_size=5),
    reporting_lines=st.lists(st.builds(ReportingLine, ids, ids, periods), max_size=6),
)


@given(entries)
@settings(max_examples=80)
def test_rows_make_a_directory_exactly_when_they_break_no_rule_and_then_they_come_back(
    entries: Entries,
) -> None:
    directory = Directory(
        1,
        tuple(entries.organisations),
        tuple(entries.people),
        tuple(entries.posts),
        tuple(entries.assignments),
        tuple(entries.reporting_lines),
    )
    found = import_directory(export_directory(directory), 1)
    if find_faults(entries):
        assert isinstance(found, tuple)
        assert found
    else:
        assert found == directory


arrows = st.lists(st.builds(Arrow, ids, ids, periods), max_size=8)


@given(arrows)
@settings(max_examples=120)
def test_a_cycle_is_found_when_walking_up_on_some_day_leads_back(arrows: list[Arrow]) -> None:
    # One arrow a day from each: two at once are refused for themselves.
    chosen: list[Arrow] = []
    for arrow in arrows:
        if not any(arrow.below == other.below and arrow.period.overlaps(other.period) for other in chosen):
            chosen.append(arrow)
    window = [date(2025, 12, 31) + timedelta(n) for n in range(12)]
    cyclic = {
        place
        for day in window
        for place, arrow in enumerate(chosen)
        if arrow.period.covers(day) and _leads_back(arrow, [one for one in chosen if one.period.covers(day)])
    }
    assert {fault.place for fault in _cycles(Table.PEOPLE, "manager", chosen)} == cyclic


def _leads_back(arrow: Arrow, arrows: list[Arrow]) -> bool:
    here = arrow.above
    for _ in arrows:
        if here == arrow.below:
            return True
        here = next((one.above for one in arrows if one.below == here), "")
    return here == arrow.below


def test_a_hundred_thousand_reporting_lines_are_checked_quickly_enough_to_wait_for() -> None:
    people = [Person(f"p{n}", "x", period=ALWAYS) for n in range(20_000)]
    lines = [ReportingLine(f"p{n}", f"p{n // 2}") for n in range(1, 20_000)]
    assert find_faults(Entries(people=people, reporting_lines=lines)) == []
