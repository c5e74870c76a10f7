"""Who may do what here, by the Cedar policies in `authorisation`. What is owned, only its owner may touch: NOT_YOURS."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from chassis.security.authorisation import INSTALLATION, Entity, NotPermitted, Policies, Resource
from kernel.actor import Actor
from kernel.errors import NotYours
from services.expense.domain.claim import Claim

FOLDER: Final = Path(__file__).parent / "authorisation"
HERE: Final = Resource(INSTALLATION, "expense")


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


def require_on(actor: Actor, action: str, claim: Claim) -> None:
    """Raises NotPermitted. For what others do to a claim."""
    if not _allowed(actor, action, claim):
        raise NotPermitted(action=action, resource=claim.name)


def require_own(actor: Actor, action: str, claim: Claim) -> None:
    """Raises NotYours. For what only a claimant does to their claim."""
    if not _allowed(actor, action, claim):
        raise NotYours(name=claim.name)


def require_on_allotment(actor: Actor, action: str, number: str) -> None:
    """Raises NotPermitted. For what cases do to an allotment."""
    policies().require(actor, action, "Allotment", number)


def _allowed(actor: Actor, action: str, claim: Claim) -> bool:
    resource = Resource("Claim", claim.number, {"owner": Entity("Person", claim.owner)})
    return policies().allowed(actor, [(action, resource)])[0]
