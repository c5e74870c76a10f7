"""The life of a claim: which states it passes through, by which verbs, and what is refused on the way."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from kernel.errors import FailedPrecondition, PermissionDenied
from kernel.text import Text
from kernel.transitions import Transitions, transitions


class ClaimHasOpenCase(FailedPrecondition):
    zh = "{name} 的审批尚未结束，请先撤回"
    en = "The approval of {name} has not ended; withdraw it first"


class OwnClaim(PermissionDenied):
    zh = "不能核减本人的报销单 {name}"
    en = "{name} is your own claim; somebody else has to review it"


class NothingWouldBePaid(FailedPrecondition):
    zh = "核减后 {name} 应付金额为零，请改为拒绝"
    en = "Nothing would be left to pay of {name}; reject it instead"


class ClaimState(Enum):
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    IN_FINANCE_REVIEW = "in_finance_review"
    PAYABLE = "payable"
    PAID = "paid"
    REJECTED = "rejected"
    DELETED = "deleted"


class ClaimVerb(Enum):
    EDIT = "edit"
    DELETE = "delete"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    CUT_LINE = "cut_line"
    PASS = "pass"  # noqa: S105 - a verb, no secret
    PAY = "pay"
    REFUSE_PAYMENT = "refuse_payment"
    REOPEN = "reopen"


# What a person is told of them: `EC-2026-000123 is paid; editing is not possible`.
WORDS: Final[Mapping[Enum, Text]] = {
    ClaimState.DRAFT: Text("草稿", "a draft"),
    ClaimState.IN_APPROVAL: Text("审批中", "in approval"),
    ClaimState.IN_FINANCE_REVIEW: Text("财务复核", "in finance review"),
    ClaimState.PAYABLE: Text("待付款", "payable"),
    ClaimState.PAID: Text("已付款", "paid"),
    ClaimState.REJECTED: Text("已拒绝", "rejected"),
    ClaimState.DELETED: Text("已删除", "deleted"),
    ClaimVerb.EDIT: Text("修改", "editing"),
    ClaimVerb.DELETE: Text("删除", "deleting"),
    ClaimVerb.SUBMIT: Text("提交", "submitting"),
    ClaimVerb.APPROVE: Text("通过审批", "approving"),
    ClaimVerb.RETURN: Text("退回", "returning"),
    ClaimVerb.REJECT: Text("拒绝", "rejecting"),
    ClaimVerb.WITHDRAW: Text("撤回", "withdrawing"),
    ClaimVerb.CUT_LINE: Text("核减", "cutting a line"),
    ClaimVerb.PASS: Text("通过复核", "passing it for payment"),
    ClaimVerb.PAY: Text("付款", "paying"),
    ClaimVerb.REFUSE_PAYMENT: Text("拒付", "refusing the payment"),
    ClaimVerb.REOPEN: Text("重新审批", "reopening"),
}

_S, _V = ClaimState, ClaimVerb
_UNDER_REVIEW = (_S.IN_APPROVAL, _S.IN_FINANCE_REVIEW)

TRANSITIONS: Transitions[ClaimState, ClaimVerb] = transitions(
    (_S.DRAFT, _V.EDIT, _S.DRAFT),
    (_S.DRAFT, _V.DELETE, _S.DELETED),
    (_S.DRAFT, _V.SUBMIT, _S.IN_APPROVAL),
    (_S.IN_APPROVAL, _V.APPROVE, _S.IN_FINANCE_REVIEW),
    (_UNDER_REVIEW, _V.RETURN, _S.DRAFT),
    # A returned claim is a draft again; one that is payable may be taken back until its payment is sealed.
    ((_S.DRAFT, *_UNDER_REVIEW, _S.PAYABLE), _V.WITHDRAW, _S.DRAFT),
    (_UNDER_REVIEW, _V.REJECT, _S.REJECTED),
    (_S.IN_FINANCE_REVIEW, _V.CUT_LINE, _S.IN_FINANCE_REVIEW),
    (_S.IN_FINANCE_REVIEW, _V.PASS, _S.PAYABLE),
    (_S.PAYABLE, _V.PAY, _S.PAID),
    (_S.PAYABLE, _V.REFUSE_PAYMENT, _S.IN_FINANCE_REVIEW),
    # What was withdrawn is a draft; one that says what was submitted may be decided anew.
    ((_S.REJECTED, _S.DRAFT), _V.REOPEN, _S.IN_APPROVAL),
)
