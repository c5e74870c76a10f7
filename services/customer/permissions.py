"""Who may do what here, by the Cedar policies in `authorisation`. What is owned, only its owners may touch: NOT_YOURS."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

from chassis.security.authorisation import INSTALLATION, Entity, NotPermitted, Policies, Resource
from kernel.actor import Actor
from kernel.errors import NotYours

FOLDER: Final = Path(__file__).parent / "authorisation"
HERE: Final = Resource(INSTALLATION, "customer")
# What requests of a collection are called in the policies.
REQUESTS: Final = {"onboardings": "Onboarding", "licenceRenewals": "LicenceRenewal"}


class Kept(Protocol):
    """What has a salesperson and an organisation."""

    @property
    def name(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def salesperson(self) -> str: ...
    @property
    def organisation(self) -> str: ...


class Owned(Protocol):
    """What somebody has asked for."""

    @property
    def name(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def requester(self) -> str: ...


@lru_cache(maxsize=1)
def policies() -> Policies:
    """Raises PoliciesInvalid; the service asks for them before it serves."""
    return Policies(FOLDER)


def may(actor: Actor, action: str) -> bool:
    """Whether the actor may do what is not about one customer."""
    return policies().allowed(actor, [(action, HERE)])[0]


def require(actor: Actor, action: str) -> None:
    """Raises NotPermitted. For what is not about one customer."""
    policies().require(actor, action, HERE.type, HERE.id)


def may_on(actor: Actor, action: str, customer: Kept, responsible_for: frozenset[str]) -> bool:
    """`responsible_for` are the organisations that the actor is responsible for."""
    in_charge = customer.organisation in responsible_for
    said = {"salesperson": Entity("Person", customer.salesperson), "in_charge": in_charge}
    return policies().allowed(actor, [(action, Resource("Customer", customer.number, said))])[0]


def require_own(actor: Actor, action: str, customer: Kept, responsible_for: frozenset[str]) -> None:
    """Raises NotYours. For what only owners and master data do to a customer."""
    if not may_on(actor, action, customer, responsible_for):
        raise NotYours(name=customer.name)


def require_decided(actor: Actor, action: str, customer: Kept) -> None:
    """Raises NotPermitted. For what only a decided case does to a customer."""
    if not may_on(actor, action, customer, frozenset()):
        raise NotPermitted(action=action, resource=customer.name)


def require_own_request(actor: Actor, action: str, request: Owned) -> None:
    """Raises NotYours. For what only a requester does to their onboarding, or renewal."""
    if not _allowed_on(actor, action, request):
        raise NotYours(name=request.name)


def require_case_verb(actor: Actor, action: str, request: Owned) -> None:
    """Raises NotPermitted. For what only a case does to its document."""
    if not _allowed_on(actor, action, request):
        raise NotPermitted(action=action, resource=request.name)


def _allowed_on(actor: Actor, action: str, request: Owned) -> bool:
    said = {"owner": Entity("Person", request.requester)}
    resource = Resource(REQUESTS[request.name.partition("/")[0]], request.number, said)
    return policies().allowed(actor, [(action, resource)])[0]
