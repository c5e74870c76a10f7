"""Whatever fragment of a customer's names or codes is typed, it is looked up under terms that the customer is kept under."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.customer.domain.search_terms import begun, looked_up, search_text, terms

lines = st.text(st.sampled_from("河南仁和堂大药房（）ab19-.é"), min_size=1, max_size=15)


def test_a_name_is_kept_as_it_is_written_in_pinyin_and_by_initials() -> None:
    assert search_text(["仁和堂 大药房", "RHT"], ["C000001", "", "K-1"]) == "\n".join(
        ["仁和堂大药房", "renhetangdayaofang", "rhtdyf", "rht", "c000001", "k-1"]
    )


@given(lines, st.data())
def test_every_fragment_has_terms_and_all_of_them_are_among_those_of_the_line(
    line: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(line) - 1))
    fragment = line[start : data.draw(st.integers(start + 1, len(line)))]
    assert looked_up(fragment)
    assert set(looked_up(fragment)) <= set(terms(line))


@given(lines, st.data())
def test_every_beginning_of_a_line_has_terms_that_say_so(line: str, data: st.DataObject) -> None:
    beginning = line[: data.draw(st.integers(1, len(line)))]
    assert begun(beginning)
    assert set(begun(beginning)) <= set(terms(f"another\n{line}"))


def test_what_only_contains_a_fragment_lacks_the_term_of_its_beginning() -> None:
    assert set(begun("药房")) - set(terms("大药房")) == {"^药房"}


def test_two_characters_are_one_term_and_letters_come_in_threes_and_codes_in_sixes() -> None:
    assert looked_up("药房") == ["药房"]
    assert looked_up("大药房") == ["大药", "药房"]
    assert looked_up("医药有限公司") == ["公司", "医药", "有限"]
    assert looked_up("rht") == ["rht"]
    assert looked_up("zhengzhou") == ["hou", "ngz", "zhe"]
    assert looked_up("9141010") == ["141010", "914101"]
    assert looked_up("00123") == ["001", "123"]
    assert looked_up("第3店") == ["3", "店", "第"]
