"""What may become of a customer that is to be formal."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from kernel.credit_code import made_of
from tests.chaos.onboarding_desk import OnboardingDesk
from tests.chaos.people import Refused
from tests.chaos.scripts import Script, Shapes
from zhupi.customer.v1.onboarding_pb2 import Onboarding

# Whose step is the last.
LAST: Final = "master-data"
# What finance decides, and what its director has to see as well.
SOME, MUCH = 20_000, 600_000


class OnboardingScript(Script[OnboardingDesk]):
    DRAFT = Onboarding.STATE_DRAFT
    REJECTED = Onboarding.STATE_REJECTED
    DELETED = Onboarding.STATE_DELETED

    async def begin(self, credit: int = 0) -> None:
        await self.meet()
        await self.desk.create(credit)
        await self.desk.submit()

    async def meet(self) -> None:
        place = f"{self.desk.client.script:08}"
        await self.desk.meet(self.title, made_of("93", "659001", place))

    async def half_way(self) -> None:
        item, who = await self.desk.asked()
        await self.desk.decide("Approve", item, who[0])
        await self.desk.asked()

    async def last_asked(self) -> tuple[Any, list[str]]:
        while True:
            item, who = await self.desk.asked()
            if item.step.rpartition("/")[2].partition("#")[0] == LAST:
                return item, who
            await self.desk.decide("Approve", item, who[0])

    async def with_credit(self) -> int:
        await self.begin(self.random.choice((SOME, MUCH)))
        await self.desk.comment("合同已寄出")
        return await self.goes_through()

    async def changed_meanwhile(self) -> int:
        """The customer moves while people decide: they are shown it as it was, and what is different now."""
        await self.begin()
        await self.perhaps_half_way()
        await self.desk.move_house("花园路 2 号")
        seen = await self.desk.look()
        if not any(
            one.field == "customer.file.address" or ".street" in one.field for one in seen.differences
        ):
            self.desk.client.surprise(f"{seen.name} does not say that its customer has moved")
        return await self.goes_through()

    async def asked_for_twice(self) -> int:
        """Two drafts for one customer, submitted at once: one of them is taken, and the other never."""
        await self.meet()
        drafts = [await self.desk.create(credit) for credit in (0, SOME)]
        done = await asyncio.gather(
            *(self.desk.submit_as_well(one, ("ONBOARDING_OPEN",)) for one in drafts), return_exceptions=True
        )
        lost = [draft for draft, answer in zip(drafts, done, strict=True) if isinstance(answer, Refused)]
        if len(lost) != 1:
            self.desk.client.surprise(f"of two onboardings of a customer {2 - len(lost)} were taken")
        await self.desk.refused_another("ONBOARDING_OPEN")
        await self.goes_through()
        await self.desk.refused_another("ALREADY_FORMAL")
        return Onboarding.STATE_FORMAL


SHAPES: Final[Shapes] = (
    (OnboardingScript.plain, 3),
    (OnboardingScript.with_credit, 3),
    (OnboardingScript.returned, 3),
    (OnboardingScript.rejected, 2),
    (OnboardingScript.withdrawn, 3),
    (OnboardingScript.raced, 2),
    (OnboardingScript.handed_on, 1),
    (OnboardingScript.changed_meanwhile, 2),
    (OnboardingScript.asked_for_twice, 2),
    (OnboardingScript.refused_by_the_erp, 2),
    (OnboardingScript.answer_lost, 2),
    (OnboardingScript.erp_slow, 1),
    (OnboardingScript.erp_down, 1),
    (OnboardingScript.erp_pending, 1),
)
