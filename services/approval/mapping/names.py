"""Resource names and etags of requests."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from chassis.rpc.values import NameMalformed, id_in
from kernel.actor import SYSTEM_ID

POLICY: Final = re.compile(r"policies/([a-z][a-z0-9-]*)(?:/versions/([1-9][0-9]{0,17}))?")

DRAFT: Final = "/draft"


def uuid_in(name: str, collection: str, field: str = "name") -> UUID:
    """The id in `workItems/0190…`. Raises NameMalformed, about `field` of the request."""
    try:
        return UUID(id_in(name, collection, field))
    except ValueError as error:
        raise NameMalformed(field=field, name=name) from error


def people(ids: tuple[str, ...]) -> list[str]:
    return [f"people/{id}" for id in ids]


def person(id: str) -> str:
    """`people/lihua`; `system` where a rule has acted in place of people."""
    return f"people/{id}" if id and id != SYSTEM_ID else id


def organisation(id: str) -> str:
    return f"organisations/{id}" if id else ""


def optional_id(name: str, collection: str, field: str) -> str:
    """The id, empty where no name is given. Raises NameMalformed, about `field` of the request."""
    return id_in(name, collection, field) if name else ""


def process_of_draft(name: str) -> str:
    """The process in `policies/expense-claim/draft`. Raises NameMalformed."""
    found = POLICY.fullmatch(name.removesuffix(DRAFT))
    if found is None or found[2] or not name.endswith(DRAFT):
        raise NameMalformed(field="name", name=name)
    return found[1]


def process_in(name: str) -> str:
    """The process in `policies/expense-claim`. Raises NameMalformed."""
    process, version = policy_in(name)
    if version is not None:
        raise NameMalformed(field="name", name=name)
    return process


def policy_in(name: str) -> tuple[str, int | None]:
    """Process and version in `policies/expense-claim/versions/3`; without a version None. Raises NameMalformed."""
    found = POLICY.fullmatch(name)
    if found is None:
        raise NameMalformed(field="name", name=name)
    return found[1], int(found[2]) if found[2] else None
