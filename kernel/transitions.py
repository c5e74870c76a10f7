"""State machines as tables: the table drives the code, the stateful tests and the diagrams in the docs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import TypeVar

from kernel.errors import IllegalTransition
from kernel.text import Text

S = TypeVar("S", bound=Enum)
V = TypeVar("V", bound=Enum)

Transitions = Mapping[tuple[S, V], S]


def transitions(*rows: tuple[S | tuple[S, ...], V, S]) -> Transitions[S, V]:
    """A table from rows `(from, verb, to)`, where `from` may be several states. A verb leads one way from a state."""
    table: dict[tuple[S, V], S] = {}
    for sources, verb, target in rows:
        for source in sources if isinstance(sources, tuple) else (sources,):
            if (source, verb) in table:
                raise ValueError(f"{source.name} has {verb.name} twice")
            table[source, verb] = target
    return table


def move(
    table: Transitions[S, V], name: str, state: S, verb: V, words: Mapping[Enum, Text] = MappingProxyType({})
) -> S:
    """The state after `verb`. Raises IllegalTransition, naming the document `name`; `words` say states and verbs."""
    target = table.get((state, verb))
    if target is None:
        raise IllegalTransition(
            name=name, state=state.name, verb=verb.name, said=words.get(state), asked=words.get(verb)
        )
    return target


def mermaid(table: Transitions[S, V], start: S) -> str:
    """The table as a Mermaid state diagram, for the docs."""
    rows = [f"    {s.name} --> {t.name}: {v.name.lower()}" for (s, v), t in table.items()]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {start.name}", *rows])
