"""The life of an activity (活动): which states it passes through, by which verbs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from kernel.text import Text
from kernel.transitions import Transitions, transitions


class ActivityState(Enum):
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    APPROVED = "approved"
    RUNNING = "running"
    TO_CLOSE = "to_close"
    CLOSURE_IN_APPROVAL = "closure_in_approval"
    SETTLED = "settled"
    CLOSED = "closed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    DELETED = "deleted"


class ActivityVerb(Enum):
    EDIT = "edit"
    DELETE = "delete"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    REFUSE_RESERVATION = "refuse_reservation"
    CANCEL = "cancel"
    CHANGE_TERMS = "change_terms"
    START = "start"
    END = "end"
    END_EARLY = "end_early"
    KEEP_EVIDENCE = "keep_evidence"
    LOG = "log"
    EDIT_CLOSURE = "edit_closure"
    REMIND = "remind"
    SUBMIT_CLOSURE = "submit_closure"
    RETURN_CLOSURE = "return_closure"
    REJECT_CLOSURE = "reject_closure"
    SETTLE = "settle"
    CLOSE = "close"


# What a person is told of them: `activities/AC-2026-000123 is running; cancelling is not possible`.
WORDS: Final[Mapping[Enum, Text]] = {
    ActivityState.DRAFT: Text("草稿", "a draft"),
    ActivityState.IN_APPROVAL: Text("审批中", "in approval"),
    ActivityState.APPROVED: Text("待执行", "approved and has not begun"),
    ActivityState.RUNNING: Text("执行中", "running"),
    ActivityState.TO_CLOSE: Text("待结案", "over and to be closed"),
    ActivityState.CLOSURE_IN_APPROVAL: Text("结案审批中", "over and its closure in approval"),
    ActivityState.SETTLED: Text("已结案", "settled"),
    ActivityState.CLOSED: Text("已关闭", "closed"),
    ActivityState.REJECTED: Text("已拒绝", "rejected"),
    ActivityState.CANCELLED: Text("已取消", "cancelled"),
    ActivityState.DELETED: Text("已删除", "deleted"),
    ActivityVerb.EDIT: Text("修改", "editing"),
    ActivityVerb.DELETE: Text("删除", "deleting"),
    ActivityVerb.SUBMIT: Text("提交", "submitting"),
    ActivityVerb.APPROVE: Text("通过审批", "approving"),
    ActivityVerb.RETURN: Text("退回", "returning"),
    ActivityVerb.REJECT: Text("拒绝", "rejecting"),
    ActivityVerb.WITHDRAW: Text("撤回", "withdrawing"),
    ActivityVerb.REOPEN: Text("重新审批", "reopening"),
    ActivityVerb.REFUSE_RESERVATION: Text("拒绝预占预算", "refusing the budget"),
    ActivityVerb.CANCEL: Text("取消", "cancelling"),
    ActivityVerb.CHANGE_TERMS: Text("变更", "changing"),
    ActivityVerb.START: Text("开始执行", "beginning"),
    ActivityVerb.END: Text("结束执行", "ending"),
    ActivityVerb.END_EARLY: Text("提前结束", "ending early"),
    ActivityVerb.KEEP_EVIDENCE: Text("增删证据", "bringing or deleting evidence"),
    ActivityVerb.LOG: Text("写执行日志", "writing its log"),
    ActivityVerb.EDIT_CLOSURE: Text("填写结案", "writing its closure"),
    ActivityVerb.REMIND: Text("提醒结案", "reminding of the closure"),
    ActivityVerb.SUBMIT_CLOSURE: Text("提交结案", "submitting its closure"),
    ActivityVerb.RETURN_CLOSURE: Text("退回结案", "returning its closure"),
    ActivityVerb.REJECT_CLOSURE: Text("拒绝结案", "rejecting its closure"),
    ActivityVerb.SETTLE: Text("结案", "settling"),
    ActivityVerb.CLOSE: Text("关闭", "closing"),
}

_S, _V = ActivityState, ActivityVerb

TRANSITIONS: Transitions[ActivityState, ActivityVerb] = transitions(
    (_S.DRAFT, _V.EDIT, _S.DRAFT),
    (_S.DRAFT, _V.DELETE, _S.DELETED),
    (_S.DRAFT, _V.SUBMIT, _S.IN_APPROVAL),
    (_S.IN_APPROVAL, _V.REFUSE_RESERVATION, _S.DRAFT),
    (_S.IN_APPROVAL, _V.APPROVE, _S.APPROVED),
    (_S.IN_APPROVAL, _V.RETURN, _S.DRAFT),
    (_S.IN_APPROVAL, _V.REJECT, _S.REJECTED),
    # A request that was returned is a draft again, and its case can still be taken back.
    ((_S.DRAFT, _S.IN_APPROVAL), _V.WITHDRAW, _S.DRAFT),
    # What was agreed is given up; after the start only an administrator can end the case.
    (
        (_S.APPROVED, _S.RUNNING, _S.TO_CLOSE, _S.CLOSURE_IN_APPROVAL),
        _V.WITHDRAW,
        _S.CANCELLED,
    ),
    # What was withdrawn is a draft; one that says what was submitted may be decided anew.
    ((_S.REJECTED, _S.DRAFT), _V.REOPEN, _S.IN_APPROVAL),
    (_S.APPROVED, _V.CANCEL, _S.CANCELLED),
    (_S.APPROVED, _V.CHANGE_TERMS, _S.APPROVED),
    (_S.APPROVED, _V.START, _S.RUNNING),
    (_S.RUNNING, _V.CHANGE_TERMS, _S.RUNNING),
    (_S.RUNNING, _V.END, _S.TO_CLOSE),
    (_S.RUNNING, _V.END_EARLY, _S.TO_CLOSE),
    # Until the closure is submitted, and again once it is returned.
    (_S.RUNNING, _V.KEEP_EVIDENCE, _S.RUNNING),
    (_S.TO_CLOSE, _V.KEEP_EVIDENCE, _S.TO_CLOSE),
    # Preparations are of the execution, too.
    (_S.APPROVED, _V.LOG, _S.APPROVED),
    (_S.RUNNING, _V.LOG, _S.RUNNING),
    (_S.TO_CLOSE, _V.LOG, _S.TO_CLOSE),
    (_S.TO_CLOSE, _V.EDIT_CLOSURE, _S.TO_CLOSE),
    (_S.TO_CLOSE, _V.REMIND, _S.TO_CLOSE),
    (_S.TO_CLOSE, _V.SUBMIT_CLOSURE, _S.CLOSURE_IN_APPROVAL),
    (_S.CLOSURE_IN_APPROVAL, _V.RETURN_CLOSURE, _S.TO_CLOSE),
    (_S.CLOSURE_IN_APPROVAL, _V.REJECT_CLOSURE, _S.CLOSED),
    (_S.CLOSURE_IN_APPROVAL, _V.SETTLE, _S.SETTLED),
    (_S.SETTLED, _V.CLOSE, _S.CLOSED),
)

# Nobody has begun it, nobody can any more.
NOT_BEGUN: Final = frozenset({_S.DRAFT, _S.IN_APPROVAL, _S.APPROVED, _S.REJECTED, _S.CANCELLED})
# It takes place, or is asked to: no other one of its class is at its customers in its days.
TAKES_PLACE: Final = frozenset(
    {_S.IN_APPROVAL, _S.APPROVED, _S.RUNNING, _S.TO_CLOSE, _S.CLOSURE_IN_APPROVAL, _S.SETTLED}
)
# What a calendar shows.
ON_CALENDARS: Final = TAKES_PLACE | {_S.CLOSED}
