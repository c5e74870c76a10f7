"""What a line and an invoice may say."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from kernel.errors import Refusal
from kernel.money import AmountNotPositive, AmountTooFine, AmountTooLarge, MixedCurrencies, Money
from services.expense.domain.invoice import (
    InvoiceCodeDoesNotFit,
    InvoiceDateInFuture,
    InvoiceDateTooEarly,
    InvoiceUsedTwice,
    comparable,
)
from services.expense.domain.lines import (
    LineAboveInvoice,
    LineDateInFuture,
    LineDateTooEarly,
    TaxNotWithinAmount,
    check_lines,
)
from tests.builders.expense import NOW, TODAY, a_claim, a_line, an_invoice, yuan

TOMORROW = TODAY + dt.timedelta(days=1)
DOLLAR = Money.of(1, "USD")


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"amount": yuan(0)}, AmountNotPositive, "lines[0].amount"),
        ({"amount": yuan("-0.01")}, AmountNotPositive, "lines[0].amount"),
        ({"date": TOMORROW}, LineDateInFuture, "lines[0].date"),
        ({"date": dt.date(1999, 12, 31)}, LineDateTooEarly, "lines[0].date"),
        ({"date": dt.date(1, 1, 1)}, LineDateTooEarly, "lines[0].date"),
        ({"date": dt.date(9999, 12, 31)}, LineDateInFuture, "lines[0].date"),
        ({"tax": yuan("-0.01")}, TaxNotWithinAmount, "lines[0].tax"),
        ({"tax": yuan("100.01")}, TaxNotWithinAmount, "lines[0].tax"),
        ({"tax": DOLLAR}, MixedCurrencies, "lines[0].tax"),
        ({"invoice": an_invoice("99.99")}, LineAboveInvoice, "lines[0].invoice.amount"),
        ({"invoice": an_invoice("0")}, AmountNotPositive, "lines[0].invoice.amount"),
        ({"invoice": an_invoice(date=TOMORROW)}, InvoiceDateInFuture, "lines[0].invoice.date"),
        ({"invoice": an_invoice(date=dt.date(1, 1, 1))}, InvoiceDateTooEarly, "lines[0].invoice.date"),
        ({"invoice": an_invoice(Money.of(999, "USD"))}, MixedCurrencies, "lines[0].invoice.amount"),
        ({"invoice": an_invoice(code="")}, InvoiceCodeDoesNotFit, "lines[0].invoice.code"),
        ({"invoice": an_invoice(number="1" * 20)}, InvoiceCodeDoesNotFit, "lines[0].invoice.code"),
        ({"invoice": an_invoice(code="12345")}, InvoiceCodeDoesNotFit, "lines[0].invoice.code"),
    ],
)
def test_a_wrong_line_is_refused_and_the_field_named(
    changes: dict[str, Any], refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as caught:
        check_lines([a_line(**changes)], TODAY)
    assert caught.value.violations[0].field == field


def test_a_whole_line_may_be_tax_and_a_line_may_equal_its_invoice() -> None:
    check_lines([a_line(tax=yuan(100), invoice=an_invoice("100"), date=TODAY)], TODAY)


def test_a_fully_digital_invoice_has_no_code() -> None:
    check_lines([a_line(invoice=an_invoice(code="", number="2" * 20))], TODAY)


def test_today_is_the_day_in_shanghai() -> None:
    late = dt.datetime(2026, 11, 20, 16, 30, tzinfo=dt.UTC)  # half past midnight of the 21st there
    assert a_claim(a_line(date=TOMORROW), at=late)
    with pytest.raises(LineDateInFuture):
        a_claim(a_line(date=TOMORROW), at=NOW)


def test_a_claim_has_one_currency() -> None:
    with pytest.raises(MixedCurrencies) as caught:
        check_lines([a_line(), a_line(amount=DOLLAR)], TODAY)
    assert caught.value.field == "lines[1].amount"


def test_what_is_claimed_in_all_must_be_an_amount_too() -> None:
    with pytest.raises(AmountTooLarge) as caught:
        check_lines([a_line("999999999999999"), a_line("1")], TODAY)
    assert caught.value.violations[0].field == "lines"


def test_an_amount_cannot_be_finer_than_its_currency() -> None:
    with pytest.raises(AmountTooFine):
        yuan("0.001")
    with pytest.raises(AmountTooFine):
        Money(Decimal("1.5"), "JPY")


def test_an_invoice_cannot_stand_in_a_claim_twice_however_its_seller_is_written() -> None:
    first = an_invoice(seller="某某（河南）商贸 有限公司")
    second = an_invoice(seller="某某(河南)商贸有限公司", code=first.code, number=first.number)
    with pytest.raises(InvoiceUsedTwice) as caught:
        check_lines([a_line(invoice=first), a_line(invoice=second)], TODAY)
    assert caught.value.field == "lines[1].invoice"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("ＡＢＣ商贸", "abc商贸"),
        ("某某（河南）公司", "某某(河南)公司"),
        (" 郑州 大酒店\u3000", "郑州大酒店"),
        ("郑州\u200b大酒店", "郑州大酒店"),
    ],
)
def test_width_case_and_spaces_make_no_other_seller(left: str, right: str) -> None:
    assert comparable(left) == comparable(right)


def test_another_seller_stays_another() -> None:
    assert comparable("郑州大酒店") != comparable("洛阳大酒店")


def test_all_wrong_lines_are_named_at_once() -> None:
    with pytest.raises(AmountNotPositive) as caught:
        check_lines([a_line(0), a_line(), a_line(date=TOMORROW)], TODAY)
    assert [v.field for v in caught.value.violations] == ["lines[0].amount", "lines[2].date"]
