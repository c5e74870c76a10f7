"""What a condition would do to memory and time, seen from its checked syntax tree before it is ever evaluated.

The engine's own budget counts iterations, not bytes: `t.map(x, x + x + x)`, a few times over, grows past any memory within ten
steps, and lists of lists that are bound by one `exists` within another take as long to compare. So texts and lists are not put
together in conditions, and lists are gone through two deep at most. Then whatever an expression makes is about as long as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from kernel.text import Text

DEEPEST: Final = 2

# Fields of `cel.expr.CheckedExpr` as it is serialized in a `google.protobuf.Any`, and of what lies in it.
PACKED: Final = 2
TYPES, ROOT = 3, 4
ID, CALL, COMPREHENSION = 2, 6, 9
FUNCTION, ARGUMENTS = 2, 3
IDENT: Final = 4
# How macros call what they gather; nobody can write such a name.
RESULT: Final = b"@"
PRIMITIVE, WELL_KNOWN = 3, 5
# BOOL, INT64, UINT64 and DOUBLE; TIMESTAMP and DURATION. ANY is not among them.
SMALL: Final = frozenset(
    {(PRIMITIVE, 1), (PRIMITIVE, 2), (PRIMITIVE, 3), (PRIMITIVE, 4), (WELL_KNOWN, 2), (WELL_KNOWN, 3)}
)
# Where the expressions lie within an expression: select, call, list, struct and its entries, comprehension.
BELOW: Final = {
    5: (1,),
    6: (1, 3),
    7: (1,),
    9: (2, 4, 5, 6, 7),
}
STRUCT, ENTRIES, IN_ENTRY = 8, 2, (3, 4)

ADDED: Final = Text("只有数字和时间可以相加", "Only numbers and times can be added")
TOO_DEEP: Final = Text(
    f"列表运算（exists、all、map 等）最多嵌套或连用 {DEEPEST} 层",
    f"exists, all, map and the like go {DEEPEST} deep at most, within or upon each other",
)

Message: TypeAlias = bytes


def find_excess(packed: Message) -> Text | None:
    """Of an expression as the library serializes it: why it is not to be evaluated, None where it may be."""
    (checked,) = _messages(packed, PACKED)
    (root,) = _messages(checked, ROOT)
    return _excess(root, {id for id, type in _types(checked) if type in SMALL}, 0)


def _excess(expression: Message, small: set[int], depth: int) -> Text | None:
    fields = list(_fields(expression))
    id = next((value for number, value in fields if number == ID and isinstance(value, int)), 0)
    for number, value in fields:
        if isinstance(value, int):
            continue
        if number == CALL and id not in small and _puts_together(value):
            return ADDED
        below = depth + (number == COMPREHENSION)
        if below > DEEPEST:
            return TOO_DEEP
        for inner in _below(number, value):
            found = _excess(inner, small, below)
            if found:
                return found
    return None


def _puts_together(call: Message) -> bool:
    """Whether it adds; but for what `filter` and `map` do themselves, which is one entry each time."""
    if (FUNCTION, b"_+_") not in _fields(call):
        return False
    first = next(_messages(call, ARGUMENTS), b"")
    return not any(
        name.startswith(RESULT) for ident in _messages(first, IDENT) for name in _messages(ident, 1)
    )


def _below(kind: int, value: Message) -> Iterator[Message]:
    if kind == STRUCT:
        for entry in _messages(value, ENTRIES):
            yield from _messages(entry, *IN_ENTRY)
    else:
        yield from _messages(value, *BELOW.get(kind, ()))


def _types(checked: Message) -> Iterator[tuple[int, tuple[int, int]]]:
    """The ids of expressions with a type that is one plain value."""
    for entry in _messages(checked, TYPES):
        found = dict(_fields(entry))
        id, type = found.get(1), found.get(2)
        if isinstance(id, int) and isinstance(type, bytes):
            yield from ((id, (kind, value)) for kind, value in _fields(type) if isinstance(value, int))


def _messages(message: Message, *numbers: int) -> Iterator[Message]:
    for number, value in _fields(message):
        if number in numbers and isinstance(value, bytes):
            yield value


def _fields(message: Message) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a serialized message by their numbers."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        kind = key & 7
        if kind == 0:
            value, place = _varint(message, place)
            yield key >> 3, value
            continue
        length = 8
        if kind == 2:
            length, place = _varint(message, place)
        elif kind == 5:
            length = 4
        yield key >> 3, message[place : place + length]
        place += length


def _varint(message: Message, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        value |= (byte & 0x7F) << shift
        shift, place = shift + 7, place + 1
        if byte < 0x80:
            return value, place
