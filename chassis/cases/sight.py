"""What a caller may see of documents that people own."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.cases.ports import Directory
from kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see: their own documents, those submitted in these organisations, or everything."""

    person: str = ""
    organisations: frozenset[str] = frozenset()
    everything: bool = False


EVERYTHING = Sight(everything=True)


async def with_organisations(own: Sight, actor: Actor, directory: Directory) -> Sight:
    """What the caller sees by their token alone, and what is of organisations that they are responsible for."""
    if own.everything or not actor.person:
        return own
    employee = await directory.employee(actor.person)
    return Sight(actor.person, employee.responsible_for)
