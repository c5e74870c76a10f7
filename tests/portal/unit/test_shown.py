"""Money, moments and messages as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.money_pb2 import Money

from portal.shown import dates
from portal.shown.fields import entries
from portal.shown.money import money
from portal.shown.reader import Reader
from portal.shown.states import state
from zhupi.expense.v1.claim_pb2 import Claim, ClaimLine, Invoice

NOW = datetime(2026, 5, 20, 8, 0, tzinfo=UTC)  # 16:00 where the business is
CHINESE, ENGLISH = Reader("zh", NOW), Reader("en", NOW)


def moment(**before: float) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(NOW - timedelta(**before))
    return stamp


@pytest.mark.parametrize(
    ("amount", "long", "short"),
    [
        (Money(currency_code="CNY", units=38600), "¥38,600.00", "¥38,600"),
        (Money(currency_code="CNY", units=2184, nanos=500_000_000), "¥2,184.50", "¥2,184.50"),
        (Money(currency_code="CNY", units=-20), "-¥20.00", "-¥20"),
        (Money(currency_code="CHF", units=7), "CHF 7.00", "CHF 7"),
        (Money(), "", ""),
    ],
)
def test_amounts_have_their_sign_and_lists_leave_out_cents_that_are_none(
    amount: Money, long: str, short: str
) -> None:
    assert money(amount) == long
    assert money(amount, short=True) == short


def test_near_moments_are_told_by_their_distance_and_far_ones_by_their_day() -> None:
    told = [
        dates.ago(moment(**before), CHINESE)
        for before in ({"seconds": 5}, {"hours": 3}, {"hours": 20}, {"days": 12}, {"days": 400})
    ]

    assert [one.text for one in told if one] == ["刚刚", "3 小时前", "昨天 20:00", "5月8日", "2025-04-15"]
    assert all(one and one.exact for one in told)


def test_what_is_over_is_late_and_says_by_how_much() -> None:
    late, soon = dates.due(moment(hours=3), ENGLISH), dates.due(moment(hours=-2), ENGLISH)

    assert late
    assert (late.text, late.late) == ("3 h overdue", True)
    assert soon
    assert (soon.text, soon.late) == ("by today 18:00", False)


def test_a_moment_that_is_not_set_is_not_told() -> None:
    assert dates.ago(Timestamp(), CHINESE) is None
    assert dates.due(Timestamp(), CHINESE) is None


def a_claim() -> Claim:
    return Claim(
        name="claims/EC-2026-000123",
        title="郑州出差",
        state=Claim.STATE_IN_APPROVAL,
        cost_centre="CC-7",
        etag="secret",
        lines=[
            ClaimLine(
                id="1",
                expense_type="travel",
                date=Date(year=2026, month=5, day=3),
                amount=Money(currency_code="CNY", units=478),
                invoice=Invoice(seller="中国铁路", number="12345678"),
            ),
            ClaimLine(id="2", expense_type="meal", amount=Money(currency_code="CNY", units=62), city="郑州"),
        ],
    )


def test_a_message_is_told_by_its_labels_and_what_has_none_is_not_told() -> None:
    told = entries(a_claim(), CHINESE, without={"name", "title"})

    assert [entry.label for entry in told] == ["明细", "状态", "成本中心"]
    assert [entry.value.text for entry in told if entry.value] == ["审批中", "CC-7"]


def test_rows_of_messages_are_a_table_with_the_columns_that_any_row_has() -> None:
    lines = next(entry.table for entry in entries(a_claim(), ENGLISH) if entry.table)

    assert [head.text for head in lines.heads] == [
        "Line",
        "Expense type",
        "Date",
        "Amount",
        "City",
        "Invoice",
    ]
    assert [cell.text for cell in lines.rows[0]] == [
        "1",
        "travel",
        "2026-05-03",
        "¥478.00",
        "",
        "中国铁路 · 12345678",
    ]
    assert [head.number for head in lines.heads] == [False, False, False, True, False, False]


def test_a_state_has_a_word_and_a_colour() -> None:
    shown = state(a_claim(), "state", CHINESE)

    assert (shown.text, shown.colour) == ("审批中", "wait")
