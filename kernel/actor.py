"""Who acts: a person, or a service on its own account or for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from kernel.errors import NotYours

# Who acts where a rule does that people have published: a deadline, an automatic step. Nobody signs in as it.
SYSTEM_ID: Final = "system"


class Owned(Protocol):
    """A document that belongs to one person."""

    @property
    def name(self) -> str: ...

    @property
    def owner(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Actor:
    """The authenticated caller of a verb.

    `person` is the id of the person who acts or for whom a service acts, empty when a service acts on its own account.
    `service` is the name of the calling service, empty when the person calls directly. `roles` and `device` come
    from the token. At least one of `person` and `service` is set.
    """

    person: str = ""
    service: str = ""
    roles: frozenset[str] = frozenset()
    device: str = ""

    @property
    def id(self) -> str:
        """How the actor is written in timelines: `people/lihua`, `services/worker`, `services/worker for people/lihua`, `system`."""
        if self == SYSTEM:
            return SYSTEM_ID
        if not self.service:
            return f"people/{self.person}"
        return f"services/{self.service}" + (f" for people/{self.person}" if self.person else "")

    @property
    def is_person(self) -> bool:
        return not self.service

    def must_own(self, document: Owned) -> None:
        """Raises NotYours unless this very person, or a service acting for them, owns the document."""
        if not self.person or document.owner != self.person:
            raise NotYours(name=document.name)


SYSTEM: Final = Actor(service=SYSTEM_ID)
