"""Who may do what: Cedar policies kept as files beside each service, checked against their schema when it starts.

    services/expense/authorisation/claims.cedarschema    which actions there are, on what, with which attributes
    services/expense/authorisation/claims.cedar          who may do them; what no rule permits is refused

The files of chassis/policies belong to every service: people, roles, services, and the group `ServicesOnly`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cedarpy

from kernel.actor import Actor
from kernel.errors import PermissionDenied

OWN: Final = Path(__file__).parent / "policies"
INSTALLATION: Final = "Installation"


class NotPermitted(PermissionDenied):
    zh = "您无权执行此操作（{action}）"
    en = "You may not do this ({action})"


class PoliciesInvalid(ValueError):
    """The files do not parse, or a policy does not fit the schema. A service does not start with them."""


class QuestionInvalid(RuntimeError):
    """The question does not fit the schema: an unknown action, an attribute missing. A mistake in the code that asks."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A reference to another entity, as an attribute: `owner=Entity("Person", "lihua")`."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Resource:
    """What is acted upon, with what the policies may look at."""

    type: str
    id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


class Policies:
    """The policies of one service. Raises PoliciesInvalid."""

    def __init__(self, folder: Path) -> None:
        files = [(path.suffix, path.read_text("utf-8")) for path in _files(OWN, folder)]
        policies = "\n".join(text for suffix, text in files if suffix == ".cedar")
        schema = "\n".join(text for suffix, text in files if suffix == ".cedarschema")
        try:
            self._policies = cedarpy.PolicySet.from_str(policies)
            self._schema = cedarpy.Schema.from_str(schema)
        except ValueError as error:
            raise PoliciesInvalid(f"{folder}: {error}") from error
        found = cedarpy.validate_policies(policies, schema)
        if not found.validation_passed:
            raise PoliciesInvalid(f"{folder}: " + "; ".join(str(error) for error in found.errors))

    def require(
        self, actor: Actor, action: str, resource_type: str, resource_id: str, **attributes: Any
    ) -> None:
        """Raises NotPermitted, which names the action, unless a policy permits it and none forbids it."""
        if not self.allowed(actor, [(action, Resource(resource_type, resource_id, attributes))])[0]:
            raise NotPermitted(action=action, resource=f"{resource_type}/{resource_id}")

    def allowed(self, actor: Actor, questions: Sequence[tuple[str, Resource]]) -> list[bool]:
        """For each action and resource, whether the actor may. Raises QuestionInvalid."""
        principal = _uid("Person", actor.person) if actor.person else _uid("Service", actor.service)
        roles = [_uid("Role", role) for role in sorted(actor.roles)] if actor.person else []
        entities: dict[tuple[str, str], dict[str, Any]] = {
            (principal["type"], principal["id"]): {"uid": principal, "attrs": {}, "parents": roles}
        }
        for _, resource in questions:
            entities[resource.type, resource.id] = {
                "uid": _uid(resource.type, resource.id),
                "attrs": {k: _plain(v) for k, v in resource.attributes.items() if v is not None},
                "parents": [],
            }
        context = {"service": actor.service, "device": actor.device}
        said = json.dumps({key: value for key, value in context.items() if value})
        requests = [
            {
                "principal": principal,
                "action": _uid("Action", action),
                "resource": _uid(resource.type, resource.id),
                "context": said,
            }
            for action, resource in questions
        ]
        results = cedarpy.is_authorized_batch(
            requests, self._policies, json.dumps(list(entities.values())), self._schema
        )
        return [_decided(result) for result in results]


def _decided(result: cedarpy.AuthzResult) -> bool:
    # A policy that failed while it was evaluated neither permits nor forbids: that must not pass unseen.
    if result.decision is cedarpy.Decision.NoDecision or result.diagnostics.errors:
        raise QuestionInvalid("; ".join(result.diagnostics.errors))
    return result.decision is cedarpy.Decision.Allow


def _files(*folders: Path) -> list[Path]:
    return [
        path
        for folder in folders
        for path in sorted(folder.iterdir())
        if path.suffix in (".cedar", ".cedarschema")
    ]


def _uid(kind: str, name: str) -> dict[str, str]:
    return {"type": kind, "id": name}


def _plain(value: Any) -> Any:
    match value:
        case Entity():
            return {"__entity": _uid(value.type, value.id)}
        case str() | bool() | int():
            return value
        case Iterable():
            return sorted((_plain(item) for item in value), key=str)
    raise QuestionInvalid(f"{type(value).__name__} cannot be an attribute")
