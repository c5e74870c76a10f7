"""Lines of a claim as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.type.date_pb2 import Date
from google.type.money_pb2 import Money

from cli.claim_lines import changed, read_claim, typed_change, typed_line
from cli.refusals import NotADate, NotAFile, NotALine, NotAnAmount, UnknownWord
from zhupi.expense.v1.claim_pb2 import ClaimLine


def test_a_typed_line_has_type_date_amount_city_and_description() -> None:
    line = typed_line("travel 2026-11-03 1280.50 西安 高铁往返 含市内交通")

    assert line == ClaimLine(
        expense_type="travel",
        date=Date(year=2026, month=11, day=3),
        amount=Money(currency_code="CNY", units=1280, nanos=500_000_000),
        city="西安",
        description="高铁往返 含市内交通",
    )


def test_an_invoice_takes_date_and_amount_from_its_line_unless_it_has_its_own() -> None:
    plain = typed_line("travel 2026-11-03 100 西安 车票 seller=铁路局 number=25617000000012345678")
    own = typed_line(
        "travel 2026-11-03 100 seller=铁路局 number=12345678 invoice-amount=120 invoice-date=2026-11-01"
    )

    assert plain.invoice.date == plain.date
    assert plain.invoice.amount == plain.amount
    assert own.invoice.amount.units == 120
    assert own.invoice.date.day == 1


def test_quotation_marks_hold_words_with_spaces_together() -> None:
    line = typed_line('meals 2026-11-03 300 西安 招待 seller="西安饭庄 有限公司" number=12345678')

    assert line.invoice.seller == "西安饭庄 有限公司"
    assert line.description == "招待"


@pytest.mark.parametrize(
    ("given", "refusal", "field"),
    [
        ("travel 2026-11-03", NotALine, "lines[0]"),
        ("travel 2026-11-03 100 'open", NotALine, ""),
        ("travel 2026-13-03 100", NotADate, "lines[0].date"),
        ("travel 2026-11-03 一百", NotAnAmount, "lines[0].amount"),
        ("travel 2026-11-03 100 colour=red", UnknownWord, "lines[0].colour"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_naming_its_place(
    given: str, refusal: type[Exception], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        typed_line(given, "lines[0]")

    assert getattr(refused.value, "field", None) == field


def test_a_change_names_a_line_and_what_becomes_of_it() -> None:
    line, values = typed_change("2 amount=900 invoice-date=2026-11-01")

    assert line == "2"
    assert values == {"amount": "900", "invoice_date": "2026-11-01"}


def test_a_changed_line_keeps_what_is_not_named() -> None:
    before = typed_line("travel 2026-11-03 1280.50 西安 高铁 tax=105")

    after = changed(before, {"amount": "900", "tax": ""})

    assert after.amount.units == 900
    assert not after.HasField("tax")
    assert (after.city, after.description) == ("西安", "高铁")
    assert before.amount.units == 1280


def test_clearing_seller_and_number_takes_the_invoice_away() -> None:
    before = typed_line("travel 2026-11-03 100 西安 车票 seller=铁路局 number=12345678")

    assert not changed(before, {"seller": "", "number": ""}).HasField("invoice")


def test_a_file_may_hold_lines_in_words_and_in_fields(tmp_path: Path) -> None:
    path = tmp_path / "claim.yaml"
    path.write_text(
        """
title: 西安出差
lines:
  - travel 2026-11-03 1280.50 西安 高铁
  - expense_type: hotel
    date: 2026-11-04
    amount: 460.10
    invoice: {seller: 如家, number: 12345678, amount: 460.10, date: 2026-11-05}
""",
        "utf-8",
    )

    claim = read_claim(path)

    assert claim.title == "西安出差"
    assert [line.amount.nanos for line in claim.lines] == [500_000_000, 100_000_000]
    assert claim.lines[1].invoice.date.day == 5


def test_an_amount_in_a_file_never_becomes_a_float(tmp_path: Path) -> None:
    path = tmp_path / "claim.json"
    path.write_text('{"title": "t", "lines": [{"expense_type": "x", "date": "2026-11-03", "amount": 0.1}]}')

    assert read_claim(path).lines[0].amount == Money(currency_code="CNY", nanos=100_000_000)


@pytest.mark.parametrize("content", ["- a list", "lines: 3", "lines: [{invoice: 3}]", "a: [", "\x00"])
def test_a_file_that_is_no_claim_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "claim.yaml"
    path.write_text(content)

    with pytest.raises((NotAFile, UnknownWord)):
        read_claim(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAFile):
        read_claim(tmp_path / "nowhere.yaml")
