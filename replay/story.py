"""What can happen to a claim, in the words that logs are mapped to, and which may follow which.

This is the sound process: what a log says beyond it cannot be walked.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from kernel.transitions import Transitions, transitions


class Verb(StrEnum):
    SAVE = "save"
    """The claimant saves the claim as a draft."""
    SUBMIT = "submit"
    """The claimant submits it, for the first time or again."""
    TAKE_BACK = "take_back"
    """The claimant takes it back to a draft: out of the approval, or after it was returned."""
    APPROVE = "approve"
    APPROVE_LAST = "approve_last"
    """The last approval of a round: finance has it next."""
    RETURN = "return"
    """An approver sends it back to the claimant."""
    REJECT = "reject"
    """An approver rejects it for good."""
    ASK_PAYMENT = "ask_payment"
    """Finance passes it: the ERP is asked to pay."""
    FINANCE_RETURN = "finance_return"
    """Finance sends it back to the claimant. After the payment was asked for, because the ERP has refused it."""
    FINANCE_REJECT = "finance_reject"
    PAID = "paid"
    """The ERP has paid."""


class State(StrEnum):
    NEW = "new"
    DRAFT = "draft"
    """Saved or taken back: no approval is under way."""
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    """A draft again, while its case waits for it to be submitted again."""
    APPROVED = "approved"
    """Its approvers are done; finance has it."""
    PAYABLE = "payable"
    """The ERP is asked to pay."""
    PAID = "paid"
    REJECTED = "rejected"


DECISIONS: Final = frozenset({Verb.APPROVE, Verb.APPROVE_LAST, Verb.RETURN, Verb.REJECT})
"""What an approver does, and so what a route is known by."""

_S, _V = State, Verb
TRANSITIONS: Final[Transitions[State, Verb]] = transitions(
    ((_S.NEW, _S.DRAFT), _V.SAVE, _S.DRAFT),
    (_S.RETURNED, _V.SAVE, _S.RETURNED),
    ((_S.NEW, _S.DRAFT, _S.RETURNED), _V.SUBMIT, _S.IN_APPROVAL),
    ((_S.IN_APPROVAL, _S.RETURNED, _S.APPROVED), _V.TAKE_BACK, _S.DRAFT),
    (_S.IN_APPROVAL, _V.APPROVE, _S.IN_APPROVAL),
    (_S.IN_APPROVAL, _V.APPROVE_LAST, _S.APPROVED),
    (_S.IN_APPROVAL, _V.RETURN, _S.RETURNED),
    (_S.IN_APPROVAL, _V.REJECT, _S.REJECTED),
    # Asked again or sent back after it was asked for: the ERP has refused to pay, and finance has it again.
    ((_S.APPROVED, _S.PAYABLE), _V.ASK_PAYMENT, _S.PAYABLE),
    ((_S.APPROVED, _S.PAYABLE), _V.FINANCE_RETURN, _S.RETURNED),
    ((_S.APPROVED, _S.PAYABLE), _V.FINANCE_REJECT, _S.REJECTED),
    (_S.PAYABLE, _V.PAID, _S.PAID),
)
