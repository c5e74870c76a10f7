"""Facts: on the wire a field for each type, here a value under its type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from chassis.rpc.values import (
    date_from_message,
    date_to_message,
    id_in,
    money_from_message,
    money_to_message,
)
from kernel.fields import within
from kernel.money import Money
from services.approval.domain.policies.facts import Fact, FactType
from zhupi.approval.v1.fact_pb2 import Fact as FactMessage
from zhupi.approval.v1.fact_pb2 import PersonList, TextList


def facts_from_messages(messages: Mapping[str, FactMessage]) -> dict[str, Fact]:
    """Raises MoneyMalformed, DateMalformed, NameMalformed and what Money raises."""
    facts = {}
    for key, message in messages.items():
        with within(f"facts[{key}]"):
            facts[key] = fact_from_message(message)
    return facts


def fact_from_message(message: FactMessage) -> Fact:
    match message.WhichOneof("value"):
        case "money":
            return Fact(FactType.MONEY, money_from_message(message.money))
        case "whole":
            return Fact(FactType.WHOLE, message.whole)
        case "flag":
            return Fact(FactType.FLAG, message.flag)
        case "date":
            return Fact(FactType.DATE, date_from_message(message.date))
        case "texts":
            return Fact(FactType.TEXTS, tuple(message.texts.values))
        case "person":
            return Fact(FactType.PERSON, id_in(message.person, "people", "person"))
        case "people":
            people = (id_in(person, "people", "people") for person in message.people.people)
            return Fact(FactType.PEOPLE, tuple(people))
        case "organisation":
            return Fact(FactType.ORGANISATION, id_in(message.organisation, "organisations", "organisation"))
        case _:
            return Fact(FactType.TEXT, message.text)


def fact_to_message(fact: Fact) -> FactMessage:
    match fact.type, fact.value:
        case FactType.PERSON, str(person):
            return FactMessage(person=f"people/{person}")
        case FactType.PEOPLE, tuple(people):
            return FactMessage(people=PersonList(people=[f"people/{person}" for person in people]))
        case FactType.ORGANISATION, str(organisation):
            return FactMessage(organisation=f"organisations/{organisation}")
        case _, Money() as money:
            return FactMessage(money=money_to_message(money))
        case _, bool(flag):
            return FactMessage(flag=flag)
        case _, int(whole):
            return FactMessage(whole=whole)
        case _, date() as day:
            return FactMessage(date=date_to_message(day))
        case _, tuple(texts):
            return FactMessage(texts=TextList(values=texts))
        case _, str(text):
            return FactMessage(text=text)
    raise AssertionError(fact)
