"""What owners do to a customer: one shape for all of them, and a small function for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack

from google.protobuf.message import Message

from kernel.actor import Actor
from kernel.clock import Clock
from services.customer import messages
from services.customer.domain import events
from services.customer.domain.customer import Customer
from services.customer.use_cases.files import own_for_update
from services.customer.use_cases.ports import Directory, Work
from services.customer.use_cases.sight import as_seen, sight_of


@dataclass(frozen=True, slots=True)
class Act:
    """A verb on a customer as it was read. `said` is what belongs to the verb: a reason, a key, a name; empty where it has none."""

    number: str
    etag: str
    said: str = ""


class Tools(TypedDict):
    """What every verb works with."""

    uow: Work
    actor: Actor
    clock: Clock
    directory: Directory


Change = Callable[[Customer, datetime], Customer]
Tell = Callable[[Customer, Customer], tuple[events.CustomerEvent, Iterable[Message]]]


async def set_progress(cmd: Act, **tools: Unpack[Tools]) -> Customer:
    async with tools["uow"] as uow:
        (await uow.configurations.current()).must_know_progress(cmd.said)

    def tell(before: Customer, after: Customer) -> tuple[events.CustomerEvent, Iterable[Message]]:
        said = {"before": before.progress, "after": after.progress}
        event = events.ProgressSet.of(after, tools["actor"], **said)
        return event, [messages.changed(after, ["progress"])]

    return await _done(cmd, lambda customer, at: customer.progressed(cmd.said, at=at), tell, tools)


async def mark_opportunity(cmd: Act, **tools: Unpack[Tools]) -> Customer:
    def tell(before: Customer, after: Customer) -> tuple[events.CustomerEvent, Iterable[Message]]:
        event = events.BecameOpportunity.of(after, tools["actor"])
        return event, [messages.changed(after, ["state"])]

    return await _done(cmd, lambda customer, at: customer.mark_opportunity(at=at), tell, tools)


async def mark_lost(cmd: Act, **tools: Unpack[Tools]) -> Customer:
    return await _left(
        cmd, lambda customer, at: customer.mark_lost(cmd.said, at=at), events.CustomerLost, tools
    )


async def stop_trading(cmd: Act, **tools: Unpack[Tools]) -> Customer:
    return await _left(
        cmd, lambda customer, at: customer.stop_trading(cmd.said, at=at), events.TradingStopped, tools
    )


async def close_down(cmd: Act, **tools: Unpack[Tools]) -> Customer:
    return await _left(
        cmd, lambda customer, at: customer.close_down(cmd.said, at=at), events.CustomerClosedDown, tools
    )


async def resume_trading(cmd: Act, **tools: Unpack[Tools]) -> Customer:
    def tell(before: Customer, after: Customer) -> tuple[events.CustomerEvent, Iterable[Message]]:
        return events.TradingResumed.of(after, tools["actor"]), [messages.returned(after)]

    return await _done(cmd, lambda customer, at: customer.resume_trading(at=at), tell, tools)


async def add_alias(cmd: Act, **tools: Unpack[Tools]) -> Customer:
    """One that is there already changes nothing."""

    def change(customer: Customer, at: datetime) -> Customer:
        known = cmd.said in customer.aliases or cmd.said == customer.file.name
        return customer if known else customer.called(cmd.said, at=at)

    def tell(before: Customer, after: Customer) -> tuple[events.CustomerEvent, Iterable[Message]]:
        event = events.AliasAdded.of(after, tools["actor"], alias=cmd.said)
        return event, [messages.changed(after, ["aliases"])]

    return await _done(cmd, change, tell, tools)


async def remove_alias(cmd: Act, **tools: Unpack[Tools]) -> Customer:
    def tell(before: Customer, after: Customer) -> tuple[events.CustomerEvent, Iterable[Message]]:
        event = events.AliasRemoved.of(after, tools["actor"], alias=cmd.said)
        return event, [messages.changed(after, ["aliases"])]

    return await _done(cmd, lambda customer, at: customer.called_no_more(cmd.said, at=at), tell, tools)


async def set_upstream(cmd: Act, **tools: Unpack[Tools]) -> Customer:
    """Whoever buys from the customer moves with it: they name it, and not those above it."""
    actor = tools["actor"]
    sight = await sight_of(actor, tools["directory"])
    async with tools["uow"] as uow:
        await uow.hierarchy.lock()
        before = await own_for_update(cmd.number, "SetUpstream", uow=uow, actor=actor, sight=sight)
        before = before.expecting(cmd.etag)
        if cmd.said:
            await uow.customers.must_exist(frozenset({cmd.said}))
        above = await uow.hierarchy.from_here_up(cmd.said)
        after = before.under(cmd.said, above, at=tools["clock"].now())
        await uow.customers.save(after)
        said = {"before": before.upstream, "after": after.upstream}
        uow.record(events.UpstreamSet.of(after, actor, **said), messages.changed(after, ["upstream"]))
        return await uow.commit(as_seen(after, actor, sight))


async def _left(cmd: Act, change: Change, event: type[events.Ended], tools: Tools) -> Customer:
    """Raises OnboardingOpen: while people or the ERP are asked about it, the request is to be taken back first."""

    def tell(before: Customer, after: Customer) -> tuple[events.CustomerEvent, Iterable[Message]]:
        return event.of(after, tools["actor"], reason=cmd.said), [messages.left(after)]

    return await _done(cmd, change, tell, tools, undecided=True)


async def _done(cmd: Act, change: Change, tell: Tell, tools: Tools, *, undecided: bool = False) -> Customer:
    """A change by an owner; `undecided`: of a customer whom nobody is asked about. One that comes to nothing leaves no row."""
    actor = tools["actor"]
    sight = await sight_of(actor, tools["directory"])
    async with tools["uow"] as uow:
        before = await own_for_update(cmd.number, "ChangeCustomer", uow=uow, actor=actor, sight=sight)
        after = change(before.expecting(cmd.etag), tools["clock"].now())
        if undecided:
            await uow.onboardings.must_be_alone(before.number)
        if after != before:
            await uow.customers.save(after)
            event, told = tell(before, after)
            uow.record(event, *told)
        return await uow.commit(as_seen(after, actor, sight))
