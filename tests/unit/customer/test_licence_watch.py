"""What is said of licences, and when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.customer.domain.licence import (
    MOST_LICENCES,
    ExpiryBeforeStart,
    Licence,
    LicenceRecorded,
    TooManyLicences,
    next_id,
)
from services.customer.domain.licence_watch import EXPIRED, Notice, due, lacking

DAY = date(2026, 11, 22)
WATCH = (60, 30, 7)


def a_licence(id: str = "1", left: int | None = 10, type: str = "business") -> Licence:
    expiry = None if left is None else DAY + timedelta(days=left)
    return Licence(customer="C000001", id=id, type=type, number=f"N{id}", expiry=expiry)


def said_on(licence: Licence, day: date = DAY, said: tuple[Notice, ...] = ()) -> list[int]:
    return [notice.within for _, notice in due([licence], day, WATCH, said)]


@pytest.mark.parametrize(
    ("left", "within"),
    [
        (61, []),
        (60, [60]),
        (31, [60]),
        (30, [30]),
        (8, [30]),
        (7, [7]),
        (0, [7]),
        (-1, [EXPIRED]),
        (None, []),
    ],
)
def test_a_licence_is_spoken_of_by_the_narrowest_number_of_days(left: int | None, within: list[int]) -> None:
    assert said_on(a_licence(left=left)) == within


@given(left=st.integers(0, 120), looks=st.lists(st.integers(0, 150), max_size=40))
def test_whenever_one_looks_each_thing_is_said_once_and_the_days_only_shrink(
    left: int, looks: list[int]
) -> None:
    licence, said = a_licence(left=left), []
    for passed in sorted(looks):
        said += [notice for _, notice in due([licence], DAY + timedelta(days=passed), WATCH, said)]
    within = [notice.within for notice in said]
    assert within == sorted(set(within), reverse=True)
    if looks and max(looks) > left:
        assert within[-1] == EXPIRED


def test_a_licence_that_was_renewed_is_watched_anew() -> None:
    old = a_licence(left=5)
    ((_, notice),) = due([old], DAY, WATCH, ())
    renewed = a_licence(left=20)
    assert said_on(renewed, said=(notice,)) == [30]


def test_what_a_kind_needs_is_lacking_until_one_licence_of_the_type_holds() -> None:
    expired, endless = a_licence("1", left=-1), a_licence("2", left=None)
    assert lacking(("business", "gsp"), (expired,), DAY) == ("business", "gsp")
    assert lacking(("business", "gsp"), (expired, endless), DAY) == ("gsp",)
    assert lacking(("business",), (a_licence(left=0),), DAY) == ()


def test_a_licence_says_what_cannot_be() -> None:
    upside_down = Licence(
        customer="C000001",
        id="1",
        type="business",
        number="N",
        valid_from=DAY,
        expiry=DAY - timedelta(days=1),
    )
    with pytest.raises(ExpiryBeforeStart):
        upside_down.check()
    twin = Licence(customer="C000001", id="", type="business", number="N1")
    with pytest.raises(LicenceRecorded):
        twin.must_differ([a_licence("1")])
    twin.must_differ([a_licence("1", type="gsp")])
    with pytest.raises(TooManyLicences):
        next_id([a_licence(str(n)) for n in range(MOST_LICENCES)])
