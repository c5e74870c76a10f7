"""What may become of a claim, as small scripts: each makes one, has people decide it, and says how it has to end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any, Final, TypeAlias

from google.protobuf.duration_pb2 import Duration

from tests.chaos.desk import TOO_LATE, Desk
from tests.chaos.erp_switch import ErpSwitch
from tests.chaos.people import Refused
from zhupi.expense.v1.claim_pb2 import Claim

PAID, REJECTED, DRAFT, DELETED = (
    Claim.STATE_PAID,
    Claim.STATE_REJECTED,
    Claim.STATE_DRAFT,
    Claim.STATE_DELETED,
)
# What the line manager alone approves, and what goes higher.
SMALL, LARGE = (100, 900), (5_200, 26_000)
UNDER_WAY: Final = ("CASE_SEALED", "CASE_CLOSED")
Ending: TypeAlias = Claim.State.ValueType


class Script:
    """One claim from its draft to its end."""

    def __init__(self, desk: Desk, erp: ErpSwitch, title: str, colleagues: list[str]) -> None:
        self.desk, self.erp, self.title, self.colleagues = desk, erp, title, colleagues
        self.random: Random = desk.random

    async def begin(self, amounts: tuple[int, int] = SMALL) -> None:
        lines = [self.random.randint(*amounts) for _ in range(self.random.randint(1, 3))]
        await self.desk.create(self.title, *lines)
        await self.desk.submit()

    async def plain(self) -> Ending:
        await self.begin()
        await self.desk.approve_until(PAID)
        return PAID

    async def several_steps(self) -> Ending:
        await self.begin(LARGE)
        await self.desk.comment("原件已寄出")
        await self.desk.approve_until(PAID)
        return PAID

    async def returned(self) -> Ending:
        await self.begin(self.random.choice((SMALL, LARGE)))
        if self.random.random() < 0.5:
            await self.desk.business_approves()
        item, who = await self.desk.asked()
        await self.desk.decide("Return", item, who[0], "请写明用途")
        await self.desk.comes_to(DRAFT)
        await self.desk.edit("科室会场地与茶歇")
        await self.desk.submit()
        await self.desk.approve_until(PAID)
        return PAID

    async def rejected(self) -> Ending:
        await self.begin()
        if self.random.random() < 0.5:
            await self.desk.business_approves()
        item, who = await self.desk.asked()
        await self.desk.decide("Reject", item, who[0], "不属于公务")
        await self.desk.comes_to(REJECTED)
        return REJECTED

    async def withdrawn(self) -> Ending:
        await self.begin()
        where = self.random.randrange(3)
        if where == 1:
            await self.desk.business_approves()
        if where == 2:
            item, who = await self.desk.asked()
            await self.desk.decide("Return", item, who[0], "请写明用途")
            await self.desk.comes_to(DRAFT)
        await self.desk.withdraw()
        return await self.after_withdrawal()

    async def after_withdrawal(self) -> Ending:
        """It may be left, thrown away, or submitted once more: as another case."""
        await self.desk.case_ends()
        await self.desk.look()
        what = self.random.randrange(3)
        if what == 1:
            await self.desk.delete()
            return DELETED
        if what == 2:
            await self.desk.submit()
            await self.desk.approve_until(PAID)
            return PAID
        return DRAFT

    async def raced(self) -> Ending:
        """Somebody decides while the claimant takes it back: one of them is too late, or neither."""
        await self.begin()
        if self.random.random() < 0.5:
            await self.desk.business_approves()
        item, who = await self.desk.asked()
        withdrawal, _ = await asyncio.gather(
            self.desk.withdraw(UNDER_WAY),
            self.desk.decide("Approve", item, who[0], may_be=TOO_LATE),
            return_exceptions=True,
        )
        if isinstance(withdrawal, Refused):
            await self.desk.approve_until(PAID)
            return PAID
        return await self.after_withdrawal()

    async def contested(self) -> Ending:
        """Two of finance decide at once; one of them does."""
        await self.begin()
        item, who = await self.in_finance()
        rival = self.random.choice(("Approve", "Reject"))
        decided = await asyncio.gather(
            self.desk.decide("Approve", item, who[0], may_be=TOO_LATE),
            self.desk.decide(rival, item, who[-1], "不同意", may_be=TOO_LATE),
            return_exceptions=True,
        )
        first, second = (not isinstance(answer, Refused) for answer in decided)
        if first == second:
            self.desk.client.surprise(f"of two deciders {'both' if first else 'neither'} decided")
        ending = REJECTED if rival == "Reject" and second else PAID
        await (self.desk.comes_to(REJECTED) if ending == REJECTED else self.desk.approve_until(PAID))
        return ending

    async def handed_on(self) -> Ending:
        await self.begin()
        item, who = await self.desk.asked()
        to = self.random.choice(
            [login for login in self.colleagues if login not in (*who, self.desk.claimant)]
        )
        await self.desk.hand_on(item, who[0], to)
        await self.desk.approve_until(PAID)
        return PAID

    async def cut(self) -> Ending:
        """Finance pays less than was claimed, perhaps after a second thought."""
        await self.begin()
        item, who = await self.in_finance()
        for _ in range(self.random.randint(1, 2)):
            await self.desk.cut(who[0], self.random.randint(1, 50))
        while item.document_version < self.desk.claim.version:
            item, _ = await self.desk.asked("finance")
        await self.desk.decide("Approve", item, who[0])
        await self.desk.approve_until(PAID)
        return PAID

    async def in_finance(self) -> tuple[Any, list[str]]:
        await self.desk.business_approves()
        return await self.desk.asked("finance")

    async def refused_by_the_erp(self) -> Ending:
        return await self._with_an_erp_that(refuse_reason="收款账户有误", only_next=1)

    async def answer_lost(self) -> Ending:
        return await self._with_an_erp_that(lose_answers=True, only_next=1)

    async def erp_slow(self) -> Ending:
        delay = Duration()
        delay.FromTimedelta(timedelta(seconds=2))
        return await self._with_an_erp_that(delay=delay, only_next=2)

    async def erp_down(self) -> Ending:
        return await self._with_an_erp_that(unavailable=True, only_next=self.random.randint(1, 3))

    async def erp_pending(self) -> Ending:
        return await self._with_an_erp_that(never_settle=True, only_next=2)

    async def _with_an_erp_that(self, **faults: Any) -> Ending:
        await self.begin()
        item, who = await self.in_finance()

        async def pass_it() -> None:
            await self.desk.decide("Approve", item, who[0])
            await self.desk.erp_answers()

        await self.erp.broken_while(pass_it, **faults, only_document=self.desk.claim.name)
        await self.desk.approve_until(PAID)
        return PAID


Shape = Callable[[Script], Awaitable[Ending]]
SHAPES: Final[tuple[tuple[Shape, int], ...]] = (
    (Script.plain, 3),
    (Script.several_steps, 3),
    (Script.returned, 3),
    (Script.rejected, 2),
    (Script.withdrawn, 3),
    (Script.raced, 2),
    (Script.contested, 2),
    (Script.handed_on, 1),
    (Script.cut, 3),
    (Script.refused_by_the_erp, 2),
    (Script.answer_lost, 2),
    (Script.erp_slow, 1),
    (Script.erp_down, 1),
    (Script.erp_pending, 1),
)
