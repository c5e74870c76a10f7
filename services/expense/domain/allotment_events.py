"""What happens to allotments, in the past tense: the rows of their timelines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from kernel.actor import Actor
from kernel.money import Money
from kernel.text import Text
from kernel.timeline import Event
from services.expense.domain.allotment import Allotment, Term


class AllotmentEvent(Event):
    """Something happened to an allotment."""

    @classmethod
    def of(cls, allotment: Allotment, by: Actor, **own: Any) -> Self:
        """`allotment` as it is afterwards."""
        version, at = allotment.version, allotment.update_time
        return cls(document=allotment.name, version=version, by=by, at=at, **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllotmentReserved(AllotmentEvent):
    """`terms` are what the activity asks for, in the version of its document."""

    total: Money
    terms: tuple[Term, ...]
    terms_version: int

    def sentence(self) -> Text:
        return Text("预占预算 {total}", "{total} of budgets reserved").format(total=self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllotmentChangeReserved(AllotmentEvent):
    """`more` is reserved on top of what is committed until the new terms are decided on."""

    total: Money
    more: Money
    terms: tuple[Term, ...]
    terms_version: int

    def sentence(self) -> Text:
        return Text(
            "申请变更为 {total}，增加预占 {more}", "New terms of {total}, for which {more} more is reserved"
        ).format(total=self.total, more=self.more)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllotmentChangeAbandoned(AllotmentEvent):
    def sentence(self) -> Text:
        return Text("放弃变更", "The new terms are given up")


@dataclass(frozen=True, slots=True, kw_only=True)
class AllotmentCommitted(AllotmentEvent):
    total: Money

    def sentence(self) -> Text:
        return Text("承诺 {total}", "{total} committed").format(total=self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllotmentReleased(AllotmentEvent):
    released: Money

    def sentence(self) -> Text:
        return Text("释放 {released}", "{released} released").format(released=self.released)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllotmentSettled(AllotmentEvent):
    """`costs` by line, in the version of the activity that was decided on."""

    claimable: Money
    costs: tuple[tuple[str, Money], ...]
    settled_version: int

    def sentence(self) -> Text:
        return Text("结案，可报销 {claimable}", "Settled, {claimable} can be claimed").format(
            claimable=self.claimable
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AllotmentClosed(AllotmentEvent):
    """`in_flight` is what claims under way keep."""

    released: Money
    in_flight: Money

    def sentence(self) -> Text:
        return Text(
            "关闭，释放 {released}，在途 {in_flight}", "Closed, {released} released, {in_flight} in flight"
        ).format(released=self.released, in_flight=self.in_flight)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllotmentDrawn(AllotmentEvent):
    """`changes` say by line how much more the claim draws, below zero how much it gives back."""

    claim: str
    amount: Money
    changes: dict[str, Money]

    def sentence(self) -> Text:
        if self.amount.is_positive:
            told = Text("{claim} 占用 {amount}", "{claim} draws {amount}")
            return told.format(claim=self.claim, amount=self.amount)
        told = Text("{claim} 归还 {amount}", "{claim} gives {amount} back")
        return told.format(claim=self.claim, amount=-self.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllotmentSpent(AllotmentEvent):
    claim: str
    amount: Money

    def sentence(self) -> Text:
        return Text("{claim} 支付 {amount}", "{amount} is paid to {claim}").format(
            claim=self.claim, amount=self.amount
        )
