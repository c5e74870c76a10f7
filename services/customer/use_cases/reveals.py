"""Phone numbers, whole: for owners as they are, for others with a purpose, on the timeline, and not too often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kernel.actor import Actor
from kernel.clock import SHANGHAI, Clock
from kernel.errors import Code, InvalidArgument, Refusal
from services.customer.domain.events import PhoneRevealed
from services.customer.permissions import may_on
from services.customer.use_cases.ports import Directory, Reveal, Work
from services.customer.use_cases.sight import sight_of

WINDOW: Final = timedelta(hours=1)


class RevealedTooOften(Refusal):
    code = Code.RESOURCE_EXHAUSTED
    zh = "每小时最多查看 {most} 个电话，{clock} 后可再查看"
    en = "No more than {most} numbers an hour; again from {clock}"


class PurposeMissing(InvalidArgument):
    zh = "请说明查看电话的用途"
    en = "Say what the number is needed for"


@dataclass(frozen=True, slots=True)
class RevealPhone:
    """`phone` is its place: `phone`, `responsible_phone`, `people/1`."""

    number: str
    phone: str
    purpose: str


async def reveal_phone(
    cmd: RevealPhone, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> str:
    """Raises NotFound, NoPhone, PurposeMissing, RevealedTooOften."""
    sight = await sight_of(actor, directory)
    async with uow:
        customer = await uow.customers.get(cmd.number, sight)
        phone = customer.phone_at(cmd.phone)
        if may_on(actor, "SeePhone", customer, sight.responsible_for):
            return await uow.commit(phone)
        if not cmd.purpose:
            raise PurposeMissing(field="purpose")
        reveal = Reveal(actor.id, clock.now(), customer.number, cmd.phone, cmd.purpose)
        await _must_not_be_too_often(uow, reveal)
        await uow.reveals.add(reveal)
        said = {"phone": cmd.phone, "purpose": cmd.purpose}
        uow.record(
            PhoneRevealed(document=customer.name, version=customer.version, by=actor, at=reveal.at, **said)
        )
        return await uow.commit(phone)


async def _must_not_be_too_often(uow: Work, reveal: Reveal) -> None:
    most = (await uow.configurations.current()).reveals_per_hour
    # Newest first: the one that has to be an hour old before there is room again is the last of `most`.
    seen = await uow.reveals.latest(reveal.by, most)
    if most and (len(seen) < most or seen[-1] + WINDOW <= reveal.at):
        return
    again = (seen[-1] if seen else reveal.at) + WINDOW
    said = again.astimezone(SHANGHAI).strftime("%H:%M")
    raise RevealedTooOften(most=most, clock=said, again_from=again.isoformat())
