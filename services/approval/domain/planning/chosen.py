"""People whom other people name: the requester in a fact, an approver with a decision, deciders by having decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from kernel.errors import InvalidArgument
from kernel.text import Text
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.request import Found, Request
from services.approval.domain.policies.references import whole
from services.approval.domain.policies.sources import ChosenSource, DecidersSource, FactSource

Offered: TypeAlias = frozenset[PersonId]


class PersonNotOffered(InvalidArgument):
    """The policy says among whom to choose; `person` is none of them."""

    zh = "{person} 不在可选的审批人之中"
    en = "{person} is not one of those among whom to choose"


class TooManyChosen(InvalidArgument):
    zh = "最多可选择 {most} 人"
    en = "No more than {most} can be chosen"


def must_be_offered(people: Iterable[PersonId], offered: Offered | None, most: int, field: str) -> None:
    """Raises TooManyChosen, PersonNotOffered. `offered` None: anybody."""
    people = tuple(people)
    if len(people) > most:
        raise TooManyChosen(field=field, most=most)
    for person in people:
        if offered is not None and person not in offered:
            raise PersonNotOffered(field=field, person=person)


def named_in_fact(source: FactSource, offered: Offered | None, request: Request, path: str) -> Found:
    """Raises TooManyChosen, PersonNotOffered, before there is a case: whoever was named then may have gone since."""
    value = request.facts[source.fact].value
    named = value if isinstance(value, tuple) else (str(value),)
    if request.known.runs:
        named = tuple(one for one in named if offered is None or one in offered)[: source.most]
    must_be_offered(named, offered, source.most, f"facts.{source.fact}")
    people = _active(named, request)
    who, title = request.names(people), _fact_title(source.fact, request)
    if offered is not None:
        asks = request.requester.name
        return Found(people, Text(f"{asks}选择的{who}", f"{who}, chosen by {asks}"), path)
    return Found(people, Text(f"“{title.zh}”为{who}", f"{who}, named as {title.en}"), path)


def chosen(source: ChosenSource, key: str, request: Request, path: str) -> Found:
    """Whom an approver has named for the step `key`; nobody as long as nobody has."""
    people = _active(request.known.choices.get(key, ()), request)
    who, step = request.names(people), request.policy.step_title(whole(source.step, request.stage))
    return Found(
        people, Text(f"“{step.zh}”的审批人选择的{who}", f"{who}, chosen by who decided “{step.en}”"), path
    )


def deciders(source: DecidersSource, request: Request, path: str) -> Found:
    place = whole(source.step, request.stage)
    people = _active(request.known.deciders(place), request)
    who, step = request.names(people), request.policy.step_title(place)
    return Found(people, Text(f"审批过“{step.zh}”的{who}", f"{who}, who decided “{step.en}”"), path)


def _active(people: Iterable[PersonId], request: Request) -> tuple[PersonId, ...]:
    return tuple(person for person in dict.fromkeys(people) if request.directory.person(person))


def _fact_title(key: str, request: Request) -> Text:
    return next((fact.title for fact in request.policy.facts if fact.key == key), Text(key, key))
