"""What a caller may see: their own cases, those of the organisations they head, what they stand in for, everything for who runs the house."""

from __future__ import annotations

from kernel.actor import Actor
from kernel.clock import Clock, local_date
from services.approval import permissions
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.views import Sight


async def sight_of(actor: Actor, uow: ApprovalUnitOfWork, clock: Clock) -> Sight:
    """A service on its own account sees everything; one that acts for a person sees what the person sees."""
    if permissions.may(actor, "SeeEveryCase"):
        return Sight(actor.person, everything=True)
    now = clock.now()
    today = (await uow.directories.current()).as_of(local_date(now))
    standings = await uow.absences.standings(actor.person, now) if actor.person else frozenset()
    return Sight(actor.person, today.responsible_for(actor.person), standings=standings)
