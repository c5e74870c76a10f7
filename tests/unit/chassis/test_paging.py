"""Page tokens: opaque, and bound to the query that they continue."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.postgres.paging import (
    Key,
    PageRequest,
    PageSizeNegative,
    PageTokenMalformed,
    PageTokenOfAnotherQuery,
)
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest, VerifyTimelinesRequest

CLAIM = "claims/EC-2026-000123"

keys = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.integers(-(2**63), 2**63 - 1),
        st.dates(),
        st.datetimes(timezones=st.just(UTC)),
        st.booleans(),
        st.decimals(allow_nan=False),
        st.uuids(),
    ),
    min_size=1,
    max_size=4,
).map(tuple)


def asked(token: str = "", document: str = CLAIM, size: int = 0) -> ListTimelineRequest:
    return ListTimelineRequest(document=document, page_token=token, page_size=size)


@given(keys)
def test_a_token_brings_back_where_the_page_ended(key: tuple[Key, ...]) -> None:
    token = PageRequest.of(asked()).token(key)
    after = PageRequest.of(asked(token)).after
    assert after == key
    assert [type(value) for value in after or ()] == [type(value) for value in key]


def test_the_first_page_has_no_place_and_the_usual_size() -> None:
    page = PageRequest.of(asked())
    assert (page.after, page.size) == (None, 50)


@pytest.mark.parametrize(("wanted", "given_"), [(0, 50), (1, 1), (200, 200), (5000, 200)])
def test_a_page_has_the_size_that_is_wanted_within_limits(wanted: int, given_: int) -> None:
    assert PageRequest.of(asked(size=wanted)).size == given_


def test_a_negative_size_is_refused() -> None:
    with pytest.raises(PageSizeNegative) as refused:
        PageRequest.of(asked(size=-1))
    assert refused.value.field == "page_size"


def test_a_token_goes_on_with_another_page_size() -> None:
    token = PageRequest.of(asked(size=10)).token(("a",))
    assert PageRequest.of(asked(token, size=20)).after == ("a",)


def test_a_token_of_another_query_is_refused() -> None:
    token = PageRequest.of(asked()).token((7,))
    with pytest.raises(PageTokenOfAnotherQuery) as refused:
        PageRequest.of(asked(token, document="claims/EC-2026-000124"))
    assert refused.value.reason == "PAGE_TOKEN_OF_ANOTHER_QUERY"
    assert refused.value.field == "page_token"


def test_a_token_of_another_method_is_refused_though_its_fields_are_alike() -> None:
    ours, other = PageRequest.of(asked()), PageRequest(query="of another method")
    assert VerifyTimelinesRequest(document=CLAIM).SerializeToString() == asked().SerializeToString()
    with pytest.raises(PageTokenOfAnotherQuery):
        PageRequest.of(asked(other.token((7,))))
    assert ours.query != other.query


def mangled(change: str) -> str:
    token = PageRequest.of(asked()).token((7,))
    plain = urlsafe_b64decode(token + "==").decode()
    return urlsafe_b64encode(plain.replace(",7]", change).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "not base64 at all!",
        "页",
        urlsafe_b64encode(b"[1, 2").decode(),
        urlsafe_b64encode(b'{"a": 1}').decode(),
        urlsafe_b64encode(b'["only the query"]').decode(),
        urlsafe_b64encode(b"\xff\xfe").decode(),
        mangled(',{"t": "never"}]'),
        mangled(",[7]]"),
        mangled(',{"u": "no uuid"}]'),
        mangled(',{"n": "no number"}]'),
        mangled(",1.5]"),
        "W" * 900,
    ],
)
def test_a_token_that_is_none_is_refused(token: str) -> None:
    with pytest.raises(PageTokenMalformed) as refused:
        PageRequest.of(asked(token))
    assert refused.value.field == "page_token"


@given(st.text(min_size=1, max_size=200))
def test_no_text_whatever_makes_it_stumble(token: str) -> None:
    with pytest.raises((PageTokenMalformed, PageTokenOfAnotherQuery)):
        PageRequest.of(asked(token))


def test_dates_and_moments_are_told_apart() -> None:
    token = PageRequest.of(asked()).token((date(2026, 3, 2), datetime(2026, 3, 2, tzinfo=UTC)))
    assert PageRequest.of(asked(token)).after == (date(2026, 3, 2), datetime(2026, 3, 2, tzinfo=UTC))


@pytest.mark.parametrize("after", [(), (1,), ("x", "y"), ("x", 1, 1), (1, "x"), ("x", True)])
def test_a_place_that_is_none_of_the_list_is_refused(after: tuple[Key, ...]) -> None:
    with pytest.raises(PageTokenMalformed) as refused:
        PageRequest(after=after).place(str, int)
    assert refused.value.violations[0].field == "page_token"


def test_a_place_of_the_list_is_given_as_it_was() -> None:
    assert PageRequest(after=("x", 1)).place(str, int) == ("x", 1)
    assert PageRequest().place(str, int) is None
