"""Unified social credit codes: real ones, and every way in which a person writes one down wrongly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.credit_code import (
    ALPHABET,
    CreditCodeCharacter,
    CreditCodeChecksum,
    CreditCodeDivision,
    CreditCodeLength,
    CreditCodeOrganisation,
    check_character,
    credit_code,
    made_of,
)
from kernel.errors import InvalidArgument

# Of companies that print them on their pages, sites and reports.
PUBLISHED = {
    "华为技术有限公司": "914403001922038216",
    "深圳市腾讯计算机系统有限公司": "9144030071526726XG",
    "阿里巴巴（中国）网络技术有限公司": "91330100799655058B",
    "北京百度网讯科技有限公司": "91110000802100433B",
    "小米科技有限责任公司": "91110108551385082Q",
    "中国石油天然气集团有限公司": "91110000100010433L",
    "中国移动通信集团有限公司": "911100007109250324",
    "江苏恒瑞医药股份有限公司": "9132070070404786XB",
    "云南白药集团股份有限公司": "91530000216562280W",
    "科大讯飞股份有限公司": "91340100149067617J",
    "漳州片仔癀药业股份有限公司": "91350000158143095K",
}

characters = st.sampled_from(ALPHABET)
codes = st.builds(
    made_of,
    st.text(characters, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(characters, min_size=8, max_size=8),
)


@pytest.mark.parametrize("code", PUBLISHED.values(), ids=PUBLISHED)
def test_the_codes_of_real_companies_are_codes(code: str) -> None:
    assert credit_code(code) == code


@pytest.mark.parametrize(
    "written",
    [
        " 9144 0300 7152 6726 xg ",
        "91440300-71526726X-G",
        "９１４４０３００７１５２６７２６ＸＧ",
        "91440300 71526726X G",
        "91440300–71526726XG",
    ],
    ids=["in groups", "with hyphens", "full-width", "with spaces that do not break", "with a dash"],
)
def test_however_it_is_written_it_is_the_same_code(written: str) -> None:
    assert credit_code(written) == "9144030071526726XG"


@given(codes)
def test_a_code_that_was_made_is_one(code: str) -> None:
    assert credit_code(code) == code


@given(codes, st.integers(0, 17), characters)
def test_any_one_character_that_is_wrong_is_found(code: str, place: int, other: str) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    if wrong != code:
        with pytest.raises(InvalidArgument):
            credit_code(wrong)


@given(codes, st.integers(0, 16))
def test_any_two_neighbours_that_changed_places_are_found(code: str, place: int) -> None:
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if wrong != code:
        with pytest.raises(InvalidArgument):
            credit_code(wrong)


@pytest.mark.parametrize(
    ("written", "refused"),
    [
        ("", CreditCodeLength),
        ("9144030071526726X", CreditCodeLength),
        ("410300000000123", CreditCodeLength),  # the old registration number of 15 digits
        ("9144030071526726XG1", CreditCodeLength),
        ("914403OO71526726XG", CreditCodeCharacter),
        ("9144030071526726X药", CreditCodeCharacter),
        ("9144030071526726XI", CreditCodeCharacter),
        ("91A4030071526726XG", CreditCodeDivision),
        ("9144030071526726XH", CreditCodeChecksum),
        ("914403007152672XG6", CreditCodeChecksum),
    ],
)
def test_what_is_none_is_refused_for_what_is_wrong_with_it(
    written: str, refused: type[InvalidArgument]
) -> None:
    with pytest.raises(refused):
        credit_code(written)


def test_a_letter_that_looks_like_a_digit_is_named_with_its_place() -> None:
    with pytest.raises(CreditCodeCharacter) as caught:
        credit_code("914403OO71526726XG")
    assert caught.value.values == {"position": 7, "character": "O"}


def test_a_check_that_was_made_for_a_wrong_code_of_the_organisation_does_not_help() -> None:
    before = "914403007152672611"
    forged = before[:17] + check_character(before[:17])
    with pytest.raises(CreditCodeOrganisation):
        credit_code(forged)
