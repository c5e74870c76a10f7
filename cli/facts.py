"""Facts about a document as people type them: `amount:money=1280.50`, `expense_types:texts=travel,meals`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cli.names import resource
from cli.organisations import find_organisation
from cli.people import find_person
from cli.refusals import UnknownWord
from cli.session import Session
from cli.values import day, money
from reading.names import bare
from zhupi.approval.v1.fact_pb2 import Fact, PersonList, TextList

SHAPE: Final = re.compile(r"(?P<name>[A-Za-z_][\w.]*)(:(?P<kind>\w+))?=(?P<value>.*)", re.DOTALL)
MADE: Final = {
    "money": lambda value: Fact(money=money(value)),
    "text": lambda value: Fact(text=value),
    "whole": lambda value: Fact(whole=int(value)),
    "flag": lambda value: Fact(flag=value in ("true", "yes", "是")),
    "date": lambda value: Fact(date=day(value)),
    "texts": lambda value: Fact(texts=TextList(values=value.split(",") if value else [])),
    "person": lambda value: Fact(person=resource("people", value)),
    "people": lambda value: Fact(
        people=PersonList(people=[resource("people", one) for one in value.split(",") if one])
    ),
    "organisation": lambda value: Fact(organisation=resource("organisations", value)),
}


async def facts_of(session: Session, typed: Sequence[str], policy: str) -> dict[str, Fact]:
    """What was typed, each of the kind that is named or that the policy (YAML) declares; people also by their names.

    Raises UnknownWord, NotAnAmount, NotADate, UnknownPerson, SeveralPeople, UnknownOrganisation, SeveralOrganisations.
    """
    declared = declared_in(policy) if typed else {}
    found = {}
    for given in typed:
        head, equals, value = given.partition("=")
        name, _, kind = head.partition(":")
        kind = kind or declared.get(name, "")
        if value and kind in ("person", "people"):
            value = ",".join([(await find_person(session, bare(one))).name for one in value.split(",")])
        elif kind == "organisation":
            value = await find_organisation(session, value)
        key, made = fact(f"{name}{':' if kind else ''}{kind}{equals}{value}")
        found[key] = made
    return found


def declared_in(policy: str) -> dict[str, str]:
    """The kinds of a policy's facts; none of one that cannot be read: what is wrong with it, the service says."""
    import yaml  # only who gives facts waits for it

    try:
        said = yaml.safe_load(policy)
    except yaml.YAMLError:
        return {}
    facts = said.get("facts") if isinstance(said, dict) else None
    declared = facts.items() if isinstance(facts, dict) else ()
    return {name: str(one["type"]) for name, one in declared if isinstance(one, dict) and "type" in one}


def fact(given: str) -> tuple[str, Fact]:
    """Name and value; a fact without a kind is a text. Raises UnknownWord, NotAnAmount, NotADate."""
    found = SHAPE.fullmatch(given)
    make = MADE.get(found["kind"] or "text") if found else None
    if found is None or make is None:
        raise UnknownWord(field="--fact", given=given, known=", ".join(f"name:{kind}=…" for kind in MADE))
    try:
        return found["name"], make(found["value"])
    except ValueError as error:
        raise UnknownWord(field="--fact", given=given, known="name:whole=12") from error
