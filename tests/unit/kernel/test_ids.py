"""UUIDs of version 7."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import RFC_4122

from hypothesis import given
from hypothesis import strategies as st

from kernel.ids import uuid7

moments = st.integers(10**6, 10**11).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(moments)
def test_an_id_says_when_it_was_made(at: datetime) -> None:
    made = uuid7(at)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == int(at.timestamp() * 1000)


@given(moments, st.integers(1, 10**9))
def test_later_ids_sort_behind_earlier_ones(at: datetime, milliseconds: int) -> None:
    assert uuid7(at) < uuid7(at + timedelta(milliseconds=milliseconds))


def test_ids_of_the_same_moment_differ() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert len({uuid7(now) for _ in range(1000)}) == 1000


def test_no_moment_is_rounded_into_the_millisecond_before_it() -> None:
    at = datetime(1974, 4, 4, 10, 20, 25, 1000, tzinfo=UTC)  # as a float of seconds it is a little less
    assert uuid7(at).int >> 80 == 134302825001
