"""What a caller may see."""

from __future__ import annotations

from chassis.cases.ports import Directory
from chassis.cases.sight import EVERYTHING, Sight, with_organisations
from kernel.actor import Actor
from services.expense.permissions import may


def own_sight(actor: Actor) -> Sight:
    """What the caller's token alone lets them see: asks nobody."""
    return EVERYTHING if may(actor, "SeeEveryClaim") else Sight(actor.person)


async def sight_of(actor: Actor, directory: Directory) -> Sight:
    """Own claims, and those of organisations that the caller is responsible for; finance and operators see all."""
    return await with_organisations(own_sight(actor), actor, directory)


async def budget_sight_of(actor: Actor, directory: Directory) -> Sight:
    """Budgets of the caller's organisation and of those that they are responsible for; finance and operators see all."""
    if may(actor, "SeeEveryBudget"):
        return EVERYTHING
    if not actor.person:
        return Sight()
    employee = await directory.employee(actor.person)
    return Sight(actor.person, employee.responsible_for | {employee.organisation})
