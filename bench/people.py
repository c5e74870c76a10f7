"""The demo group at work: who claims, who decides, and money enough for all that is claimed."""

from __future__ import annotations

import asyncio
from itertools import cycle
from random import Random
from typing import Final
from uuid import uuid4

from cli.values import money, month_of, today
from demo.acting import Actors
from demo.claim import TITLE, lines
from demo.group import FINANCE, SEED, Group
from zhupi.expense.v1 import budget_pb2 as budgets
from zhupi.expense.v1.budget_pb2_grpc import BudgetServiceStub
from zhupi.expense.v1.claim_pb2 import Claim, CreateClaimRequest
from zhupi.expense.v1.claim_pb2_grpc import ClaimServiceStub

# Whose claims over 5,000 yuan go to a line manager, a regional director and finance: three steps.
CLAIMANTS: Final = "medical-representative"
DECIDERS: Final = ("district-supervisor", "regional-director")
REVIEWERS: Final = "finance-reviewer"
AT_ONCE: Final = 16
PLENTY: Final = "100000000"


class People:
    def __init__(self, actors: Actors, group: Group) -> None:
        self.actors = actors
        self._group = group
        claimants = self.with_post(CLAIMANTS)
        # In the group's own order neighbours share an office, and so its budgets.
        Random(SEED).shuffle(claimants)  # noqa: S311 - no secret
        self._claimants = cycle(claimants)

    def with_post(self, *posts: str) -> list[str]:
        return [person.login for person in self._group.people if person.post in posts]

    async def endow(self) -> None:
        """Raise the budgets that the claims draw on: refusals would be quicker than claims."""
        stub = (await self.actors.session(FINANCE)).stub(BudgetServiceStub)
        places = {self._group.by_login[login].organisation for login in self.with_post(CLAIMANTS)}
        kinds = {line.expense_type for line in lines()}
        for name in sorted(f"{place}/{month_of(today(), 0)}/{kind}" for place in places for kind in kinds):
            await stub.AdjustBudget(
                budgets.AdjustBudgetRequest(
                    name=f"budgets/{name}", request_id=str(uuid4()), change=money(PLENTY), reason="bench"
                )
            )

    async def drafts(self, wanted: int) -> list[tuple[str, Claim]]:
        """So many drafts, of everybody in turn: login and claim."""
        room = asyncio.Semaphore(AT_ONCE)

        async def draft(login: str) -> tuple[str, Claim]:
            async with room:
                stub = (await self.actors.session(login)).stub(ClaimServiceStub)
                request = CreateClaimRequest(request_id=str(uuid4()), title=TITLE.zh, lines=lines())
                return login, await stub.CreateClaim(request)

        # One after the other: two of the same person must not open two sessions.
        logins = [next(self._claimants) for _ in range(wanted)]
        for login in dict.fromkeys(logins):
            await self.actors.session(login)
        return await asyncio.gather(*map(draft, logins))
