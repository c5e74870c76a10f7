"""What people type for a document, a case or a work item, and the resource name it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Final

from cli.refusals import NotAName

NUMBER: Final = re.compile(r"[A-Z]{2,4}-\d{4}-\d{1,12}", re.ASCII)
CUSTOMER: Final = re.compile(r"C\d{6,12}", re.ASCII)
UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CASE: Final = re.compile(r"[a-z][a-z0-9-]*/[A-Z]{2,4}-\d{4}-\d{1,12}/\d{1,6}", re.ASCII)
# Which collection a number belongs to, by what it begins with. Any other prefix is that of a process without code.
COLLECTIONS: Final = {
    "EC": "claims",
    "ON": "onboardings",
    "LR": "licenceRenewals",
    "AC": "activities",
    "CH": "activityChanges",
}
OTHERS: Final = "documents"


class Kind(Enum):
    DOCUMENT = "document"
    CASE = "case"
    WORK_ITEM = "work item"


@dataclass(frozen=True, slots=True)
class Target:
    """Something that a command is about. `name` is its resource name."""

    kind: Kind
    name: str


def target(given: str) -> Target:
    """`EC-2026-000123`, `expense-claim/EC-2026-000123/1`, the id of a work item, or a full resource name. Raises NotAName."""
    collection, _, rest = given.partition("/")
    if collection == "workItems" and rest:
        return Target(Kind.WORK_ITEM, given)
    if UUID.fullmatch(given):
        return Target(Kind.WORK_ITEM, f"workItems/{given}")
    bare = given.removeprefix("cases/")
    if CASE.fullmatch(bare):
        return Target(Kind.CASE, f"cases/{bare}")
    return Target(Kind.DOCUMENT, document(given))


def document(given: str) -> str:
    """The resource name of a document from its number or its name. Raises NotAName."""
    number = given.rpartition("/")[2].upper()
    if CUSTOMER.fullmatch(number) and given.rpartition("/")[0] in ("", "customers"):
        return f"customers/{number}"
    known = COLLECTIONS.get(number.partition("-")[0], OTHERS)
    if NUMBER.fullmatch(number) is None or given.rpartition("/")[0] not in ("", known):
        raise NotAName(given=given)
    return f"{known}/{number}"


def numbered(collection: str, given: str) -> str:
    """The resource name of one of `collection` from what a person types for it. Raises NotAName, also for others' numbers."""
    name = document(given)
    if not name.startswith(f"{collection}/"):
        raise NotAName(given=given)
    return name


claim = partial(numbered, "claims")
onboarding = partial(numbered, "onboardings")
licence_renewal = partial(numbered, "licenceRenewals")
activity = partial(numbered, "activities")
activity_change = partial(numbered, "activityChanges")
form_document = partial(numbered, OTHERS)


def resource(collection: str, given: str) -> str:
    """`people/lihua` from `lihua` or `people/lihua`."""
    return given if given.startswith(f"{collection}/") else f"{collection}/{given}"
