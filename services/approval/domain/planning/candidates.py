"""Who is meant by the sources of a policy, on one day, for one request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from kernel.text import Text
from services.approval.domain.people.directory import Capability, PersonId
from services.approval.domain.planning import chosen, managers
from services.approval.domain.planning.posts import holders
from services.approval.domain.planning.request import Found, Request
from services.approval.domain.policies.sources import (
    AuthoritySource,
    CapabilitySource,
    ChosenSource,
    DecidersSource,
    FactSource,
    ManagerChain,
    ManagerSource,
    PersonSource,
    PostSource,
    Source,
    is_late,
)

NEXT_UP: Final = Text(
    "审批人即申请人本人，改由其上级{name}审批", "the requester would decide; {name}, next up, does"
)


def find(sources: Iterable[Source], request: Request, path: str, step: str = "") -> tuple[Found, ...]:
    """Everyone the sources name, each person once, where they are named first. `path` is that of the sources.

    Late sources name nobody before the step opens. `step` is its key. Raises PersonNotOffered, TooManyChosen.
    """
    seen: set[PersonId] = set()
    found: list[Found] = []
    for number, source in enumerate(sources):
        if is_late(source) and not request.opens:
            continue
        for one in _named(source, request, f"{path}[{number}]", step):
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


def next_up(request: Request, path: str, excluded: frozenset[PersonId]) -> tuple[Found, ...]:
    """The first active line manager of the requester who may decide, if there is one."""
    for manager in request.directory.managers(request.requester.id):
        if manager not in excluded:
            return (Found((manager,), NEXT_UP.format(name=request.name(manager)), path),)
    return ()


def offered(sources: tuple[Source, ...], request: Request, path: str) -> frozenset[PersonId] | None:
    """Among whom to choose; None where there is no limit."""
    if not sources:
        return None
    return frozenset(person for one in find(sources, request, path) for person in one.people)


def _named(source: Source, request: Request, path: str, step: str) -> Iterator[Found]:
    match source:
        case PersonSource(person):
            if request.directory.person(person):
                name = request.name(person)
                yield Found((person,), Text(f"策略指定的{name}", f"{name}, named by the policy"), path)
        case PostSource():
            yield holders(source, request, path)
        case ManagerSource(level):
            yield from managers.at_level(level, request, path)
        case ManagerChain(levels):
            yield from managers.up_to(levels, request, path)
        case AuthoritySource():
            yield from managers.up_to_authority(source, request, path)
        case CapabilitySource():
            yield _capable(source, request, path)
        case FactSource(_, among):
            yield chosen.named_in_fact(source, offered(among, request, f"{path}.among"), request, path)
        case ChosenSource():
            yield chosen.chosen(source, step, request, path)
        case DecidersSource():
            yield chosen.deciders(source, request, path)


def _capable(source: CapabilitySource, request: Request, path: str) -> Found:
    people = {one.person for one in request.directory.capable(source.capability) if _enough(one, source)}
    said = Text(f"具备能力 {source.capability}", f"has the capability {source.capability}")
    if source.at_least is not None:
        said = Text(f"{said.zh}（至少 {source.at_least} 级）", f"{said.en}, level {source.at_least} or more")
    elif source.value:
        said = Text(f"{said.zh}（{source.value}）", f"{said.en} ({source.value})")
    return Found(tuple(sorted(people)), said, path)


def _enough(held: Capability, source: CapabilitySource) -> bool:
    if source.at_least is not None:
        return held.value.isdecimal() and int(held.value) >= source.at_least
    return not source.value or held.value == source.value
