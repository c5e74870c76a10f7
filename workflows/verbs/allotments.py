"""What the case of an activity, or of a change of one, says to the budget behind it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Any, Final

from workflows.case import Case
from workflows.contracts import request_id
from workflows.memory import Refused
from zhupi.expense.v1.allotment_pb2 import (
    AbandonAllotmentChangeRequest,
    Allotment,
    AllotmentCost,
    AllotmentTerm,
    ChangeAllotmentRequest,
    CloseAllotmentRequest,
    CommitAllotmentRequest,
    ReleaseAllotmentRequest,
    ReserveAllotmentRequest,
    SettleAllotmentRequest,
)
from zhupi.marketing.v1.activity_change_pb2 import ActivityChange
from zhupi.marketing.v1.activity_pb2 import Activity, ActivityTerms

# What its requester has to change, or to wait for. Anything else is waited out.
NO_MONEY: Final = ("OVER_BUDGET", "NO_BUDGET", "MONTH_CLOSED")
# The activity was cancelled or settled meanwhile, and has nothing that could be changed.
OVER: Final = "ILLEGAL_TRANSITION"


class Allotments:
    """`activity` is a name. What is asked for one version of a document is asked under a key of that version: a workflow that
    begins again may find its document further on, and passes over what it cannot ask for any more."""

    def __init__(self, case: Case) -> None:
        self._case = case

    async def reserve(self, activity: Activity) -> None:
        """What it asks for. Raises Refused, seen among the effects of the case."""
        asked = ReserveAllotmentRequest(
            activity=activity.name,
            version=activity.version,
            organisation=activity.organisation,
            title=activity.terms.title,
            lines=_terms(activity.terms),
        )
        await self._ask(f"reserve-{activity.version}", asked, NO_MONEY)

    async def reserve_change(self, change: ActivityChange) -> None:
        """What the new terms ask for in addition; the old ones stay. Raises Refused, seen among the effects of the case."""
        asked = ChangeAllotmentRequest(
            activity=change.activity, version=change.version, lines=_terms(change.terms)
        )
        await self._ask(f"reserve-{change.version}", asked, (*NO_MONEY, OVER))

    async def reserve_overrun(self, activity: Activity) -> None:
        """What it has cost, where that is more than was agreed. Raises Refused, seen among the effects of the case."""
        costs = {cost.line: cost.actual for cost in activity.closure.lines}
        lines = _terms(activity.terms)
        for line in lines:
            # Nobody asks for nothing; what was not needed is released when it is settled.
            if line.id in costs and (costs[line.id].units or costs[line.id].nanos):
                line.amount.CopyFrom(costs[line.id])
        asked = ChangeAllotmentRequest(activity=activity.name, version=activity.version, lines=lines)
        await self._ask(f"reserve-overrun-{activity.version}", asked, NO_MONEY)

    async def commit(self, activity: str, version: int) -> None:
        """What was reserved for this version, of the activity or of its change, is agreed."""
        await self._ask(f"commit-{version}", CommitAllotmentRequest(activity=activity, version=version))

    async def abandon_change(self, activity: str) -> None:
        """What was reserved on top is free again, if anything was."""
        await self._ask("abandon-change", AbandonAllotmentChangeRequest(activity=activity))

    async def release(self, activity: str) -> None:
        """Nothing is held any more, if anything was."""
        await self._ask("release", ReleaseAllotmentRequest(activity=activity))

    async def settle(self, activity: Activity, version: int) -> None:
        """What it has cost may be claimed; the rest is free again."""
        costs = (AllotmentCost(id=cost.line, actual=cost.actual) for cost in activity.closure.lines)
        asked = SettleAllotmentRequest(activity=activity.name, version=version, lines=costs)
        await self._ask(f"settle-{version}", asked)

    async def close(self, activity: str) -> None:
        """What nobody has claimed is free again."""
        await self._ask("close-allotment", CloseAllotmentRequest(activity=activity))

    async def _ask(self, effect: str, asked: Any, refusals: Collection[str] = ()) -> None:
        def request(key: str) -> Any:
            asked.request_id = request_id(key)
            return asked

        await self._case.inside(effect, request, Allotment, refusals=refusals, noted=bool(refusals))


async def is_reserved(
    is_present: bool, reserve: Callable[[], Awaitable[None]], refuse: Callable[[str], Awaitable[bool]]
) -> bool:
    """Whether what was submitted has its budget, so that people are asked. Otherwise it is back, with the reason.

    `is_present`: it still is what was submitted last, and decided by nobody. A workflow that begins again comes by what lies
    behind; then whoever has the document knows whether it was refused. `refuse` says whether it is.
    """
    if not is_present:
        return not await refuse("")
    try:
        await reserve()
    except Refused as refused:
        await refuse(refused.words)
        return False
    return True


def _terms(terms: ActivityTerms) -> list[AllotmentTerm]:
    return [
        AllotmentTerm(id=line.id, expense_type=line.expense_type, month=line.month, amount=line.amount)
        for line in terms.lines
    ]
