"""Invoices (发票): each is accepted once."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from kernel.errors import FailedPrecondition, InvalidArgument, Refusal
from kernel.money import AmountNotPositive, Money

# Months are of this century; whoever types a day before it has typed it wrongly.
EARLIEST: Final = dt.date(2000, 1, 1)


class AboutInvoice(Refusal):
    """`invoice` is what is printed on it: code and number, or the number of a fully digital one, which has no code."""

    def __init__(self, *, code: str, number: str, **more: Any) -> None:
        super().__init__(code=code, number=number, invoice=f"{code} {number}".strip(), **more)


class InvoiceUsed(AboutInvoice, FailedPrecondition):
    zh = "发票 {invoice}（{seller}）已在 {claim} 中报销"
    en = "Invoice {invoice} of {seller} was used in {claim}"


class InvoiceUsedTwice(AboutInvoice, InvalidArgument):
    """Twice within one claim."""

    zh = "发票 {invoice}（{seller}）在本单中重复"
    en = "Invoice {invoice} of {seller} stands in this claim twice"


class InvoiceCodeDoesNotFit(InvalidArgument):
    """Without this an invoice could be used twice: once with its code and once without."""

    zh = "20 位号码的数电票没有发票代码；其他发票须填写 10 或 12 位发票代码"
    en = "A fully digital invoice, with a number of 20 digits, has no code; any other has one of 10 or 12 digits"


class InvoiceDateInFuture(InvalidArgument):
    zh = "开票日期 {date} 晚于今天"
    en = "The invoice is dated {date}, which is in the future"


class InvoiceDateTooEarly(InvalidArgument):
    zh = "开票日期 {date} 早于 {earliest}"
    en = "The invoice is dated {date}, which is before {earliest}"


@dataclass(frozen=True, slots=True, order=True)
class InvoiceKey:
    """By what an invoice is known: the seller as compared, code and number."""

    seller: str
    code: str
    number: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """`code` is empty for fully digital invoices (数电票)."""

    seller: str
    code: str
    number: str
    date: dt.date
    amount: Money

    @property
    def key(self) -> InvoiceKey:
        return InvoiceKey(comparable(self.seller), self.code, self.number)

    def check(self, today: dt.date) -> None:
        """Raises InvoiceCodeDoesNotFit, InvoiceDateInFuture, InvoiceDateTooEarly, AmountNotPositive."""
        if len(self.code) not in ((0,) if len(self.number) == 20 else (10, 12)):
            raise InvoiceCodeDoesNotFit(field="code")
        if self.date > today:
            raise InvoiceDateInFuture(field="date", date=self.date)
        if self.date < EARLIEST:
            raise InvoiceDateTooEarly(field="date", date=self.date, earliest=EARLIEST)
        if not self.amount.is_positive:
            raise AmountNotPositive(field="amount", amount=self.amount)


def comparable(seller: str) -> str:
    """A seller's name as it is compared: width, case and spaces make no other seller."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seller).casefold())
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) != "Cf")
