"""Claims as rows and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kernel.money import Money
from services.expense.domain.claim import Claim
from services.expense.domain.invoice import Invoice
from services.expense.domain.life import ClaimState
from services.expense.domain.lines import ClaimLine, Cut


def claim_of(row: Any, lines: Iterable[Any]) -> Claim:
    """From rows of SQLAlchemy's or psycopg's making; `lines` in the order of their positions."""
    return Claim(
        number=row.number,
        claimant=row.claimant,
        organisation=row.organisation,
        title=row.title,
        lines=tuple(_line_of(line, row.currency) for line in lines),
        attachments=tuple(row.attachments),
        cost_centre=row.cost_centre,
        state=ClaimState(row.state),
        version=row.version,
        revision=row.revision,
        case_open=row.case_open,
        edited=row.edited,
        lines_given=row.lines_given,
        reason=row.reason,
        payment=row.payment,
        create_time=row.created_at,
        update_time=row.updated_at,
        submit_time=row.submitted_at,
        pay_time=row.paid_at,
    )


def claim_columns(claim: Claim) -> dict[str, Any]:
    """Everything but the lines and what never changes."""
    return {
        "title": claim.title,
        "attachments": list(claim.attachments),
        "cost_centre": claim.cost_centre,
        "state": claim.state.value,
        "version": claim.version,
        "revision": claim.revision,
        "case_open": claim.case_open,
        "edited": claim.edited,
        "lines_given": claim.lines_given,
        "reason": claim.reason,
        "payment": claim.payment,
        "currency": claim.total.currency,
        "total_minor": claim.total.minor,
        "payable_minor": claim.payable.minor,
        "updated_at": claim.update_time,
        "submitted_at": claim.submit_time,
        "paid_at": claim.pay_time,
    }


def fixed_columns(claim: Claim) -> dict[str, Any]:
    """What is said once, when a claim is made."""
    return {
        "number": claim.number,
        "claimant": claim.claimant,
        "organisation": claim.organisation,
        "created_at": claim.create_time,
    }


def line_columns(claim: Claim) -> list[dict[str, Any]]:
    return [_line_columns(claim.number, n, line) for n, line in enumerate(claim.lines)]


def _line_columns(claim: str, position: int, line: ClaimLine) -> dict[str, Any]:
    invoice, cut = line.invoice, line.cut
    return {
        "claim": claim,
        "id": line.id,
        "position": position,
        "expense_type": line.expense_type,
        "date": line.date,
        "amount_minor": line.amount.minor,
        "tax_minor": line.tax.minor if line.tax is not None else None,
        "description": line.description,
        "city": line.city,
        "customer": line.customer,
        "activity": line.activity,
        "activity_line": line.activity_line,
        "invoice_seller": invoice.seller if invoice else None,
        "invoice_code": invoice.code if invoice else None,
        "invoice_number": invoice.number if invoice else None,
        "invoice_date": invoice.date if invoice else None,
        "invoice_minor": invoice.amount.minor if invoice else None,
        "cut_minor": cut.amount.minor if cut else None,
        "cut_reason": cut.reason if cut else None,
        "cut_by": cut.by if cut else None,
    }


def _line_of(row: Any, currency: str) -> ClaimLine:
    return ClaimLine(
        id=row.id,
        expense_type=row.expense_type,
        date=row.date,
        amount=Money.from_minor(row.amount_minor, currency),
        tax=None if row.tax_minor is None else Money.from_minor(row.tax_minor, currency),
        description=row.description,
        city=row.city,
        invoice=_invoice_of(row, currency),
        cut=_cut_of(row, currency),
        customer=row.customer,
        activity=row.activity,
        activity_line=row.activity_line,
    )


def _invoice_of(row: Any, currency: str) -> Invoice | None:
    if row.invoice_number is None:
        return None
    amount = Money.from_minor(row.invoice_minor, currency)
    return Invoice(row.invoice_seller, row.invoice_code, row.invoice_number, row.invoice_date, amount)


def _cut_of(row: Any, currency: str) -> Cut | None:
    if row.cut_minor is None:
        return None
    return Cut(Money.from_minor(row.cut_minor, currency), row.cut_reason or "", row.cut_by or "")
