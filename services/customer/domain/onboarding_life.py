"""The life of an onboarding (客户转正): which states it passes through, by which verbs, and what is refused on the way."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from kernel.errors import FailedPrecondition, InvalidArgument
from kernel.text import Text
from kernel.transitions import Transitions, transitions


class AlreadyFormal(FailedPrecondition):
    zh = "{name} 已是正式客户，ERP 编码 {erp_code}"
    en = "{name} is formal already, as {erp_code}"


class OnboardingOpen(FailedPrecondition):
    zh = "{customer} 已有审批未结束的转正申请 {onboarding}"
    en = "The approval of {onboarding}, of {customer} too, has not ended"


class NotDirect(FailedPrecondition):
    zh = "{name} 为间接交易客户，只有直接交易的客户才能转正；如将改为直接交易，请注明"
    en = "{name} does not trade directly; only direct customers become formal: say so if it is to become one"


class CreditNegative(InvalidArgument):
    zh = "信用额度须大于零；不需要信用额度请留空"
    en = "A credit limit is above zero; leave it out where none is asked for"


class CreditWithoutTerms(FailedPrecondition):
    zh = "申请信用额度须同时填写账期"
    en = "A credit limit needs a time to pay"


class OnboardingState(Enum):
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    REGISTERING = "registering"
    FORMAL = "formal"
    REJECTED = "rejected"
    DELETED = "deleted"


class OnboardingVerb(Enum):
    EDIT = "edit"
    DELETE = "delete"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    REGISTER = "register"
    REFUSE_REGISTRATION = "refuse_registration"
    REOPEN = "reopen"


# What a person is told of them: `onboardings/ON-2026-000123 is formal; editing is not possible`.
WORDS: Final[Mapping[Enum, Text]] = {
    OnboardingState.DRAFT: Text("草稿", "a draft"),
    OnboardingState.IN_APPROVAL: Text("审批中", "in approval"),
    OnboardingState.REGISTERING: Text("登记中", "being registered"),
    OnboardingState.FORMAL: Text("已转正", "formal"),
    OnboardingState.REJECTED: Text("已拒绝", "rejected"),
    OnboardingState.DELETED: Text("已删除", "deleted"),
    OnboardingVerb.EDIT: Text("修改", "editing"),
    OnboardingVerb.DELETE: Text("删除", "deleting"),
    OnboardingVerb.SUBMIT: Text("提交", "submitting"),
    OnboardingVerb.APPROVE: Text("通过审批", "approving"),
    OnboardingVerb.RETURN: Text("退回", "returning"),
    OnboardingVerb.REJECT: Text("拒绝", "rejecting"),
    OnboardingVerb.WITHDRAW: Text("撤回", "withdrawing"),
    OnboardingVerb.REGISTER: Text("登记", "registering"),
    OnboardingVerb.REFUSE_REGISTRATION: Text("拒绝登记", "refusing to register"),
    OnboardingVerb.REOPEN: Text("重新审批", "reopening"),
}

_S, _V = OnboardingState, OnboardingVerb

TRANSITIONS: Transitions[OnboardingState, OnboardingVerb] = transitions(
    (_S.DRAFT, _V.EDIT, _S.DRAFT),
    (_S.DRAFT, _V.DELETE, _S.DELETED),
    (_S.DRAFT, _V.SUBMIT, _S.IN_APPROVAL),
    (_S.IN_APPROVAL, _V.APPROVE, _S.REGISTERING),
    (_S.IN_APPROVAL, _V.RETURN, _S.DRAFT),
    (_S.IN_APPROVAL, _V.REJECT, _S.REJECTED),
    # A returned one is a draft again; one that is approved may be taken back until it is sealed for the ERP.
    ((_S.DRAFT, _S.IN_APPROVAL, _S.REGISTERING), _V.WITHDRAW, _S.DRAFT),
    (_S.REGISTERING, _V.REGISTER, _S.FORMAL),
    (_S.REGISTERING, _V.REFUSE_REGISTRATION, _S.DRAFT),
    # What was withdrawn is a draft; one that says what was submitted may be decided anew.
    ((_S.REJECTED, _S.DRAFT), _V.REOPEN, _S.IN_APPROVAL),
)
