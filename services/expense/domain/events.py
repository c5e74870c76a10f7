"""What happens to claims, budgets and months, in the past tense: the rows of their timelines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from kernel.actor import Actor
from kernel.money import Money
from kernel.text import Text
from kernel.timeline import Event
from services.expense.domain.budget import Budget
from services.expense.domain.claim import Claim
from services.expense.domain.lines import ClaimLine
from services.expense.domain.months import BookingMonth


class ClaimEvent(Event):
    """Something happened to a claim."""

    @classmethod
    def of(cls, claim: Claim, by: Actor, **own: Any) -> Self:
        """`claim` as it is afterwards."""
        return cls(document=claim.name, version=claim.version, by=by, at=claim.update_time, **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCreated(ClaimEvent):
    title: str
    total: Money

    def sentence(self) -> Text:
        return Text("新建报销单，合计 {total}", "Drafted, {total} in all").format(total=self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimEdited(ClaimEvent):
    title: str
    total: Money

    def sentence(self) -> Text:
        return Text("修改报销单，合计 {total}", "Edited, {total} in all").format(total=self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDeleted(ClaimEvent):
    def sentence(self) -> Text:
        return Text("删除报销单", "Deleted")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSubmitted(ClaimEvent):
    """Keeps what was submitted: what deciders will have seen."""

    title: str
    total: Money
    lines: tuple[ClaimLine, ...]
    policy: str
    cost_centre: str = ""

    def sentence(self) -> Text:
        return Text("提交审批，合计 {total}", "Submitted, {total} in all").format(total=self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimApproved(ClaimEvent):
    def sentence(self) -> Text:
        return Text("业务审批通过，转财务复核", "Approved by the business; finance reviews it now")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReturned(ClaimEvent):
    reason: str

    def sentence(self) -> Text:
        return Text("退回修改：{reason}", "Returned: {reason}").format(reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRejected(ClaimEvent):
    reason: str

    def sentence(self) -> Text:
        return Text("拒绝：{reason}", "Rejected: {reason}").format(reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWithdrawn(ClaimEvent):
    reason: str

    def sentence(self) -> Text:
        return Text("撤回报销单", "Withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReopened(ClaimEvent):
    reason: str

    def sentence(self) -> Text:
        return Text("重新审批：{reason}", "Reopened: {reason}").format(reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLineCut(ClaimEvent):
    line: str
    cut: Money
    reason: str
    payable: Money

    def sentence(self) -> Text:
        return Text(
            "明细 {line} 核减 {cut}，应付 {payable}：{reason}",
            "Line {line} cut by {cut}, {payable} to be paid: {reason}",
        ).format(line=self.line, cut=self.cut, payable=self.payable, reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPassed(ClaimEvent):
    payable: Money

    def sentence(self) -> Text:
        return Text("财务复核通过，应付 {payable}", "Passed by finance, {payable} to be paid").format(
            payable=self.payable
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPaid(ClaimEvent):
    paid: Money
    payment: str
    pay_time: datetime

    def sentence(self) -> Text:
        return Text("已付款 {paid}，付款单号 {payment}", "Paid {paid} as {payment}").format(
            paid=self.paid, payment=self.payment
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRefused(ClaimEvent):
    reason: str

    def sentence(self) -> Text:
        return Text("付款被拒绝，退回财务：{reason}", "Payment refused, back to finance: {reason}").format(
            reason=self.reason
        )


class BudgetEvent(Event):
    """A person changed a budget."""

    @classmethod
    def of(cls, budget: Budget, by: Actor, at: datetime, **own: Any) -> Self:
        """`budget` as it is afterwards."""
        return cls(document=budget.name, version=budget.version, by=by, at=at, **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetAdjusted(BudgetEvent):
    change: Money
    amount: Money
    reason: str

    def sentence(self) -> Text:
        return Text(
            "调整 {change}，现为 {amount}：{reason}", "Adjusted by {change} to {amount}: {reason}"
        ).format(change=self.change, amount=self.amount, reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetTransferred(BudgetEvent):
    """`change` is below zero where the money left; `other` is the budget on the other side."""

    change: Money
    amount: Money
    other: str
    reason: str

    def sentence(self) -> Text:
        return Text(
            "调剂 {change}（对方 {other}），现为 {amount}：{reason}",
            "Transferred {change} (other side {other}), now {amount}: {reason}",
        ).format(change=self.change, other=self.other, amount=self.amount, reason=self.reason)


class MonthEvent(Event):
    @classmethod
    def of(cls, month: BookingMonth, by: Actor, at: datetime, **own: Any) -> Self:
        return cls(document=month.name, version=month.version, by=by, at=at, **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetsLoaded(MonthEvent):
    """A sheet set this many budgets of the month; their movements say which."""

    budgets: int

    def sentence(self) -> Text:
        return Text("导入 {n} 项预算", "{n} budgets loaded").format(n=self.budgets)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthClosed(MonthEvent):
    def sentence(self) -> Text:
        return Text("关账", "Closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthReopened(MonthEvent):
    reason: str

    def sentence(self) -> Text:
        return Text("重新开账：{reason}", "Reopened: {reason}").format(reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsReplaced(Event):
    """Keeps the whole catalogue: `types` and `limits` as they stand afterwards."""

    types: tuple[Any, ...]
    limits: tuple[Any, ...]

    def sentence(self) -> Text:
        return Text(
            "更新费用类型 {types} 项、标准 {limits} 项", "{types} expense types and {limits} limits set"
        ).format(types=len(self.types), limits=len(self.limits))
