"""What may become of a claim."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from tests.chaos.claim_desk import ClaimDesk
from tests.chaos.desk import TOO_LATE
from tests.chaos.people import Refused
from tests.chaos.scripts import Script, Shapes
from zhupi.expense.v1.claim_pb2 import Claim

# What the line manager alone approves, and what goes higher.
SMALL, LARGE = (100, 900), (5_200, 26_000)


class ClaimScript(Script[ClaimDesk]):
    DRAFT = Claim.STATE_DRAFT
    REJECTED = Claim.STATE_REJECTED
    DELETED = Claim.STATE_DELETED

    async def begin(self, amounts: tuple[int, int] = SMALL) -> None:
        lines = [self.random.randint(*amounts) for _ in range(self.random.randint(1, 3))]
        await self.desk.create(self.title, *lines)
        await self.desk.submit()

    async def half_way(self) -> None:
        await self.desk.business_approves()

    async def last_asked(self) -> tuple[Any, list[str]]:
        await self.desk.business_approves()
        return await self.desk.asked("finance")

    async def several_steps(self) -> int:
        await self.begin(LARGE)
        await self.desk.comment("原件已寄出")
        return await self.goes_through()

    async def contested(self) -> int:
        """Two of finance decide at once; one of them does."""
        await self.begin()
        item, who = await self.last_asked()
        rival = self.random.choice(("Approve", "Reject"))
        decided = await asyncio.gather(
            self.desk.decide("Approve", item, who[0], may_be=TOO_LATE),
            self.desk.decide(rival, item, who[-1], "不同意", may_be=TOO_LATE),
            return_exceptions=True,
        )
        first, second = (not isinstance(answer, Refused) for answer in decided)
        if first == second:
            self.desk.client.surprise(f"of two deciders {'both' if first else 'neither'} decided")
        if rival == "Reject" and second:
            await self.desk.comes_to(self.REJECTED)
            return self.REJECTED
        return await self.goes_through()

    async def cut(self) -> int:
        """Finance pays less than was claimed, perhaps after a second thought."""
        await self.begin()
        item, who = await self.last_asked()
        for _ in range(self.random.randint(1, 2)):
            await self.desk.cut(who[0], self.random.randint(1, 50))
        while item.document_version < self.desk.document.version:
            item, _ = await self.desk.asked("finance")
        await self.desk.decide("Approve", item, who[0])
        return await self.goes_through()


SHAPES: Final[Shapes] = (
    (ClaimScript.plain, 3),
    (ClaimScript.several_steps, 3),
    (ClaimScript.returned, 3),
    (ClaimScript.rejected, 2),
    (ClaimScript.withdrawn, 3),
    (ClaimScript.raced, 2),
    (ClaimScript.contested, 2),
    (ClaimScript.handed_on, 1),
    (ClaimScript.cut, 3),
    (ClaimScript.refused_by_the_erp, 2),
    (ClaimScript.answer_lost, 2),
    (ClaimScript.erp_slow, 1),
    (ClaimScript.erp_down, 1),
    (ClaimScript.erp_pending, 1),
)
