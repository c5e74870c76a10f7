"""JSON as people send it: read strictly and within bounds, so that whatever comes out can be kept, shown and counted with.

No key twice, no NaN, no number that a double or a database would change; numbers with decimals are Decimal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Final, NoReturn, TypeAlias

from kernel.writing import forbidden_in
from services.approval.domain.forms.sentences import FormProblem, problem

Json: TypeAlias = "bool | int | Decimal | str | list[Json] | dict[str, Json] | None"

LARGEST_WHOLE: Final = 2**53 - 1
LARGEST_NUMBER: Final = Decimal(10) ** 15
MOST_DECIMALS: Final = 9
LONGEST_SHOWN: Final = 60


class JsonRefused(Exception):
    """The text cannot be read; `problem` says where and why."""

    def __init__(self, found: FormProblem) -> None:
        super().__init__(found.text.en)
        self.problem = found


def read_json(text: str, *, largest: int, deepest: int) -> Json:
    """`largest` in bytes of UTF-8, `deepest` in lists and objects within each other. Raises JsonRefused."""
    if len(text.encode(errors="replace")) > largest:
        raise _refused("", "TOO_LARGE", largest)
    try:
        read: Json = json.loads(
            text, parse_float=_decimal, parse_int=_whole, parse_constant=_constant, object_pairs_hook=_object
        )
        _hold(read, deepest)
    except RecursionError:
        raise _refused("", "TOO_DEEP", deepest) from None
    except json.JSONDecodeError as error:
        raise _refused("", "NOT_JSON", f"{error.lineno}:{error.colno}") from error
    return read


def _hold(read: Json, deepest: int) -> None:
    for path, depth, found in everything_in(read):
        if depth > deepest:
            raise _refused(path[:LONGEST_SHOWN], "TOO_DEEP", deepest)
        for key in found if isinstance(found, dict) else ():
            if character := forbidden_in(key):
                raise _refused(path[:LONGEST_SHOWN], "TEXT_CHARACTER_REFUSED", character)


def everything_in(value: Json, path: str = "", depth: int = 0) -> Iterator[tuple[str, int, Json]]:
    """The value and all that lies in it, each with its path and how deep it lies."""
    yield path, depth, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from everything_in(inner, joined(path, key), depth + 1)
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from everything_in(inner, f"{path}[{n}]", depth + 1)


def joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def written(value: Json) -> str:
    """The value as JSON, the same text for the same value, numbers as exact as they came."""
    match value:
        case dict():
            inner = ",".join(
                f"{json.dumps(k, ensure_ascii=False)}:{written(value[k])}" for k in sorted(value)
            )
            return "{" + inner + "}"
        case list():
            return f"[{','.join(map(written, value))}]"
        case Decimal():
            return f"{value.normalize():f}"
    return json.dumps(value, ensure_ascii=False)


def _whole(text: str) -> int:
    if len(text) > len(str(-LARGEST_WHOLE)) or abs(number := int(text)) > LARGEST_WHOLE:
        raise _refused("", "NUMBER_TOO_LARGE", text[:LONGEST_SHOWN])
    return number


def _decimal(text: str) -> Decimal | int:
    try:
        number = Decimal(text) if len(text) <= LONGEST_SHOWN else Decimal("Infinity")
    except InvalidOperation:
        number = Decimal("Infinity")
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or not -MOST_DECIMALS <= exponent <= 15 or abs(number) > LARGEST_NUMBER:
        raise _refused("", "NUMBER_TOO_LARGE", text[:LONGEST_SHOWN])
    return int(number) if number == number.to_integral_value() else number


def _constant(text: str) -> NoReturn:
    raise _refused("", "NOT_JSON", text)


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made: dict[str, Json] = {}
    for key, value in pairs:
        if key in made:
            raise _refused("", "DUPLICATE_KEY", key[:LONGEST_SHOWN])
        made[key] = value
    return made


def _refused(path: str, rule: str, name: object) -> JsonRefused:
    return JsonRefused(problem(path, rule, name))
