"""What the use cases of allotments need of others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.cases.sight import Sight
from chassis.postgres.paging import Page, PageRequest
from kernel.money import Money
from services.expense.domain.allotment import Allotment
from services.expense.domain.allotment_life import AllotmentState
from services.expense.domain.budget import BudgetKey
from services.expense.domain.claim import Claim
from services.expense.domain.drawing import Draws


@dataclass(frozen=True, slots=True)
class AllotmentQuery:
    """What is empty does not matter. `words` is a part of number or title."""

    state: AllotmentState | None = None
    organisation: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Draw:
    """What the claim of this number draws on a line."""

    claim: str
    line: str
    amount: Money
    paid: bool


@dataclass(frozen=True, slots=True)
class ActivityBudget:
    """What activities together hold of a budget, and what claims on activities have spent of it."""

    budget: BudgetKey
    reserved: Money
    committed: Money
    spent: Money


class AllotmentBooks(Protocol):
    """All that activities hold, in a fixed order."""

    async def allotments(self, after: str, limit: int) -> tuple[Allotment, ...]: ...
    async def budgets(self, after: BudgetKey | None, limit: int) -> tuple[ActivityBudget, ...]: ...


class Allotments(Protocol):
    async def get(self, number: str, sight: Sight) -> Allotment: ...
    async def get_for_update(self, number: str) -> Allotment | None: ...
    async def get_or_make(self, number: str, at: datetime) -> Allotment: ...
    async def lock_for(self, claim: Claim) -> tuple[dict[str, Allotment], Draws]: ...
    async def save(self, allotment: Allotment) -> None: ...
    async def set_draws(self, claim: Claim, draws: Draws) -> None: ...
    async def page(self, query: AllotmentQuery, sight: Sight, page: PageRequest) -> Page[Allotment]: ...
    async def draws(self, allotment: Allotment, page: PageRequest) -> Page[Draw]: ...
