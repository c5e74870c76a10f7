"""The lines of a claim: what was spent, on what, when, proved by which invoice, and what finance cut."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from kernel.errors import FailedPrecondition, InvalidArgument
from kernel.fields import Faults, within
from kernel.money import AmountNotPositive, MixedCurrencies, Money, sum_money, zero
from services.expense.domain.invoice import EARLIEST, Invoice, InvoiceUsedTwice
from services.expense.domain.months import Month


class LineDateInFuture(InvalidArgument):
    zh = "费用日期 {date} 晚于今天"
    en = "The line is dated {date}, which is in the future"


class LineDateTooEarly(InvalidArgument):
    """No such day is meant: a form was left half filled, or a year was typed wrongly."""

    zh = "费用日期 {date} 早于 {earliest}"
    en = "The line is dated {date}, which is before {earliest}"


class TaxNotWithinAmount(InvalidArgument):
    zh = "税额 {tax} 应在零与金额 {amount} 之间"
    en = "The tax {tax} is not between zero and the amount {amount}"


class LineAboveInvoice(InvalidArgument):
    zh = "报销金额 {amount} 超过发票金额 {invoice}"
    en = "{amount} is claimed on an invoice over {invoice}"


class CutAboveLine(InvalidArgument):
    zh = "核减金额 {cut} 超过报销金额 {amount}"
    en = "{cut} would be cut from a line of {amount}"


class CutBelowZero(InvalidArgument):
    zh = "核减金额不能小于零，实际为 {cut}"
    en = "A cut cannot be below zero, and this is {cut}"


class UnknownLine(InvalidArgument):
    zh = "{name} 没有明细 {line}"
    en = "{name} has no line {line}"


class LineTwice(InvalidArgument):
    zh = "明细 {line} 重复"
    en = "Line {line} is there twice"


class AttachmentNotOfClaim(InvalidArgument):
    """A claim is proved by its own files: each is uploaded for the claim's number before the claim names it."""

    zh = "{attachment} 不存在，或不是本单的附件"
    en = "{attachment} is not there, or it is no attachment of this claim"


class ClaimHasNoLines(FailedPrecondition):
    zh = "{name} 没有费用明细，不能提交"
    en = "{name} has no lines and cannot be submitted"


class ActivityLine(NamedTuple):
    """A line of a marketing activity: the activity's number and the line's id."""

    activity: str
    line: str

    def __str__(self) -> str:
        return f"activities/{self.activity}/lines/{self.line}"

    @classmethod
    def parse(cls, name: str) -> ActivityLine:
        """`activities/AC-2026-000123/lines/1`; the contract lets nothing else in."""
        _, activity, _, line = name.split("/")
        return cls(activity, line)


@dataclass(frozen=True, slots=True)
class Cut:
    """By how much less finance pays, why, and who said so (a person's id)."""

    amount: Money
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """One expense. `amount` includes the tax. `id` is empty until the claim has given one.

    With an `activity_line` it is paid from what may be claimed on that line, and needs no budget of its own.
    """

    id: str = ""
    expense_type: str
    date: dt.date
    amount: Money
    tax: Money | None = None
    description: str = ""
    city: str = ""
    invoice: Invoice | None = None
    cut: Cut | None = None
    customer: str = ""
    activity: str = ""
    activity_line: str = ""

    @property
    def drawn_on(self) -> ActivityLine | None:
        return ActivityLine.parse(self.activity_line) if self.activity_line else None

    @property
    def payable(self) -> Money:
        return self.amount - self.cut.amount if self.cut else self.amount

    @property
    def month(self) -> Month:
        return Month.of(self.date)

    def check(self, today: dt.date) -> None:
        """Whether the line by itself is right. Raises refusals that name the field within the line."""
        if not self.amount.is_positive:
            raise AmountNotPositive(field="amount", amount=self.amount)
        if self.date > today:
            raise LineDateInFuture(field="date", date=self.date)
        if self.date < EARLIEST:
            raise LineDateTooEarly(field="date", date=self.date, earliest=EARLIEST)
        if self.tax is not None:
            with within("tax"):
                if not zero(self.amount.currency) <= self.tax <= self.amount:
                    raise TaxNotWithinAmount(tax=self.tax, amount=self.amount)
        if self.invoice is not None:
            with within("invoice"):
                self.invoice.check(today)
            with within("invoice.amount"):
                if self.amount > self.invoice.amount:
                    raise LineAboveInvoice(amount=self.amount, invoice=self.invoice.amount)

    def with_cut(self, cut: Cut) -> ClaimLine:
        """The line with `cut` in place of any cut before; a cut of zero takes it back. Raises CutAboveLine, CutBelowZero."""
        if cut.amount < zero(self.amount.currency):
            raise CutBelowZero(field="amount", cut=cut.amount)
        if cut.amount > self.amount:
            raise CutAboveLine(field="amount", cut=cut.amount, amount=self.amount)
        return replace(self, cut=cut if cut.amount.is_positive else None)


def check_lines(lines: Iterable[ClaimLine], today: dt.date) -> None:
    """Whether the lines are right, each and together; says at once everything that is wrong."""
    lines, faults, currency, invoices = tuple(lines), Faults(), "", set()
    for index, line in enumerate(lines):
        with faults.within(f"lines[{index}]"):
            line.check(today)
            currency = currency or line.amount.currency
            if line.amount.currency != currency:
                raise MixedCurrencies(field="amount", left=currency, right=line.amount.currency)
            if line.invoice is not None:
                if line.invoice.key in invoices:
                    raise InvoiceUsedTwice(
                        field="invoice",
                        seller=line.invoice.seller,
                        code=line.invoice.code,
                        number=line.invoice.number,
                    )
                invoices.add(line.invoice.key)
    faults.refuse()
    with within("lines"):
        sum_money(line.amount for line in lines)  # it must be an amount, too
