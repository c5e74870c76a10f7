"""Looking at claims."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.cases.ports import Directory
from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import NotFound
from services.expense.domain.claim import Claim
from services.expense.use_cases.ports import ClaimQuery, Work
from services.expense.use_cases.sight import own_sight, sight_of


@dataclass(frozen=True, slots=True)
class ListClaims:
    query: ClaimQuery
    page: PageRequest


async def get_claim(number: str, *, uow: Work, actor: Actor, clock: Clock, directory: Directory) -> Claim:
    """Raises NotFound, also where the caller may not see it. The directory is asked only about claims of others."""
    try:
        async with uow:
            return await uow.claims.get(number, own_sight(actor))
    except NotFound:
        sight = await sight_of(actor, directory)
        if not sight.organisations:
            raise
    async with uow:
        return await uow.claims.get(number, sight)


async def list_claims(
    cmd: ListClaims, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Page[Claim]:
    own = actor.person and cmd.query.claimant == actor.person
    sight = own_sight(actor) if own else await sight_of(actor, directory)
    async with uow:
        return await uow.claims.page(cmd.query, sight, cmd.page)
