"""What expense tells of the budget behind activities."""

from __future__ import annotations

from chassis.cases.sight import EVERYTHING
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import NotFound
from services.marketing import messages
from services.marketing.domain.allotment import KnownAllotment
from services.marketing.domain.events import AllClaimed
from services.marketing.use_cases.ports import Work
from services.marketing.use_cases.steering import tell_case


async def take_allotment(told: KnownAllotment, *, uow: Work, actor: Actor, clock: Clock) -> None:
    """Keeps what a message tells."""
    async with uow:
        await keep_allotment(told, uow=uow, actor=actor, clock=clock)
        return await uow.commit(None)


async def keep_allotment(told: KnownAllotment, *, uow: Work, actor: Actor, clock: Clock) -> None:
    """Keeps it, unless something newer is known. Where all is claimed now and was not before, the activity's case hears of it."""
    before = await uow.allotments.of(told.activity)
    if not await uow.allotments.put(told):
        return
    if told.fully_claimed and not (before is not None and before.fully_claimed):
        await _tell(told, uow, actor, clock)


async def _tell(told: KnownAllotment, uow: Work, actor: Actor, clock: Clock) -> None:
    try:
        activity = await uow.activities.get_for_update(told.activity, EVERYTHING)
    except NotFound:
        return  # nobody waits for it; the reconciliation finds it
    event = AllClaimed(document=activity.name, version=activity.version, by=actor, at=clock.now())
    fact_id = f"{messages.ALL_CLAIMED}/{told.version}"
    uow.record(event, await tell_case(activity, messages.ALL_CLAIMED, uow, fact_id=fact_id))
