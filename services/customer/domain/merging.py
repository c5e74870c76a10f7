"""Two customers become one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from kernel.errors import FailedPrecondition, InvalidArgument
from services.customer.domain.customer import MOST_ALIASES, Customer, TooManyAliases
from services.customer.domain.file import File, Relation
from services.customer.domain.hierarchy import refuse_cycle
from services.customer.domain.licence import Licence


class MergedWithItself(InvalidArgument):
    zh = "{name} 不能与自己合并"
    en = "{name} cannot become part of itself"


class MergedTheWrongWay(FailedPrecondition):
    zh = "{other} 已在 ERP 登记，{name} 尚未登记，请反向合并"
    en = "{other} is registered with the ERP and {name} is not; merge them the other way round"


def refuse_merge(into: Customer, other: Customer, above: Sequence[str]) -> None:
    """`above` is whom `into` buys from, the nearest first. Raises MergedWithItself, MergedTheWrongWay, UpstreamCycle."""
    if into.number == other.number:
        raise MergedWithItself(field="other", name=into.name)
    if other.erp_code and not into.erp_code:
        raise MergedTheWrongWay(other=other.name, name=into.name)
    # Whoever buys from the other will buy from `into`: it must not itself buy from one of those.
    if other.number in above:
        refuse_cycle(into.number, [*above[: above.index(other.number)], into.number])


def absorbing(into: Customer, other: Customer, *, at: datetime) -> Customer:
    """The one that stays, with what it takes over. Raises CustomerMerged, TooManyAliases."""
    known = {into.file.name, *into.aliases}
    aliases = (*into.aliases, *_new(known, (other.file.name, *other.aliases)))
    if len(aliases) > MOST_ALIASES:
        raise TooManyAliases(most=MOST_ALIASES)
    agreed = {agreement.document for agreement in into.agreements}
    agreements = (*into.agreements, *(one for one in other.agreements if one.document not in agreed))
    file, given = _with_contents(into, other)
    after = replace(into, file=file, aliases=aliases, agreements=agreements, people_given=given)
    return after.changed(at=at)


def dissolved(other: Customer, into: Customer, *, at: datetime) -> Customer:
    """The one that has become part of `into`. Raises CustomerMerged."""
    return replace(other.changed(at=at), merged_into=into.number, upstream="")


def related_to(customer: Customer, old: str, new: str, *, at: datetime) -> Customer:
    """Another customer whose relations named `old`."""
    return replace(customer.changed(at=at), file=_pointing(customer.file, customer.number, old, new))


def taken_over(licences: Iterable[Licence], own: Iterable[Licence], number: str) -> list[Licence]:
    """Licences of the other, as those of customer `number`: with ids that none of its `own` has."""
    last = max((int(licence.id) for licence in own), default=0)
    return [
        replace(licence, customer=number, id=str(last + place))
        for place, licence in enumerate(licences, start=1)
    ]


def _with_contents(into: Customer, gone: Customer) -> tuple[File, int]:
    file, other, given = into.file, gone.file, into.people_given
    people = [replace(person, id=str(given + place)) for place, person in enumerate(other.people, start=1)]
    departments = {department.name for department in file.departments}
    codes = {product.code for product in file.products}
    together = replace(
        file,
        credit_code=file.credit_code or other.credit_code,
        people=(*file.people, *people),
        departments=(*file.departments, *(d for d in other.departments if d.name not in departments)),
        products=(*file.products, *(p for p in other.products if p.code not in codes)),
        relations=(*file.relations, *other.relations),
    )
    return _pointing(together, into.number, gone.number, into.number), given + len(people)


def _pointing(file: File, number: str, old: str, new: str) -> File:
    """Relations to `old` are to `new`; none is there twice, and none is to the customer itself."""
    moved = (replace(r, customer=new) if r.customer == old else r for r in file.relations)
    kept: dict[Relation, None] = {r: None for r in moved if r.customer != number}
    return replace(file, relations=tuple(kept))


def _new(known: set[str], names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name not in known))
