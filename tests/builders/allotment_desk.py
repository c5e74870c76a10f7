"""What the case of an activity does with its allotment, at the desk of expense. The activity is AC-2026-000001 unless another is named."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from chassis.cases.sight import EVERYTHING
from services.expense.domain.allotment import Allotment, Term
from services.expense.domain.lines import ClaimLine
from services.expense.domain.months import Month
from services.expense.use_cases import allotment_case
from services.expense.use_cases.allotment_case import Change, Commit, OfCase, Reserve, Settle
from tests.builders.expense import a_line, yuan
from tests.builders.expense_desk import WORKER, Desk

ACTIVITY = "AC-2026-000001"
Verb = Callable[..., Awaitable[Any]]


def a_term(amount: str | int = 1000, line: str = "1", month: str = "2026-11", kind: str = "travel") -> Term:
    return Term(line, kind, Month.parse(month), yuan(amount))


def on_activity(
    amount: str | int = 100, line: str = "1", activity: str = ACTIVITY, **changes: Any
) -> ClaimLine:
    """A claim's line that draws on the activity's."""
    return a_line(amount, activity_line=f"activities/{activity}/lines/{line}", **changes)


class AllotmentDesk:
    """Each verb is an effect of its own; `again` repeats one under its effect."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.effects = 0

    def effect(self) -> str:
        self.effects += 1
        return f"effect-{self.effects}"

    async def reserve(self, *terms: Term, activity: str = ACTIVITY, version: int = 1) -> Allotment:
        said = (version, "henan", "双十一订货会", terms or (a_term(),))
        return await self.do(allotment_case.reserve_allotment, Reserve(activity, self.effect(), *said))

    async def change(self, *terms: Term, activity: str = ACTIVITY, version: int = 2) -> Allotment:
        return await self.do(allotment_case.change_allotment, Change(activity, self.effect(), version, terms))

    async def commit(self, activity: str = ACTIVITY, version: int = 1) -> Allotment:
        return await self.do(allotment_case.commit_allotment, Commit(activity, self.effect(), version))

    async def abandon(self, activity: str = ACTIVITY) -> Allotment:
        return await self.do(allotment_case.abandon_change, OfCase(activity, self.effect()))

    async def release(self, activity: str = ACTIVITY) -> Allotment:
        return await self.do(allotment_case.release_allotment, OfCase(activity, self.effect()))

    async def settle(self, activity: str = ACTIVITY, version: int = 3, **costs: str | int) -> Allotment:
        """`costs` by line: `_1=100`."""
        actual = tuple((line.lstrip("_"), yuan(cost)) for line, cost in costs.items())
        return await self.do(
            allotment_case.settle_allotment, Settle(activity, self.effect(), version, actual)
        )

    async def close(self, activity: str = ACTIVITY) -> Allotment:
        return await self.do(allotment_case.close_allotment, OfCase(activity, self.effect()))

    async def committed(self, *terms: Term, activity: str = ACTIVITY) -> Allotment:
        await self.reserve(*terms, activity=activity)
        return await self.commit(activity)

    async def settled(self, cost: str | int = 1000, activity: str = ACTIVITY) -> Allotment:
        """One line, of which all may be claimed."""
        await self.committed(a_term(cost), activity=activity)
        return await self.settle(activity, _1=cost)

    async def get(self, activity: str = ACTIVITY) -> Allotment:
        async with self.desk.uow() as uow:
            return await uow.allotments.get(activity, EVERYTHING)

    async def do(self, verb: Verb, command: Any) -> Allotment:
        allotment: Allotment = await self.desk.do(verb, command, WORKER)
        return allotment
