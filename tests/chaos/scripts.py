"""What may become of any document that is decided in a case, as small scripts: each says how its document has to end."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any, ClassVar, Final, Generic, TypeVar

from google.protobuf.duration_pb2 import Duration

from tests.chaos.desk import TOO_LATE, Desk
from tests.chaos.erp_switch import ErpSwitch
from tests.chaos.people import Refused

K = TypeVar("K", bound=Desk[Any])
UNDER_WAY: Final = ("CASE_SEALED", "CASE_CLOSED")


class Script(ABC, Generic[K]):
    """One document from its draft to its end. `DRAFT`, `REJECTED` and `DELETED` are states of its kind of document."""

    DRAFT: ClassVar[int]
    REJECTED: ClassVar[int]
    DELETED: ClassVar[int]

    def __init__(self, desk: K, erp: ErpSwitch, title: str, colleagues: list[str]) -> None:
        self.desk, self.erp, self.title, self.colleagues = desk, erp, title, colleagues
        self.random: Random = desk.random

    @abstractmethod
    async def begin(self) -> None:
        """A document that is submitted."""

    @abstractmethod
    async def half_way(self) -> None:
        """Some have approved; others are still to be asked."""

    @abstractmethod
    async def last_asked(self) -> tuple[Any, list[str]]:
        """What whoever is last has to decide, and who that may be; afterwards the ERP is asked."""

    async def goes_through(self) -> int:
        await self.desk.approve_until(self.desk.final)
        return self.desk.final

    async def perhaps_half_way(self) -> None:
        if self.random.random() < 0.5:
            await self.half_way()

    async def plain(self) -> int:
        await self.begin()
        return await self.goes_through()

    async def returned(self) -> int:
        await self.begin()
        await self.perhaps_half_way()
        await self.sent_back()
        await self.desk.edit("科室会场地与茶歇")
        await self.desk.submit()
        return await self.goes_through()

    async def sent_back(self) -> None:
        item, who = await self.desk.asked()
        await self.desk.decide("Return", item, who[0], "请写明用途")
        await self.desk.comes_to(self.DRAFT)

    async def rejected(self) -> int:
        await self.begin()
        await self.perhaps_half_way()
        item, who = await self.desk.asked()
        await self.desk.decide("Reject", item, who[0], "不符合规定")
        await self.desk.comes_to(self.REJECTED)
        return self.REJECTED

    async def withdrawn(self) -> int:
        await self.begin()
        where = self.random.randrange(3)
        if where == 1:
            await self.half_way()
        if where == 2:
            await self.sent_back()
        await self.desk.withdraw()
        return await self.after_withdrawal()

    async def after_withdrawal(self) -> int:
        """It may be left, thrown away, or submitted once more: as another case."""
        await self.desk.case_ends()
        await self.desk.look()
        what = self.random.randrange(3)
        if what == 1:
            await self.desk.delete()
            return self.DELETED
        if what == 2:
            await self.desk.submit()
            return await self.goes_through()
        return self.DRAFT

    async def raced(self) -> int:
        """Somebody decides while the author takes it back: one of them is too late, or neither."""
        await self.begin()
        await self.perhaps_half_way()
        item, who = await self.desk.asked()
        withdrawal, _ = await asyncio.gather(
            self.desk.withdraw(UNDER_WAY),
            self.desk.decide("Approve", item, who[0], may_be=TOO_LATE),
            return_exceptions=True,
        )
        if isinstance(withdrawal, Refused):
            return await self.goes_through()
        return await self.after_withdrawal()

    async def handed_on(self) -> int:
        await self.begin()
        item, who = await self.desk.asked()
        to = self.random.choice([login for login in self.colleagues if login not in (*who, self.desk.author)])
        await self.desk.hand_on(item, who[0], to)
        return await self.goes_through()

    async def refused_by_the_erp(self) -> int:
        return await self._with_an_erp_that(refuse_reason="账户或税号有误", only_next=1)

    async def answer_lost(self) -> int:
        return await self._with_an_erp_that(lose_answers=True, only_next=1)

    async def erp_slow(self) -> int:
        delay = Duration()
        delay.FromTimedelta(timedelta(seconds=2))
        return await self._with_an_erp_that(delay=delay, only_next=2)

    async def erp_down(self) -> int:
        return await self._with_an_erp_that(unavailable=True, only_next=self.random.randint(1, 3))

    async def erp_pending(self) -> int:
        return await self._with_an_erp_that(never_settle=True, only_next=2)

    async def _with_an_erp_that(self, **faults: Any) -> int:
        await self.begin()
        item, who = await self.last_asked()

        async def pass_it() -> None:
            await self.desk.decide("Approve", item, who[0])
            await self.desk.erp_answers()

        await self.erp.broken_while(pass_it, **faults, only_document=self.desk.document.name)
        return await self.goes_through()


Shape = Callable[[Any], Awaitable[int]]
Shapes = tuple[tuple[Shape, int], ...]
