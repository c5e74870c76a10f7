"""Two customers become one, with everything that names them, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kernel.actor import Actor
from kernel.clock import Clock
from services.customer import messages
from services.customer.domain.customer import Customer
from services.customer.domain.events import CustomersMerged, MergedInto, RelationMoved, UpstreamSet
from services.customer.domain.licence import Licence
from services.customer.domain.merging import (
    MergedWithItself,
    absorbing,
    dissolved,
    refuse_merge,
    related_to,
    taken_over,
)
from services.customer.domain.renewal import refuse_with_renewals
from services.customer.permissions import require
from services.customer.use_cases.licence_watch import hold_to_licences
from services.customer.use_cases.ports import Directory, Work
from services.customer.use_cases.sight import as_seen, sight_of


@dataclass(frozen=True, slots=True)
class MergeCustomers:
    """`number` stays; `other` becomes part of it."""

    number: str
    etag: str
    other: str
    other_etag: str
    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Who named the other and names the one that stays now."""

    downstream: tuple[str, ...]
    related: tuple[str, ...]
    licences: tuple[str, ...] = ()


async def merge_customers(
    cmd: MergeCustomers, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Customer:
    require(actor, "MergeCustomers")
    if cmd.number == cmd.other:
        raise MergedWithItself(field="other", name=f"customers/{cmd.number}")
    sight = await sight_of(actor, directory)
    async with uow:
        await uow.hierarchy.lock()
        below, related = await uow.hierarchy.touching(cmd.other)
        everybody = {cmd.number, cmd.other, *below, *related}
        locked = {number: await uow.customers.get_for_update(number, sight) for number in sorted(everybody)}
        into = locked[cmd.number].expecting(cmd.etag)
        other = locked[cmd.other].expecting(cmd.other_etag)
        await uow.onboardings.must_be_alone(cmd.other)
        refuse_with_renewals(await uow.renewals.under_way(cmd.other))
        refuse_merge(into, other, await uow.hierarchy.from_here_up(into.upstream))
        at = clock.now()
        after, gone = absorbing(into, other, at=at), dissolved(other, into, at=at)
        taken, licences = await _move_licences(uow, into, other)
        moved = await _move(uow, actor, locked, below, related, into, other, at)
        moved = replace(moved, licences=tuple(licence.number for licence in taken))
        uow.record(_merged(after, other, moved, cmd.reason, actor), messages.merged(after, other, cmd.reason))
        uow.record(MergedInto.of(gone, actor, into=into.number, reason=cmd.reason))
        after = await hold_to_licences(after, licences, uow=uow, actor=actor, clock=clock)
        # First the one that gives up its credit code, then the one that takes it.
        await uow.customers.save(gone)
        await uow.customers.save(after)
        return await uow.commit(as_seen(after, actor, sight))


async def _move(
    uow: Work,
    actor: Actor,
    locked: dict[str, Customer],
    below: tuple[str, ...],
    related: tuple[str, ...],
    into: Customer,
    other: Customer,
    at: datetime,
) -> Moved:
    said = {"before": other.number, "after": into.number}
    for number in below:
        customer = locked[number] = locked[number].under(into.number, (), at=at)
        await uow.customers.save(customer)
        uow.record(
            UpstreamSet.of(customer, actor, merged=True, **said), messages.changed(customer, ["upstream"])
        )
    around = tuple(number for number in related if number not in (into.number, other.number))
    for number in around:
        customer = related_to(locked[number], other.number, into.number, at=at)
        await uow.customers.save(customer)
        uow.record(RelationMoved.of(customer, actor, **said), messages.changed(customer, ["file.relations"]))
    return Moved(below, around)


async def _move_licences(
    uow: Work, into: Customer, other: Customer
) -> tuple[list[Licence], tuple[Licence, ...]]:
    """Those that move, and all that `into` has from now on."""
    own, moving = await uow.licences.of(into.number), await uow.licences.of(other.number)
    taken = taken_over(moving, own, into.number)
    for licence in taken:
        await uow.licences.put(licence)
    for licence in moving:
        await uow.licences.remove(licence)
    return taken, (*own, *taken)


def _merged(after: Customer, other: Customer, moved: Moved, reason: str, actor: Actor) -> CustomersMerged:
    return CustomersMerged.of(
        after,
        actor,
        other=other.number,
        what=other.file.masked(),
        aliases=other.aliases,
        licences=moved.licences,
        downstream=moved.downstream,
        related=moved.related,
        reason=reason,
    )
