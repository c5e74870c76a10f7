"""What has changed of something since it was frozen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# What an element of a list is recognised by, the first that it has.
KEYS = ("name", "id", "code", "customer", "document", "displayName")


@dataclass(frozen=True, slots=True)
class Difference:
    """`field` is a path; `then` and `now` as JSON writes them, empty where it is not there."""

    field: str
    then: str
    now: str


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Between two documents of JSON, in the order of their paths."""
    before, after = dict(_leaves(then, "")), dict(_leaves(now, ""))
    return tuple(
        Difference(path, before.get(path, ""), after.get(path, ""))
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
    )


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{_key(inner, index)}]")
    else:
        yield path, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _key(element: Any, index: int) -> str:
    if isinstance(element, Mapping):
        return str(next((element[key] for key in KEYS if key in element), index))
    return str(element)
