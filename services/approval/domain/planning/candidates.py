"""Who is meant by the sources of a policy, on one day, for one request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from kernel.text import Text
from services.approval.domain.people.directory import AsOf, Organisation, Person, PersonId, PostKey
from services.approval.domain.policies.sources import (
    ManagerChain,
    ManagerSource,
    PersonSource,
    PostSource,
    Source,
    Where,
)


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, for which organisation, on which day's directory."""

    requester: Person
    organisation: Organisation
    directory: AsOf


@dataclass(frozen=True, slots=True)
class Found:
    """People whom one rule named, the sentence that says why, and the path of the rule. `post` is what they hold.

    `weight` is that of each of their decisions in a vote.
    """

    people: tuple[PersonId, ...]
    text: Text
    rule: str
    post: PostKey = ""
    weight: int = 1


NEXT_UP: Final = Text(
    "审批人即申请人本人，改由其上级{name}审批", "the requester would decide; {name}, next up, does"
)


def find(sources: Iterable[Source], request: Request, path: str) -> tuple[Found, ...]:
    """Everyone the sources name, each person once, where they are named first. `path` is that of the sources."""
    seen: set[PersonId] = set()
    found: list[Found] = []
    for number, source in enumerate(sources):
        for one in _named(source, request, f"{path}[{number}]"):
            fresh = tuple(person for person in one.people if person not in seen)
            seen.update(fresh)
            if fresh:
                found.append(replace(one, people=fresh, weight=source.weight))
    return tuple(found)


def without(found: Iterable[Found], people: Iterable[PersonId]) -> tuple[Found, ...]:
    left_out = frozenset(people)
    rest = (
        replace(one, people=tuple(person for person in one.people if person not in left_out)) for one in found
    )
    return tuple(one for one in rest if one.people)


def next_up(request: Request, path: str) -> tuple[Found, ...]:
    """The first active line manager of the requester, if there is one."""
    for manager in request.directory.managers(request.requester.id):
        return (Found((manager,), NEXT_UP.format(name=_name(request, manager)), path),)
    return ()


def _named(source: Source, request: Request, path: str) -> Iterator[Found]:
    match source:
        case PersonSource(person):
            if request.directory.person(person):
                name = _name(request, person)
                yield Found((person,), Text(f"策略指定的{name}", f"{name}, named by the policy"), path)
        case PostSource():
            yield _holders(source, request, path)
        case ManagerSource(level):
            managers = request.directory.managers(request.requester.id)
            yield from (
                _manager(request, n, person, path) for n, person in enumerate(managers, 1) if n == level
            )
        case ManagerChain(levels):
            managers = islice(request.directory.managers(request.requester.id), levels)
            yield from (_manager(request, n, person, path) for n, person in enumerate(managers, 1))


def _manager(request: Request, level: int, person: PersonId, path: str) -> Found:
    asks = request.requester.name
    if level == 1:
        return Found((person,), Text(f"{asks}的直属上级", f"line manager of {asks}"), path)
    return Found((person,), Text(f"{asks}的第 {level} 级上级", f"manager {level} levels above {asks}"), path)


def _holders(source: PostSource, request: Request, path: str) -> Found:
    here = request.organisation
    post = request.directory.post(source.post)
    title = post.title if post else Text(source.post, source.post)
    if source.where is Where.ANYWHERE:
        return Found(request.directory.holders(source.post), title, path, source.post)
    place = _place(source, request)
    if place is None:
        return Found((), title, path, source.post)
    holders = request.directory.holders(source.post, place.id)
    return Found(holders, _placed(title, here, place, source.where), path, source.post)


def _place(source: PostSource, request: Request) -> Organisation | None:
    if source.where is Where.NAMED:
        return request.directory.organisation(source.organisation)
    above = request.directory.upwards(request.organisation.id)
    if source.where is Where.REQUESTERS:
        return next(islice(above, source.levels_up, None), None)
    return next((place for place in above if request.directory.holders(source.post, place.id)), None)


def _placed(post: Text, here: Organisation, place: Organisation, where: Where) -> Text:
    if where is Where.NAMED or place.id == here.id:
        return Text(f"{place.title.zh}的{post.zh}", f"{post.en} of {place.title.en}")
    return Text(
        f"{here.title.zh}所在{place.title.zh}的{post.zh}",
        f"{post.en} of {place.title.en}, for {here.title.en}",
    )


def _name(request: Request, person: PersonId) -> str:
    found = request.directory.person(person)
    return found.name if found else person
