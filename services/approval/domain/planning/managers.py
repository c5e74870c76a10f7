"""Line managers: of a level, as a chain, up to whoever holds the authority."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from kernel.text import Text
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.levels import held, needed
from services.approval.domain.planning.request import Found, Request
from services.approval.domain.policies.sources import AuthoritySource


def at_level(level: int, request: Request, path: str) -> Iterator[Found]:
    for n, person in enumerate(islice(_above(request), level), 1):
        if n == level:
            yield _manager(request, n, person, path)


def up_to(levels: int, request: Request, path: str) -> Iterator[Found]:
    for n, person in enumerate(islice(_above(request), levels), 1):
        yield _manager(request, n, person, path)


def up_to_authority(source: AuthoritySource, request: Request, path: str) -> Iterator[Found]:
    """The manager who holds the level that is needed, with `chain` those below as well; nobody where nobody holds it."""
    authority = next((one for one in request.policy.authorities if one.name == source.authority), None)
    if authority is None:
        return
    level = needed(authority, request.facts, request.organisation.id, request.directory)
    if level is None:
        return
    below: list[Found] = []
    for n, person in enumerate(_above(request), 1):
        holds = held(authority, person, request.directory)
        found = _manager(request, n, person, path)
        if holds >= level:
            text = Text(
                f"{found.text.zh}，{authority.title.zh} {holds} 级（需要 {level} 级）",
                f"{found.text.en}; holds level {holds} of {authority.title.en}, level {level} is needed",
            )
            yield from below if source.chain else ()
            yield Found((person,), text, path)
            return
        below.append(found)


def _above(request: Request) -> Iterator[PersonId]:
    return request.directory.managers(request.requester.id)


def _manager(request: Request, level: int, person: PersonId, path: str) -> Found:
    asks = request.requester.name
    if level == 1:
        return Found((person,), Text(f"{asks}的直属上级", f"line manager of {asks}"), path)
    return Found((person,), Text(f"{asks}的第 {level} 级上级", f"manager {level} levels above {asks}"), path)
