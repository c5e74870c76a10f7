"""What happens to activities, in the past tense: the rows of their timelines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kernel import published
from kernel.decided_events import DecidableEvent, Deleted, Rejected, Reopened, Returned, Withdrawn
from kernel.money import Money
from kernel.text import Text
from kernel.timeline import Event
from services.marketing.domain.closure import Closure, Cost
from services.marketing.domain.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reasoned(DecidableEvent):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityCreated(DecidableEvent):
    organisation: str
    terms: Terms
    # The number of the activity that it was copied from.
    copied_from: str = ""
    # By which a yearly plan knows it.
    plan_key: str = ""

    def sentence(self) -> Text:
        if self.copied_from:
            return Text("复制自 {number}", "Copied from {number}").format(number=self.copied_from)
        if self.plan_key:
            return Text("按年度计划 {key} 新建", "Drafted by the yearly plan: {key}").format(
                key=self.plan_key
            )
        return Text("新建活动", "Drafted")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityEdited(DecidableEvent):
    terms: Terms
    attachments: tuple[str, ...]

    def sentence(self) -> Text:
        return Text("修改活动", "Edited")


class ActivityDeleted(Deleted):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitySubmitted(DecidableEvent):
    """Keeps what was submitted: what deciders will have seen."""

    terms: Terms
    attachments: tuple[str, ...]
    total: Money
    policy: str

    def sentence(self) -> Text:
        return Text("提交审批，预算 {total}", "Submitted, with a budget of {total}").format(total=self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityApproved(DecidableEvent):
    def sentence(self) -> Text:
        return Text("审批通过，等待执行", "Approved; it waits for its first day")


class ActivityReturned(Returned):
    pass


class ReservationRefused(_Reasoned):
    def sentence(self) -> Text:
        return Text("预算不足，退回申请人：{reason}", "Not reserved, back to the requester: {reason}").format(
            reason=self.reason
        )


class ActivityRejected(Rejected):
    pass


class ActivityWithdrawn(Withdrawn):
    pass


class ActivityReopened(Reopened):
    pass


class ActivityCancelled(_Reasoned):
    def sentence(self) -> Text:
        return Text("取消活动：{reason}", "Cancelled: {reason}").format(reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityStarted(DecidableEvent):
    def sentence(self) -> Text:
        return Text("开始执行", "Began")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityEnded(DecidableEvent):
    overdue_date: date

    def sentence(self) -> Text:
        return Text("执行结束，等待结案", "Over; its closure is waited for")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityEndedEarly(_Reasoned):
    overdue_date: date

    def sentence(self) -> Text:
        return Text("提前结束：{reason}", "Ended early: {reason}").format(reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsChanged(DecidableEvent):
    """By a change that was approved: its number."""

    change: str
    terms: Terms
    before: Terms

    def sentence(self) -> Text:
        return Text("按 {change} 变更", "Changed by {change}").format(change=self.change)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBegun(DecidableEvent):
    change: str

    def sentence(self) -> Text:
        return Text("起草变更 {change}", "A change is being drafted: {change}").format(change=self.change)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEnded(DecidableEvent):
    """It came to nothing: what holds holds on."""

    change: str

    def sentence(self) -> Text:
        return Text("变更 {change} 未生效", "The change {change} came to nothing").format(change=self.change)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureReminded(DecidableEvent):
    n: int
    escalated: bool

    def sentence(self) -> Text:
        if self.escalated:
            return Text(
                "第 {n} 次提醒结案，并告知负责人",
                "Reminded of the closure, for the {n}. time, and those responsible told",
            ).format(n=self.n)
        return Text("第 {n} 次提醒结案", "Reminded of the closure, for the {n}. time").format(n=self.n)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureEdited(DecidableEvent):
    closure: Closure

    def sentence(self) -> Text:
        return Text("填写结案", "Closure written")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureSubmitted(DecidableEvent):
    """Keeps what was submitted: what deciders will have seen."""

    closure: Closure
    total: Money
    overrun: Money
    overrun_basis_points: int
    policy: str

    def sentence(self) -> Text:
        return Text("提交结案，实际费用 {total}", "Closure submitted, it cost {total}").format(
            total=self.total
        )


class ClosureReturned(_Reasoned):
    def sentence(self) -> Text:
        return Text("退回结案：{reason}", "Closure returned: {reason}").format(reason=self.reason)


class ClosureRejected(_Reasoned):
    def sentence(self) -> Text:
        return Text("拒绝结案：{reason}", "Closure rejected: {reason}").format(reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitySettled(DecidableEvent):
    claimable: tuple[Cost, ...]
    claimable_until: date

    def sentence(self) -> Text:
        return Text("结案通过，可报销至 {until}", "Settled; it may be claimed on until {until}").format(
            until=self.claimable_until
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AllClaimed(Event):
    def sentence(self) -> Text:
        return Text("可报销金额已全部支付", "All that may be claimed on it is paid")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityClosed(DecidableEvent):
    def sentence(self) -> Text:
        return Text("活动关闭", "Closed")


class ConfigurationPublished(published.ConfigurationPublished):
    def sentence(self) -> Text:
        return Text("发布活动配置 v{version}", "Published version {version}").format(version=self.version)
