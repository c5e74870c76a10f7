"""Whose timelines there are here, and who may read them."""

from __future__ import annotations

from collections.abc import Callable

from chassis.cases.ports import Directory
from chassis.rpc.values import id_in
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import NotFound
from services.expense.budget_mapping import key_from_name
from services.expense.permissions import may
from services.expense.use_cases.allotment_queries import get_allotment
from services.expense.use_cases.budgets import get_budget
from services.expense.use_cases.claim_queries import get_claim
from services.expense.use_cases.limits import DOCUMENT as LIMITS
from services.expense.use_cases.ports import Work


class Timelines:
    def __init__(self, units: Callable[[], Work], directory: Directory, clock: Clock) -> None:
        self._units = units
        self._directory = directory
        self._clock = clock

    async def document_for(self, name: str, actor: Actor) -> str:
        """A claim, a budget, an allotment, a month or the limits. Raises NotFound, also where the caller may not see it."""
        uow, clock, directory = self._units(), self._clock, self._directory
        match name.partition("/")[0]:
            case "claims":
                number = id_in(name, "claims", "document")
                return (await get_claim(number, uow=uow, actor=actor, clock=clock, directory=directory)).name
            case "budgets":
                key = key_from_name(name, "document")
                view = await get_budget(key, uow=uow, actor=actor, clock=clock, directory=directory)
                return view.budget.name
            case "allotments":
                number = id_in(name, "allotments", "document")
                return (
                    await get_allotment(number, uow=uow, actor=actor, clock=clock, directory=directory)
                ).name
            case "months" if may(actor, "SeeEveryBudget"):
                return name
            case "limits" if name == LIMITS:
                return name
        raise NotFound(name=name)
