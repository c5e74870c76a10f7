"""Levels of authority: which one a document needs, and who holds it."""

from __future__ import annotations

from collections.abc import Mapping

from kernel.money import Money
from services.approval.domain.people.directory import AsOf, OrganisationId, PersonId
from services.approval.domain.policies.authorities import Authority, AuthorityRow
from services.approval.domain.policies.facts import Fact


def needed(
    authority: Authority, facts: Mapping[str, Fact], organisation: OrganisationId, today: AsOf
) -> int | None:
    """The level in the first row that fits; None where none does."""
    places = {place.id for place in today.upwards(organisation)}
    fitting = (row.level for row in authority.rows if _fits(row, authority, facts, places))
    return next(fitting, None)


def held(authority: Authority, person: PersonId, today: AsOf) -> int:
    """The level that somebody holds, 0 for none."""
    if authority.capability:
        values = (one.value for one in today.capabilities(person) if one.key == authority.capability)
        return max((int(value) for value in values if value.isdecimal()), default=0)
    known = today.person(person)
    return authority.grades.index(known.grade) + 1 if known and known.grade in authority.grades else 0


def _fits(row: AuthorityRow, authority: Authority, facts: Mapping[str, Fact], places: set[str]) -> bool:
    amount = facts[authority.amount].value if authority.amount else None
    if row.up_to is not None and not (isinstance(amount, Money) and amount.minor <= row.up_to):
        return False
    if row.type and facts[authority.type].value != row.type:
        return False
    return not row.organisation or row.organisation in places
