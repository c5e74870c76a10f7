"""The life of a change of an activity (活动变更): its states, its verbs, and what is refused on the way."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from kernel.errors import FailedPrecondition, InvalidArgument
from kernel.text import Text
from kernel.transitions import Transitions, transitions


class ChangeOpen(FailedPrecondition):
    zh = "{activity} 的变更 {change} 尚未结束"
    en = "The change {change} of {activity} has not ended"


class ChangeAfterEnd(FailedPrecondition):
    zh = "{activity} 已结束，不能变更"
    en = "{activity} is over and cannot be changed"


class ChangeInClosure(FailedPrecondition):
    zh = "{activity} 已进入结案，不能变更"
    en = "The closure of {activity} is being decided or was; it cannot be changed"


class ChangeNotApprovedYet(FailedPrecondition):
    zh = "{activity} 尚未通过审批，请直接修改申请"
    en = "{activity} is not approved; edit the request itself"


class NothingChanged(FailedPrecondition):
    zh = "变更后与现行内容相同"
    en = "The terms would be what they are"


class StartPassed(FailedPrecondition):
    zh = "活动已开始，开始日期 {start} 不能变更"
    en = "It has begun; its first day stays {start}"


class EndInPast(FailedPrecondition):
    zh = "结束日期 {end} 早于今天"
    en = "It would end on {end}, which is in the past"


class ClassChanged(InvalidArgument):
    zh = "不能变更活动类别；请另建活动"
    en = "The class cannot change; make another activity"


class TermsChangedSince(FailedPrecondition):
    zh = "{activity} 在此之后已有变更，请重新起草"
    en = "{activity} has other terms since; draft the change anew"


class ChangeState(Enum):
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    APPLIED = "applied"
    REJECTED = "rejected"
    DELETED = "deleted"


class ChangeVerb(Enum):
    EDIT = "edit"
    DELETE = "delete"
    SUBMIT = "submit"
    APPLY = "apply"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    REFUSE_RESERVATION = "refuse_reservation"


WORDS: Final[Mapping[Enum, Text]] = {
    ChangeState.DRAFT: Text("草稿", "a draft"),
    ChangeState.IN_APPROVAL: Text("审批中", "in approval"),
    ChangeState.APPLIED: Text("已生效", "in effect"),
    ChangeState.REJECTED: Text("已拒绝", "rejected"),
    ChangeState.DELETED: Text("已删除", "deleted"),
    ChangeVerb.EDIT: Text("修改", "editing"),
    ChangeVerb.DELETE: Text("删除", "deleting"),
    ChangeVerb.SUBMIT: Text("提交", "submitting"),
    ChangeVerb.APPLY: Text("生效", "taking effect"),
    ChangeVerb.RETURN: Text("退回", "returning"),
    ChangeVerb.REJECT: Text("拒绝", "rejecting"),
    ChangeVerb.WITHDRAW: Text("撤回", "withdrawing"),
    ChangeVerb.REOPEN: Text("重新审批", "reopening"),
    ChangeVerb.REFUSE_RESERVATION: Text("拒绝预占预算", "refusing the budget"),
}

_S, _V = ChangeState, ChangeVerb

TRANSITIONS: Transitions[ChangeState, ChangeVerb] = transitions(
    (_S.DRAFT, _V.EDIT, _S.DRAFT),
    (_S.DRAFT, _V.DELETE, _S.DELETED),
    (_S.DRAFT, _V.SUBMIT, _S.IN_APPROVAL),
    (_S.IN_APPROVAL, _V.REFUSE_RESERVATION, _S.DRAFT),
    (_S.IN_APPROVAL, _V.APPLY, _S.APPLIED),
    (_S.IN_APPROVAL, _V.RETURN, _S.DRAFT),
    (_S.IN_APPROVAL, _V.REJECT, _S.REJECTED),
    ((_S.DRAFT, _S.IN_APPROVAL), _V.WITHDRAW, _S.DRAFT),
    ((_S.REJECTED, _S.DRAFT), _V.REOPEN, _S.IN_APPROVAL),
)
