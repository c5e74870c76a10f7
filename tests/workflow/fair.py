"""Marketing and the budget behind it, in these tests: one activity or one change of it, and what expense holds for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, ClassVar, Final

from google.protobuf.message import Message
from google.type.date_pb2 import Date
from google.type.money_pb2 import Money

from kernel.errors import FailedPrecondition, IllegalTransition, InvalidArgument, Unavailable
from tests.workflow.desks import DocumentChanged
from tests.workflow.keeping import Keeping
from zhupi.expense.v1 import allotment_pb2 as money
from zhupi.marketing.v1 import activity_case_pb2 as pb
from zhupi.marketing.v1 import activity_change_pb2 as changes
from zhupi.marketing.v1.activity_change_pb2 import ActivityChange
from zhupi.marketing.v1.activity_pb2 import (
    Activity,
    ActivityTerms,
    ActualCost,
    BudgetLine,
    Closure,
)

STATES: Final = {
    "draft": Activity.STATE_DRAFT,
    "in approval": Activity.STATE_IN_APPROVAL,
    "approved": Activity.STATE_APPROVED,
    "running": Activity.STATE_RUNNING,
    "to close": Activity.STATE_TO_CLOSE,
    "closure in approval": Activity.STATE_CLOSURE_IN_APPROVAL,
    "settled": Activity.STATE_SETTLED,
    "closed": Activity.STATE_CLOSED,
    "rejected": Activity.STATE_REJECTED,
    "cancelled": Activity.STATE_CANCELLED,
}
CHANGE_STATES: Final = {
    "draft": ActivityChange.STATE_DRAFT,
    "in approval": ActivityChange.STATE_IN_APPROVAL,
    "applied": ActivityChange.STATE_APPLIED,
    "rejected": ActivityChange.STATE_REJECTED,
}
MOVES: Final = {
    "approve": (("in approval",), "approved"),
    "return": (("in approval",), "draft"),
    "reject": (("in approval",), "rejected"),
    "refuse": (("in approval",), "draft"),
    "withdraw draft": (("draft", "in approval"), "draft"),
    "withdraw": (("approved", "running", "to close", "closure in approval"), "cancelled"),
    "reopen": (("draft", "rejected"), "in approval"),
    "start": (("approved",), "running"),
    "end": (("running",), "to close"),
    "refuse overrun": (("closure in approval",), "to close"),
    "return closure": (("closure in approval",), "to close"),
    "reject closure": (("closure in approval",), "closed"),
    "settle": (("closure in approval",), "settled"),
    "close": (("settled",), "closed"),
}
# So many days after the end, and then every thirty.
REMINDED: Final = (7, 12, 17)
MEETING: Final = "meeting"


class OverBudget(FailedPrecondition):
    zh = "预算 {budget} 不足"
    en = "The budget {budget} does not reach"


class RequestIdReused(InvalidArgument):
    zh = "请求编号 {request_id} 已用于另一个请求"
    en = "request_id {request_id} was used for another request"


@dataclass
class Fair(Keeping[Activity]):
    """`budget` is what the activity may cost; `cost` what it has. `when` happens as soon as a verb is done, before it answers."""

    peer: ClassVar[str] = "marketing"
    moves: ClassVar[Mapping[str, tuple[tuple[str, ...], str]]] = MOVES

    first: date = date(2030, 3, 1)
    last: date = date(2030, 3, 3)
    budget: int = 3000
    cost: int = 2800
    claimable_days: int = 90
    closed_by: list[int] = field(default_factory=list)
    reminders: list[tuple[int, bool]] = field(default_factory=list)
    when: dict[str, Callable[[], Awaitable[object]]] = field(default_factory=dict)
    asked: dict[str, Message] = field(default_factory=dict)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def cancel(self) -> None:
        assert self.state == "approved"
        self.state = "cancelled"

    def end_early(self) -> None:
        assert self.state == "running"
        self.state = "to close"

    def submit_closure(self, cost: int) -> int:
        assert self.state == "to close"
        self.state, self.cost, self.version = "closure in approval", cost, self.version + 1
        return self.version

    def change_terms(self, first: date, last: date) -> int:
        assert self.state in ("approved", "running")
        self.first, self.last, self.version = first, last, self.version + 1
        return self.version

    async def ApproveActivity(self, request: pb.ApproveActivityRequest) -> Activity:
        return await self._do("approve", request, request.version)

    async def ReturnActivity(self, request: pb.ReturnActivityRequest) -> Activity:
        return await self._do("return", request, reason=request.reason)

    async def RejectActivity(self, request: pb.RejectActivityRequest) -> Activity:
        return await self._do("reject", request, reason=request.reason)

    async def WithdrawActivity(self, request: pb.WithdrawActivityRequest) -> Activity:
        if self.state == "cancelled" and request.request_id not in self.answered:
            return self.answer(request)
        verb = "withdraw draft" if self.state in ("draft", "in approval") else "withdraw"
        return await self._do(verb, request, reason=request.reason)

    async def ReopenActivity(self, request: pb.ReopenActivityRequest) -> Activity:
        return await self._do("reopen", request, request.version, request.reason)

    async def RefuseReservation(self, request: pb.RefuseReservationRequest) -> Activity:
        return await self._do("refuse", request, request.version, request.reason)

    async def StartActivity(self, request: pb.StartActivityRequest) -> Activity:
        if self.state != "approved" or self.first > day_of(request.start_date):
            return self.answer(request)
        return await self._do("start", request)

    async def EndActivity(self, request: pb.EndActivityRequest) -> Activity:
        if self.state != "running" or self.last > day_of(request.end_date):
            return self.answer(request)
        return await self._do("end", request)

    async def RemindToClose(self, request: pb.RemindToCloseRequest) -> Activity:
        self.is_there()
        if self.state == "to close" and request.request_id not in self.answered:
            self.answered[request.request_id] = self.answer(request)
            self.reminders.append((request.n, request.escalate))
            await self._hooked(f"remind {request.n}")
        return self.answer(request)

    async def GetNextReminder(self, request: pb.GetNextReminderRequest) -> pb.ClosureReminder:
        self.is_there()
        after, n, day = day_of(request.after), 0, self.last
        while day <= after or n == 0:
            n += 1
            told = REMINDED[n - 1] if n <= len(REMINDED) else REMINDED[-1] + 30 * (n - len(REMINDED))
            day = self.last + timedelta(days=told)
        return pb.ClosureReminder(n=n, day=to_message(day), escalate=n >= len(REMINDED))

    async def RefuseOverrun(self, request: pb.RefuseOverrunRequest) -> Activity:
        return await self._do("refuse overrun", request, request.version, request.reason)

    async def ReturnClosure(self, request: pb.ReturnClosureRequest) -> Activity:
        return await self._do("return closure", request, reason=request.reason)

    async def RejectClosure(self, request: pb.RejectClosureRequest) -> Activity:
        return await self._do("reject closure", request, reason=request.reason)

    async def SettleActivity(self, request: pb.SettleActivityRequest) -> Activity:
        return await self._do("settle", request, request.version)

    async def CloseActivity(self, request: pb.CloseActivityRequest) -> Activity:
        return await self._do("close", request)

    async def LookAtActivity(self, request: pb.LookAtActivityRequest) -> Activity:
        self.is_there()
        return self.answer(request)

    async def _do(self, verb: str, request: Any, version: int = 0, reason: str = "") -> Activity:
        """Asked again in other words, it refuses, as the real one does for a while."""
        before = self.asked.setdefault(request.request_id, request)
        if request.request_id in self.answered and before != request:
            raise RequestIdReused(request_id=request.request_id)
        is_new = request.request_id not in self.answered
        answer = self.move(verb, request, version, reason)
        if is_new:
            self.asked[request.request_id] = request
            await self._hooked(verb)
        return answer

    async def _hooked(self, verb: str) -> None:
        hook = self.when.pop(verb, None)
        if hook is not None:
            await hook()
        async with self.changed:
            self.changed.notify_all()

    def answer(self, request: Any) -> Activity:
        over = max(self.cost - self.budget, 0)
        closed = self.state in ("closure in approval", "settled", "closed")
        return Activity(
            name=request.name,
            organisation="organisations/henan",
            state=STATES[self.state],
            version=self.version,
            terms=ActivityTerms(
                title="心血管学术会议",
                start_date=to_message(self.first),
                end_date=to_message(self.last),
                lines=[
                    BudgetLine(
                        id="1", expense_type=MEETING, month=f"{self.first:%Y-%m}", amount=yuan(self.budget)
                    )
                ],
                expected_result="personal words that have no business in a history",
            ),
            closure=Closure(lines=[ActualCost(line="1", actual=yuan(self.cost))], overrun=yuan(over))
            if closed
            else None,
            claimable_until=to_message(self.last + timedelta(days=self.claimable_days)),
        )


@dataclass
class Amendment(Keeping[ActivityChange]):
    """A change of the activity. `over`: the activity has ended meanwhile."""

    peer: ClassVar[str] = "marketing"
    moves: ClassVar[Mapping[str, tuple[tuple[str, ...], str]]] = {
        "apply": (("in approval",), "applied"),
        "return": (("in approval",), "draft"),
        "reject": (("in approval",), "rejected"),
        "refuse": (("in approval",), "draft"),
        "withdraw": (("draft", "in approval"), "draft"),
        "reopen": (("draft", "rejected"), "in approval"),
        "come too late": (("in approval",), "rejected"),
    }

    budget: int = 4000
    over: bool = False
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def ApplyActivityChange(self, request: changes.ApplyActivityChangeRequest) -> ActivityChange:
        return await self._do("come too late" if self.over else "apply", request, request.version)

    async def ReturnActivityChange(self, request: changes.ReturnActivityChangeRequest) -> ActivityChange:
        return await self._do("return", request, reason=request.reason)

    async def RejectActivityChange(self, request: changes.RejectActivityChangeRequest) -> ActivityChange:
        return await self._do("reject", request, reason=request.reason)

    async def WithdrawActivityChange(self, request: changes.WithdrawActivityChangeRequest) -> ActivityChange:
        return await self._do("withdraw", request, reason=request.reason)

    async def ReopenActivityChange(self, request: changes.ReopenActivityChangeRequest) -> ActivityChange:
        return await self._do("reopen", request, request.version, request.reason)

    async def RefuseActivityChangeReservation(
        self, request: changes.RefuseActivityChangeReservationRequest
    ) -> ActivityChange:
        return await self._do("refuse", request, request.version, request.reason)

    async def LookAtActivityChange(self, request: changes.LookAtActivityChangeRequest) -> ActivityChange:
        self.is_there()
        return self.answer(request)

    async def _do(self, verb: str, request: Any, version: int = 0, reason: str = "") -> ActivityChange:
        answer = self.move(verb, request, version, reason)
        async with self.changed:
            self.changed.notify_all()
        return answer

    def answer(self, request: Any) -> ActivityChange:
        line = BudgetLine(id="1", expense_type=MEETING, month="2030-03", amount=yuan(self.budget))
        return ActivityChange(
            name=request.name,
            activity="activities/AC-2030-000001",
            state=CHANGE_STATES[self.state],
            version=self.version,
            terms=ActivityTerms(title="心血管学术会议", lines=[line]),
            purpose="personal words that have no business in a history",
        )


@dataclass
class Purse:
    """Expense: a budget of which so much is `free`, and what the activity holds of it. `log` says what was done, in order."""

    free: int = 10_000
    state: str = "released"
    reserved: int = 0
    committed: int = 0
    claimable: int = 0
    pending: int | None = None
    terms_version: int = 0
    log: list[str] = field(default_factory=list)
    outages: int = 0
    done: set[str] = field(default_factory=set)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def held(self) -> int:
        return self.reserved + self.committed

    async def ReserveAllotment(self, request: money.ReserveAllotmentRequest) -> money.Allotment:
        return await self._do(
            "reserve", request, ("released", "reserved"), lambda: self._ask(request, 0, "reserved")
        )

    async def ChangeAllotment(self, request: money.ChangeAllotmentRequest) -> money.Allotment:
        return await self._do(
            "change", request, ("committed",), lambda: self._ask(request, self.committed, "committed")
        )

    async def CommitAllotment(self, request: money.CommitAllotmentRequest) -> money.Allotment:
        def commit() -> None:
            if request.version != self.terms_version:
                raise DocumentChanged(name=request.activity, current=self.terms_version)
            if self.pending is not None:
                self._hold(0, self.pending)
            self.pending, self.state = None, "committed"

        return await self._do("commit", request, ("reserved", "committed"), commit)

    async def AbandonAllotmentChange(self, request: money.AbandonAllotmentChangeRequest) -> money.Allotment:
        def abandon() -> None:
            self.pending = None
            self._hold(0, self.committed)

        states = ("committed",) if self.pending is not None else tuple(STANDING)
        return await self._do("abandon", request, states, abandon)

    async def ReleaseAllotment(self, request: money.ReleaseAllotmentRequest) -> money.Allotment:
        def release() -> None:
            self.state, self.pending = "released", None
            self._hold(0, 0)

        return await self._do("release", request, ("released", "reserved", "committed"), release)

    async def SettleAllotment(self, request: money.SettleAllotmentRequest) -> money.Allotment:
        def settle() -> None:
            cost = sum(line.actual.units for line in request.lines)
            if cost > self.held:
                raise OverBudget(budget="COST_ABOVE_COMMITTED")
            self.claimable, self.pending, self.state = cost, None, "settled"
            self._hold(0, cost)

        return await self._do("settle", request, ("committed",), settle)

    async def CloseAllotment(self, request: money.CloseAllotmentRequest) -> money.Allotment:
        def close() -> None:
            self.state = "closed"
            self._hold(0, 0)

        return await self._do("close", request, ("settled",), close)

    def _ask(self, request: Any, agreed: int, state: str) -> None:
        asked = sum(line.amount.units for line in request.lines)
        if asked - agreed - self.reserved > self.free:
            raise OverBudget(budget=f"{MEETING} 2030-03")
        self.state, self.pending, self.terms_version = state, asked, request.version
        self._hold(max(asked - agreed, 0), agreed)

    def _hold(self, reserved: int, committed: int) -> None:
        self.free += self.held - reserved - committed
        self.reserved, self.committed = reserved, committed

    async def _do(
        self, verb: str, request: Any, states: tuple[str, ...], move: Callable[[], None]
    ) -> money.Allotment:
        if self.outages:
            self.outages -= 1
            raise Unavailable(what="expense")
        if request.request_id not in self.done:
            if self.state not in states:
                raise IllegalTransition(name=request.activity, state=self.state, verb=verb)
            move()
            self.done.add(request.request_id)
            self.log.append(verb)
            async with self.changed:
                self.changed.notify_all()
        return money.Allotment(activity=request.activity, title="words that have no business in a history")


STANDING: Final = ("released", "reserved", "committed", "settled", "closed")


def yuan(units: int) -> Money:
    return Money(currency_code="CNY", units=units)


def to_message(day: date) -> Date:
    return Date(year=day.year, month=day.month, day=day.day)


def day_of(day: Date) -> date:
    return date(day.year, day.month, day.day)
