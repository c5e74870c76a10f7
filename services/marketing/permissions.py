"""Who may do what here, by the Cedar policies in `authorisation`. What is owned, only its owner may touch: NOT_YOURS."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

from chassis.security.authorisation import INSTALLATION, Entity, NotPermitted, Policies, Resource
from kernel.actor import Actor
from kernel.errors import NotYours

FOLDER: Final = Path(__file__).parent / "authorisation"
HERE: Final = Resource(INSTALLATION, "marketing")


class Asked(Protocol):
    """What somebody has asked for, in an organisation: an activity, a change of one."""

    @property
    def name(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def requester(self) -> str: ...
    @property
    def organisation(self) -> str: ...


@lru_cache(maxsize=1)
def policies() -> Policies:
    """Raises PoliciesInvalid; the service asks for them before it serves."""
    return Policies(FOLDER)


def may(actor: Actor, action: str) -> bool:
    """Whether the actor may do what is not about one document."""
    return policies().allowed(actor, [(action, HERE)])[0]


def require(actor: Actor, action: str) -> None:
    """Raises NotPermitted. For what is not about one document."""
    policies().require(actor, action, HERE.type, HERE.id)


def require_own(
    actor: Actor, action: str, asked: Asked, responsible_for: frozenset[str] = frozenset()
) -> None:
    """Raises NotYours. For what only a requester, or also whoever is responsible for the organisation, does."""
    if not _allowed(actor, action, asked, asked.organisation in responsible_for):
        raise NotYours(name=asked.name)


def require_case_verb(actor: Actor, action: str, asked: Asked) -> None:
    """Raises NotPermitted. For what only a case does to its document."""
    if not _allowed(actor, action, asked, in_charge=False):
        raise NotPermitted(action=action, resource=asked.name)


def _allowed(actor: Actor, action: str, asked: Asked, in_charge: bool) -> bool:
    said = {"owner": Entity("Person", asked.requester), "in_charge": in_charge}
    return policies().allowed(actor, [(action, Resource("Activity", asked.number, said))])[0]
