"""What else is known when people are asked: how much they have to do, whose turn it is, who decided what before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeVar

from services.approval.domain.people.directory import PersonId
from services.approval.domain.policies.separation import Party

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Decided:
    """That somebody decided a step, `place` being `stage/key` in the policy. A stand-in and who is stood in for are two."""

    place: str
    visit: int
    person: PersonId


def nothing() -> Mapping[Key, Value]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Known:
    """Whatever a policy does not ask for may be left out; it is never looked at.

    `load` counts open items. By `stage/key`: `turns`, the number of everybody's latest turn; `experience`, how often people
    decided the step. By key of the step in this stage: `choices`, who was named for it. `decided` is of this case, `hand` who
    took the first item from a pool of this stage. `named`, by key as well, are those whom an administrator has named for a step that
    nobody else can decide. `related` are those who took part in the related cases, by the fact that
    names the documents. `lot` is what lots are drawn from: the name of the step. `runs`: there is a case, so that whoever was named
    and has gone since is passed over, and no longer refused.
    """

    load: Mapping[PersonId, int] = field(default_factory=nothing)
    turns: Mapping[str, Mapping[PersonId, int]] = field(default_factory=nothing)
    experience: Mapping[str, Mapping[PersonId, int]] = field(default_factory=nothing)
    choices: Mapping[str, tuple[PersonId, ...]] = field(default_factory=nothing)
    decided: tuple[Decided, ...] = ()
    related: Mapping[str, Mapping[Party, frozenset[PersonId]]] = field(default_factory=nothing)
    hand: PersonId = ""
    lot: str = ""
    named: Mapping[str, tuple[PersonId, ...]] = field(default_factory=nothing)
    runs: bool = False

    def deciders(self, place: str) -> tuple[PersonId, ...]:
        """Who decided the step the last time that it was walked, each once, in the order of their decisions."""
        return latest(one for one in self.decided if one.place == place)


def latest(decided: Iterable[Decided]) -> tuple[PersonId, ...]:
    found = tuple(decided)
    last = max((one.visit for one in found), default=0)
    return tuple(dict.fromkeys(one.person for one in found if one.visit == last))


NOTHING_KNOWN: Final = Known()
RUNNING: Final = Known(runs=True)
