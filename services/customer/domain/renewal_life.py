"""The life of a renewal of a licence (换证): which states it passes through, and what is refused on the way."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from kernel.errors import FailedPrecondition, InvalidArgument
from kernel.text import Text
from kernel.transitions import Transitions, transitions


class RenewalOpen(FailedPrecondition):
    zh = "{customer} 的该证照已有审批未结束的换证申请 {renewal}"
    en = "The approval of {renewal}, of this licence of {customer}, has not ended"


class NotRegistered(FailedPrecondition):
    zh = "{name} 尚未登记，证照由客户负责人直接维护"
    en = "{name} is not registered yet; its owners record its licences themselves"


class CustomerClosed(FailedPrecondition):
    zh = "{name} 已倒闭"
    en = "{name} has closed down"


class ExpiredAlready(InvalidArgument):
    zh = "新证照已于 {expiry} 到期"
    en = "The new licence has ended on {expiry} already"


class LicenceOfAnotherType(InvalidArgument):
    zh = "原证照类型为“{renewed}”，新证照类型不能为“{type}”"
    en = "The licence that it renews is of type {renewed}, not {type}"


class NothingRenewed(InvalidArgument):
    zh = "证照编号和有效期与原证照 {licence} 相同"
    en = "Number and expiry are those of {licence} as it is"


class LicenceToBeNamed(FailedPrecondition):
    zh = "客户已有该类型证照 {licence}，请注明更换哪一份"
    en = "The customer has {licence} of this type; say whether that is renewed"


class RenewalState(Enum):
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    RENEWED = "renewed"
    REJECTED = "rejected"
    DELETED = "deleted"


class RenewalVerb(Enum):
    EDIT = "edit"
    DELETE = "delete"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


# What a person is told of them: `licenceRenewals/LR-2026-000123 is renewed; editing is not possible`.
WORDS: Final[Mapping[Enum, Text]] = {
    RenewalState.DRAFT: Text("草稿", "a draft"),
    RenewalState.IN_APPROVAL: Text("审批中", "in approval"),
    RenewalState.RENEWED: Text("已换证", "done"),
    RenewalState.REJECTED: Text("已拒绝", "rejected"),
    RenewalState.DELETED: Text("已删除", "deleted"),
    RenewalVerb.EDIT: Text("修改", "editing"),
    RenewalVerb.DELETE: Text("删除", "deleting"),
    RenewalVerb.SUBMIT: Text("提交", "submitting"),
    RenewalVerb.APPROVE: Text("通过审批", "approving"),
    RenewalVerb.RETURN: Text("退回", "returning"),
    RenewalVerb.REJECT: Text("拒绝", "rejecting"),
    RenewalVerb.WITHDRAW: Text("撤回", "withdrawing"),
    RenewalVerb.REOPEN: Text("重新审批", "reopening"),
}

_S, _V = RenewalState, RenewalVerb

TRANSITIONS: Final[Transitions[RenewalState, RenewalVerb]] = transitions(
    (_S.DRAFT, _V.EDIT, _S.DRAFT),
    (_S.DRAFT, _V.DELETE, _S.DELETED),
    (_S.DRAFT, _V.SUBMIT, _S.IN_APPROVAL),
    (_S.IN_APPROVAL, _V.APPROVE, _S.RENEWED),
    (_S.IN_APPROVAL, _V.RETURN, _S.DRAFT),
    (_S.IN_APPROVAL, _V.REJECT, _S.REJECTED),
    # A returned one is a draft again. What is renewed stays: its case was sealed before.
    ((_S.DRAFT, _S.IN_APPROVAL), _V.WITHDRAW, _S.DRAFT),
    # What was withdrawn is a draft; one that says what was submitted may be decided anew.
    ((_S.REJECTED, _S.DRAFT), _V.REOPEN, _S.IN_APPROVAL),
)
