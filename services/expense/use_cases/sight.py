"""What a caller may see."""

from __future__ import annotations

from kernel.actor import Actor
from services.expense.permissions import may
from services.expense.use_cases.ports import EVERYTHING, Directory, Sight


def own_sight(actor: Actor) -> Sight:
    """What the caller's token alone lets them see: asks nobody."""
    return EVERYTHING if may(actor, "SeeEveryClaim") else Sight(actor.person)


async def sight_of(actor: Actor, directory: Directory) -> Sight:
    """Own claims, and those of organisations that the caller is responsible for; finance and operators see all."""
    own = own_sight(actor)
    if own.everything or not actor.person:
        return own
    employee = await directory.employee(actor.person)
    return Sight(actor.person, employee.responsible_for)


async def budget_sight_of(actor: Actor, directory: Directory) -> Sight:
    """Budgets of the caller's organisation and of those that they are responsible for; finance and operators see all."""
    if may(actor, "SeeEveryBudget"):
        return EVERYTHING
    if not actor.person:
        return Sight()
    employee = await directory.employee(actor.person)
    return Sight(actor.person, employee.responsible_for | {employee.organisation})
