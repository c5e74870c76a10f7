"""What keeps a request back though it is right by itself: others at the same place, and what the requester has left undone."""

from __future__ import annotations

from kernel.errors import FailedPrecondition, InvalidArgument


class OverlappingActivity(FailedPrecondition):
    zh = "{customer} 在此期间已有同类活动 {activity}"
    en = "{activity}, of the same class, is at {customer} in these days"


class ClosuresOverdue(FailedPrecondition):
    zh = "您有逾期未结案的活动：{activities}，请先结案"
    en = "Close first what ought to have been closed: {activities}"


class UnknownCustomer(InvalidArgument):
    zh = "没有客户 {customer}，或您无权查看"
    en = "There is no customer {customer} that you may see"


class CustomerClosed(FailedPrecondition):
    zh = "客户 {customer} 已倒闭、流失、停止交易或被合并（{state}）"
    en = "{customer} is closed down, lost, stopped or part of another ({state})"


class NotYourCustomer(FailedPrecondition):
    zh = "客户 {customer} 不属于申请人"
    en = "{customer} is not the requester's customer"


class UnknownOrganisation(InvalidArgument):
    zh = "没有部门 {organisation}"
    en = "There is no organisation {organisation}"
