"""What a caller may see."""

from __future__ import annotations

from contextlib import suppress

from chassis.cases.sight import EVERYTHING, Sight
from kernel.actor import Actor
from kernel.errors import NotFound
from services.marketing.permissions import may
from services.marketing.use_cases.ports import Directory


async def sight_of(actor: Actor, directory: Directory) -> Sight:
    """Own activities, and those of organisations that the caller is responsible for; some roles and services see all.

    Its `organisations` are those that the caller is responsible for, also where they see everything.
    """
    everything = may(actor, "SeeEveryActivity")
    if not actor.person:
        return EVERYTHING if everything else Sight()
    responsible_for: frozenset[str] = frozenset()
    # Whoever sees all by their role need not stand in the directory.
    with suppress(NotFound):
        responsible_for = (await directory.employee(actor.person)).responsible_for
    return Sight(actor.person, responsible_for, everything)
