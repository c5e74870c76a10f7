"""Facts about a document as people type them: `amount:money=1280.50`, `expense_types:texts=travel,meals`."""

from __future__ import annotations

import re
from typing import Final

from cli.names import resource
from cli.refusals import UnknownWord
from cli.values import day, money
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
