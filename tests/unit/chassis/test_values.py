"""Values go over the wire and come back as they were."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.money_pb2 import Money as MoneyMessage
from hypothesis import given
from hypothesis import strategies as st

from chassis.rpc.values import (
    DateMalformed,
    MoneyMalformed,
    NameMalformed,
    TimeMalformed,
    date_from_message,
    date_to_message,
    id_in,
    money_from_message,
    money_to_message,
    time_from_message,
    time_to_message,
)
from kernel.errors import InvalidArgument, Refusal
from kernel.money import MINOR_UNITS, AmountTooFine, AmountTooLarge, Money, UnknownCurrency

currencies = st.sampled_from(sorted(MINOR_UNITS))
amounts = st.builds(Money.from_minor, st.integers(-(10**15) + 1, 10**15 - 1), currencies)


@given(amounts)
def test_money_comes_back_as_it_was(money: Money) -> None:
    assert money_from_message(MoneyMessage.FromString(money_to_message(money).SerializeToString())) == money


@given(st.dates())
def test_days_come_back_as_they_were(day: date) -> None:
    assert date_from_message(date_to_message(day)) == day


@given(st.datetimes(timezones=st.just(UTC)))
def test_moments_come_back_as_they_were(at: datetime) -> None:
    message = time_to_message(at)
    assert message is not None
    assert time_from_message(message) == at


@given(
    st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3),
    st.integers(-(2**31), 2**31 - 1) | st.integers(-100, 100).map(lambda cents: cents * 10_000_000),
    currencies | st.text(max_size=4),
)
def test_any_message_of_money_is_that_very_amount_or_refused(units: int, nanos: int, currency: str) -> None:
    message = MoneyMessage(units=units, nanos=nanos, currency_code=currency)
    try:
        money = money_from_message(message)
    except InvalidArgument:
        return
    assert money.amount * 10**9 == units * 10**9 + nanos
    assert units * nanos >= 0
    assert abs(units) < 10**15
    assert money_to_message(money) == message


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**31), 2**31 - 1))
def test_any_timestamp_is_a_moment_or_refused(seconds: int, nanos: int) -> None:
    try:
        time_from_message(Timestamp(seconds=seconds, nanos=nanos))
    except TimeMalformed:
        return


@pytest.mark.parametrize(
    ("units", "nanos", "currency", "refusal"),
    [
        (1, -10_000_000, "CNY", MoneyMalformed),
        (-1, 10_000_000, "CNY", MoneyMalformed),
        (0, 1_000_000_000, "CNY", MoneyMalformed),
        (0, 1_000_000, "CNY", AmountTooFine),
        (0, 500_000_000, "JPY", AmountTooFine),
        (2**63 - 1, 999_999_999, "CNY", AmountTooLarge),
        (1, 0, "", UnknownCurrency),
        (1, 0, "cny", UnknownCurrency),
        (1, 0, "XXX", UnknownCurrency),
    ],
)
def test_what_is_no_amount_is_refused(units: int, nanos: int, currency: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        money_from_message(MoneyMessage(units=units, nanos=nanos, currency_code=currency))


@pytest.mark.parametrize(
    "day", [(2026, 2, 29), (2026, 0, 1), (0, 1, 1), (2026, 5, 0), (10000, 1, 1), (0, 0, 0)]
)
def test_what_is_no_day_is_refused(day: tuple[int, int, int]) -> None:
    with pytest.raises(DateMalformed):
        date_from_message(Date(year=day[0], month=day[1], day=day[2]))


def test_a_name_is_of_its_collection() -> None:
    assert id_in("people/lihua", "people") == "lihua"
    for name in ("lihua", "people/", "organisations/lihua", "peoplex/lihua"):
        with pytest.raises(NameMalformed):
            id_in(name, "people")
