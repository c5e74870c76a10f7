"""Who may do what here, by the Cedar policies in `authorisation`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from chassis.security.authorisation import INSTALLATION, Entity, NotPermitted, Policies, Resource
from kernel.actor import Actor
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import CaseName

FOLDER: Final = Path(__file__).parent / "authorisation"
HERE: Final = Resource(INSTALLATION, "approval")


@lru_cache(maxsize=1)
def policies() -> Policies:
    """Raises PoliciesInvalid; the service asks for them before it serves."""
    return Policies(FOLDER)


def may(actor: Actor, action: str) -> bool:
    """Whether the actor may do what is not about one case."""
    return policies().allowed(actor, [(action, HERE)])[0]


def require(actor: Actor, action: str) -> None:
    """Raises NotPermitted. For what is not about one case."""
    policies().require(actor, action, HERE.type, HERE.id)


def require_on(actor: Actor, action: str, case: Case) -> None:
    """Raises NotPermitted. For what is done to a case."""
    _require(actor, action, case.name, case.requester)


def may_on(actor: Actor, action: str, case: Case) -> bool:
    """Whether the actor may do this to a case."""
    resource = Resource("Case", str(case.name), {"requester": Entity("Person", case.requester)})
    return policies().allowed(actor, [(action, resource)])[0]


def require_protocol(actor: Actor, case: CaseName) -> None:
    """Raises NotPermitted unless it is the workflow that calls."""
    _require(actor, "CaseProtocol", case, actor.person)


def _require(actor: Actor, action: str, name: CaseName, requester: str) -> None:
    resource = Resource("Case", str(name), {"requester": Entity("Person", requester)})
    if not policies().allowed(actor, [(action, resource)])[0]:
        raise NotPermitted(action=action, resource=name.resource)
