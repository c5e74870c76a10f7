"""Who takes part in a case, and so may see it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chassis.postgres.wire import Statement
from services.approval.domain.cases.names import CaseName
from services.approval.domain.people.directory import PersonId

JOIN: Final = """
INSERT INTO case_participants (case_id, person, place)
SELECT cases.id, person, cases.place FROM cases, unnest(%(people)s::text[]) AS person WHERE cases.id = %(case)s
ON CONFLICT DO NOTHING
"""


def join(name: CaseName, people: Iterable[PersonId]) -> Statement:
    """Everyone who is named, once: they may see the case from now on."""
    return JOIN, {"case": str(name), "people": sorted(set(people))}
