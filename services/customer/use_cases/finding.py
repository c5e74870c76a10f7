"""Finding customers: while a name is typed, and before one is created twice."""

from __future__ import annotations

from dataclasses import replace

from kernel.actor import Actor
from kernel.clock import Clock
from kernel.credit_code import as_written
from services.customer.domain.duplicates import Known, Lookalike, Sought
from services.customer.permissions import may, require
from services.customer.use_cases.ports import EVERYTHING, Directory, SearchQuery, Work
from services.customer.use_cases.sight import sight_of


async def search_customers(
    query: SearchQuery, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> list[Known]:
    if not query.words:
        return []
    # At every key that is pressed: whoever sees all of them need not be looked up.
    sight = EVERYTHING if may(actor, "SeeEveryCustomer") else await sight_of(actor, directory)
    async with uow:
        return await uow.search.hits(query, sight)


async def find_duplicates(wanted: Sought, *, uow: Work, actor: Actor, clock: Clock) -> tuple[Lookalike, ...]:
    """Whoever may create customers sees what they would repeat, also where it is somebody else's."""
    require(actor, "FindDuplicates")
    normal = replace(wanted, credit_code=as_written(wanted.credit_code))
    async with uow:
        return await uow.lookalikes.like(normal)
