"""What is refused of those who act on steps and work items."""

from __future__ import annotations

from kernel.errors import FailedPrecondition, InvalidArgument, PermissionDenied


class WorkItemTaken(FailedPrecondition):
    zh = "{holder} 已领取此待办"
    en = "{holder} has taken this work item already"


class NotACandidate(PermissionDenied):
    zh = "您不在此待办的候选人之中"
    en = "You are not one of those to whom this work item is offered"


class NotYourWorkItem(PermissionDenied):
    zh = "此待办不属于您"
    en = "This work item is not yours"


class NotActive(PermissionDenied):
    """Whoever has left, or has yet to come; an administrator hands over what they have."""

    zh = "您目前不在职，不能处理待办"
    en = "You are not active, so you cannot act on work items"


class NotFromAPool(FailedPrecondition):
    zh = "此待办只分配给一人，不能放回"
    en = "This work item was never offered to others, so it cannot be put back"


class NotYourTurn(FailedPrecondition):
    zh = "还没有轮到您：须由他人先处理"
    en = "It is not your turn yet: others decide before"


class WorkItemClosed(FailedPrecondition):
    """It has been decided, or is no longer needed; `state` says which."""

    zh = "此待办已结束（{state}）"
    en = "This work item is closed ({state})"


class WorkItemSuspended(FailedPrecondition):
    zh = "此待办已暂停，请先恢复"
    en = "This work item is suspended; resume it first"


class NotSuspended(FailedPrecondition):
    zh = "此待办没有暂停"
    en = "This work item is not suspended"


class NotInTheFuture(InvalidArgument):
    zh = "{until} 不在将来"
    en = "{until} is not in the future"


class RequesterMayNotDecide(PermissionDenied):
    zh = "申请人不能审批自己的申请"
    en = "Nobody decides what they asked for themselves"


class NoSuchEarlierStep(FailedPrecondition):
    zh = "{step} 不是此前经过的步骤，不能退回到那里"
    en = "{step} was not walked before this step, so it cannot be returned to"


class SkipNotAllowed(FailedPrecondition):
    zh = "此步骤的策略不允许弃权"
    en = "The policy of this step lets nobody abstain"


class ActWithheld(FailedPrecondition):
    zh = "此步骤的策略不允许：{act}"
    en = "The policy of this step does not let people do this: {act}"


class CannotTransferTo(FailedPrecondition):
    """Subclasses say why, under the same reason."""

    zh = "不能转交给 {person}"
    en = "It cannot be given to {person}"


class CannotTransferToRequester(CannotTransferTo):
    reason = CannotTransferTo.reason
    zh = "{person} 是申请人，不能转交"
    en = "{person} is the requester and may not decide"


class CannotTransferToInactive(CannotTransferTo):
    reason = CannotTransferTo.reason
    zh = "{person} 不在职，不能转交"
    en = "{person} is not active"


class CannotTransferToParticipant(CannotTransferTo):
    reason = CannotTransferTo.reason
    zh = "{person} 已参与此步骤，不能转交"
    en = "{person} takes part in this step already"


class AlreadySigns(FailedPrecondition):
    """Nobody has two shares in a step."""

    zh = "{person} 已参与此步骤，不能有第二份"
    en = "{person} has a share in this step already; nobody has two"


class CannotSign(FailedPrecondition):
    """Neither as an added signer nor as a delegate. Subclasses say why, under the same reason."""

    zh = "{person} 不能参与此步骤"
    en = "{person} cannot take part in this step"


class RequesterCannotSign(CannotSign):
    reason = CannotSign.reason
    zh = "{person} 是申请人，不能参与审批"
    en = "{person} is the requester and may not decide"


class InactiveCannotSign(CannotSign):
    reason = CannotSign.reason
    zh = "{person} 不在职"
    en = "{person} is not active"


class TooManySigners(FailedPrecondition):
    zh = "此步骤最多 {most} 人"
    en = "A step has at most {most} signers"


class NotYourSigner(PermissionDenied):
    zh = "只有加签人或管理员可以减签"
    en = "Only those who added a signer, and administrators, remove one"


class SignerHasDecided(FailedPrecondition):
    zh = "{person} 已处理，不能减签"
    en = "{person} has decided already and cannot be removed"


class LastSigner(FailedPrecondition):
    zh = "{person} 是此步骤最后一人，不能减签"
    en = "{person} is the last signer of this step and cannot be removed"


class DelegationOpen(FailedPrecondition):
    """`holder` has it for the time being; until it is handed back nobody decides it."""

    zh = "已委托 {holder} 处理，交还之前不能决定"
    en = "It is delegated to {holder} and cannot be decided until it comes back"


class NotDelegated(FailedPrecondition):
    zh = "此待办没有委托给您"
    en = "This work item was not delegated to you"


class AnswerAsked(FailedPrecondition):
    zh = "此待办只需答复，不能审批或转交"
    en = "This work item asks for an answer, not for a decision"


class NotAQuestion(FailedPrecondition):
    zh = "此待办需要决定，不是提问"
    en = "This work item asks for a decision, not for an answer"


class CannotAsk(FailedPrecondition):
    zh = "不能向 {person} 提问"
    en = "{person} cannot be asked"


class TooManyQuestions(FailedPrecondition):
    zh = "最多同时提出 {most} 个未答复的问题"
    en = "At most {most} questions can be open at a time"


class UndoNotAllowed(FailedPrecondition):
    zh = "此步骤的策略不允许撤销决定"
    en = "The policy of this step lets nobody take a decision back"


class UndoTooLate(FailedPrecondition):
    zh = "撤销期限已过（{until}）"
    en = "It could be taken back until {until}"


class BuiltUpon(FailedPrecondition):
    zh = "后续已据此处理，不能撤销"
    en = "Others have built on this decision; it cannot be taken back"


class NothingToUndo(FailedPrecondition):
    zh = "此待办尚未决定"
    en = "This work item has not been decided"


class UrgedAlready(FailedPrecondition):
    """`next_time` says from when on it is possible again."""

    zh = "已催办过，{next_time} 之后才能再催"
    en = "It has been urged already; it can be urged again from {next_time}"
