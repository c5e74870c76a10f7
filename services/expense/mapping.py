"""Claims as messages and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chassis.rpc.values import (
    date_from_message,
    date_to_message,
    money_from_message,
    money_to_message,
    time_to_message,
)
from kernel.fields import Faults, within
from services.expense.domain.claim import Claim
from services.expense.domain.invoice import Invoice
from services.expense.domain.life import ClaimState
from services.expense.domain.lines import ClaimLine, Cut
from zhupi.expense.v1 import claim_pb2 as pb

STATES: Final = {state: pb.Claim.State.Value(f"STATE_{state.name}") for state in ClaimState}
STATES_BACK: Final = {number: state for state, number in STATES.items()}


def claim_to_message(claim: Claim) -> pb.Claim:
    return pb.Claim(
        name=claim.name,
        claimant=f"people/{claim.claimant}",
        organisation=f"organisations/{claim.organisation}",
        title=claim.title,
        lines=[line_to_message(line) for line in claim.lines],
        state=STATES[claim.state],
        total=money_to_message(claim.total),
        payable=money_to_message(claim.payable),
        version=claim.version,
        etag=claim.etag,
        reason=claim.reason,
        create_time=time_to_message(claim.create_time),
        update_time=time_to_message(claim.update_time),
        submit_time=time_to_message(claim.submit_time),
        pay_time=time_to_message(claim.pay_time),
        payment=claim.payment,
        attachments=claim.attachments,
        cost_centre=claim.cost_centre,
    )


def line_to_message(line: ClaimLine) -> pb.ClaimLine:
    return pb.ClaimLine(
        id=line.id,
        expense_type=line.expense_type,
        date=date_to_message(line.date),
        amount=money_to_message(line.amount),
        tax=money_to_message(line.tax) if line.tax is not None else None,
        description=line.description,
        city=line.city,
        invoice=_invoice_to_message(line.invoice) if line.invoice else None,
        cut=_cut_to_message(line.cut) if line.cut else None,
        customer=line.customer,
        activity=line.activity,
        activity_line=line.activity_line,
    )


def lines_from_messages(messages: Iterable[pb.ClaimLine]) -> tuple[ClaimLine, ...]:
    """Lines as a claimant sent them; a cut is finance's and not taken over. Names every line that cannot be read."""
    lines, faults = [], Faults()
    for index, message in enumerate(messages):
        with faults.within(f"lines[{index}]"):
            lines.append(line_from_message(message))
    faults.refuse()
    return tuple(lines)


def line_from_message(message: pb.ClaimLine) -> ClaimLine:
    with within("date"):
        day = date_from_message(message.date)
    with within("amount"):
        amount = money_from_message(message.amount)
    with within("tax"):
        tax = money_from_message(message.tax) if message.HasField("tax") else None
    with within("invoice"):
        invoice = _invoice_from_message(message.invoice) if message.HasField("invoice") else None
    return ClaimLine(
        id=message.id,
        expense_type=message.expense_type,
        date=day,
        amount=amount,
        tax=tax,
        description=message.description,
        city=message.city,
        invoice=invoice,
        customer=message.customer,
        activity=message.activity,
        activity_line=message.activity_line,
    )


def _invoice_to_message(invoice: Invoice) -> pb.Invoice:
    return pb.Invoice(
        seller=invoice.seller,
        code=invoice.code,
        number=invoice.number,
        date=date_to_message(invoice.date),
        amount=money_to_message(invoice.amount),
    )


def _invoice_from_message(message: pb.Invoice) -> Invoice:
    with within("date"):
        day = date_from_message(message.date)
    with within("amount"):
        amount = money_from_message(message.amount)
    return Invoice(message.seller, message.code, message.number, day, amount)


def _cut_to_message(cut: Cut) -> pb.Cut:
    return pb.Cut(amount=money_to_message(cut.amount), reason=cut.reason, by=f"people/{cut.by}")
