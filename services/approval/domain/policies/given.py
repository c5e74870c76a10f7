"""The facts with which a route is planned: what the policy declares, each of its type, defaults filled in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kernel.money import Money
from services.approval.domain.people.directory import AsOf
from services.approval.domain.policies.facts import CURRENCY, Fact, FactOfWrongType, FactType, MissingFact
from services.approval.domain.policies.policy import FactDeclaration, Policy

# What conditions can count with.
SMALLEST: Final = -(2**63)
LARGEST: Final = 2**63 - 1


def declared_facts(
    policy: Policy, given: Mapping[str, Fact], directory: AsOf, *, runs: bool = False
) -> Mapping[str, Fact]:
    """The facts that the policy declares; what it does not declare is left out. Raises MissingFact, FactOfWrongType.

    Once a case `runs`, whoever was named in it may have gone.
    """
    return MappingProxyType(
        {
            declared.key: _fact(declared, given.get(declared.key), None if runs else directory)
            for declared in policy.facts
        }
    )


def _fact(declared: FactDeclaration, fact: Fact | None, directory: AsOf | None) -> Fact:
    if fact is None:
        if declared.default is None:
            raise MissingFact(
                field=f"facts.{declared.key}",
                fact=declared.key,
                title_zh=declared.title.zh,
                title_en=declared.title.en,
            )
        return declared.default
    problem = _problem(declared.type, fact, directory)
    if problem:
        expected, actual = problem
        raise FactOfWrongType(
            field=f"facts.{declared.key}", fact=declared.key, expected=expected, actual=actual
        )
    return fact


def _problem(expected: FactType, fact: Fact, directory: AsOf | None) -> tuple[str, str] | None:
    """What is expected and what it is instead."""
    match fact.type, fact.value:
        case (type, _) if type is not expected:
            return expected.value, type.value
        case _, Money(currency=currency) if currency != CURRENCY:
            return f"money in {CURRENCY}", f"money in {currency}"
        case FactType.WHOLE, int(number) if not SMALLEST <= number <= LARGEST:
            return "whole of 64 bits", str(number)
        case _ if directory is None:
            return None
        case FactType.PERSON, str(person) if directory.person(person) is None:
            return "person of the directory", person
        case FactType.PEOPLE, tuple(people):
            for person in people:
                if directory.person(person) is None:
                    return "people of the directory", person
        case FactType.ORGANISATION, str(organisation) if directory.organisation(organisation) is None:
            return "organisation of the directory", organisation
    return None
