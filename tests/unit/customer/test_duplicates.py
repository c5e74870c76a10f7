"""When two customers may be the same, by names and by where they are."""

from __future__ import annotations

import pytest

from services.customer.domain.duplicates import Known, Sought, compared


def blocks(mine: str, theirs: str, province: str, city: str) -> bool:
    """Whether a person has to say that one in Zhengzhou and the other are two; both are shown."""
    wanted = Sought(mine, place="郑州市", province="河南")
    found = compared(wanted, Known("C000001", theirs, province=province, city=city), same_phone=False)
    assert found is not None
    return found.is_blocking


@pytest.mark.parametrize(("mine", "theirs"), [("仁和大药房", "仁和大药房"), ("郑州仁和大药房", "仁和大药房")])
def test_where_names_do_not_say_where_addresses_in_two_provinces_do(mine: str, theirs: str) -> None:
    assert not blocks(mine, theirs, "辽宁省", "沈阳市")
    assert not blocks(mine, theirs, "", "沈阳市")


@pytest.mark.parametrize(("province", "city"), [("河南省", "洛阳市"), ("", ""), ("", "昆山市")])
def test_another_city_of_one_province_or_an_unknown_one_tells_nobody_apart(province: str, city: str) -> None:
    assert blocks("仁和大药房", "仁和大药房", province, city)


def test_what_both_names_say_weighs_more_than_addresses() -> None:
    assert blocks("郑州仁和大药房", "郑州市仁和大药房", "辽宁省", "沈阳市")
