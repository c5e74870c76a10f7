"""What must hold of a directory: every name known, every tree a tree, on every single day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kernel.actor import SYSTEM_ID
from kernel.text import Text
from services.approval.domain.people.directory import (
    Assignment,
    Capability,
    Organisation,
    Person,
    Post,
    ReportingLine,
    grouped,
)
from services.approval.domain.people.periods import Period


class Table(StrEnum):
    ORGANISATIONS = "organisations"
    PEOPLE = "people"
    POSTS = "posts"
    ASSIGNMENTS = "assignments"
    REPORTING_LINES = "reporting-lines"
    CAPABILITIES = "capabilities"


SENTENCES: Final = {
    "DUPLICATE": Text("{name} 重复", "{name} is there already"),
    "OVERLAPS": Text(
        "{name} 的生效期间与另一行重叠", "{name} stands in another row for some of the same days"
    ),
    "UNKNOWN_ORGANISATION": Text("组织 {name} 不存在", "There is no organisation {name}"),
    "UNKNOWN_PERSON": Text("人员 {name} 不存在", "There is no person {name}"),
    "UNKNOWN_POST": Text("岗位 {name} 不存在", "There is no post {name}"),
    "PARENT_NOT_IN_FORCE": Text(
        "上级组织 {name} 并非在整个期间内都存在", "The parent {name} does not exist throughout the period"
    ),
    "RESERVED": Text(
        "{name} 是系统自身的名称，不能作为登录名",
        "{name} is what the system calls itself; nobody signs in as it",
    ),
    "CYCLE": Text("{name} 是自己的上级（循环）", "{name} would be above itself"),
}


@dataclass(frozen=True, slots=True)
class Entries:
    """The rows of a directory that is not one yet, in the order in which they came."""

    organisations: Sequence[Organisation] = ()
    people: Sequence[Person] = ()
    posts: Sequence[Post] = ()
    assignments: Sequence[Assignment] = ()
    reporting_lines: Sequence[ReportingLine] = ()
    capabilities: Sequence[Capability] = ()
    # Ids whose own rows are wrong in themselves: naming them is no fault of the row that does.
    spoiled: Mapping[Table, Collection[str]] = field(default_factory=lambda: MappingProxyType({}))

    def known(self, table: Table) -> set[str]:
        own = {
            Table.ORGANISATIONS: (row.id for row in self.organisations),
            Table.PEOPLE: (row.id for row in self.people),
            Table.POSTS: (row.key for row in self.posts),
        }
        return {*own[table], *self.spoiled.get(table, ())}


@dataclass(frozen=True, slots=True)
class Fault:
    """Row `place` (from 0) of `table` breaks `rule` in `column`."""

    table: Table
    place: int
    column: str
    rule: str
    text: Text


def find_faults(entries: Entries) -> list[Fault]:
    """Every row that breaks a rule; an empty list for what can be a directory."""
    return [
        *_organisations(entries),
        *_reserved(entries),
        *_repeated(Table.PEOPLE, "id", [((row.id,), row.period) for row in entries.people]),
        *_unknown(
            entries, Table.PEOPLE, "organisation", [row.organisation for row in entries.people], optional=True
        ),
        *_posts(entries),
        *_assignments(entries),
        *_reporting_lines(entries),
        *_capabilities(entries),
    ]


def _organisations(entries: Entries) -> Iterator[Fault]:
    table = Table.ORGANISATIONS
    rows = entries.organisations
    yield from _repeated(table, "id", [((row.id,), row.period) for row in rows])
    yield from _unknown(entries, table, "parent", [row.parent for row in rows], optional=True)
    periods = grouped(rows, lambda row: row.id)
    spoiled = entries.spoiled.get(table, ())
    for place, row in enumerate(rows):
        parents = [parent.period for parent in periods.get(row.parent, ())]
        if parents and row.parent not in spoiled and not row.period.is_covered_by(parents):
            yield _fault(table, place, "parent", "PARENT_NOT_IN_FORCE", row.parent)
    yield from _cycles(table, "parent", [Arrow(row.id, row.parent, row.period) for row in rows])


def _reserved(entries: Entries) -> Iterator[Fault]:
    """What the system decides stands in timelines under a name that is no person's."""
    for place, row in enumerate(entries.people):
        if row.id == SYSTEM_ID:
            yield _fault(Table.PEOPLE, place, "id", "RESERVED", row.id)


def _posts(entries: Entries) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, post in enumerate(entries.posts):
        if post.key in seen:
            yield _fault(Table.POSTS, place, "key", "DUPLICATE", post.key)
        seen.add(post.key)


def _assignments(entries: Entries) -> Iterator[Fault]:
    table = Table.ASSIGNMENTS
    rows = entries.assignments
    keys = [((row.person, row.post, row.organisation), row.period) for row in rows]
    yield from _repeated(table, "person", keys)
    yield from _unknown(entries, table, "person", [row.person for row in rows])
    yield from _unknown(entries, table, "post", [row.post for row in rows])
    yield from _unknown(entries, table, "organisation", [row.organisation for row in rows])


def _reporting_lines(entries: Entries) -> Iterator[Fault]:
    table = Table.REPORTING_LINES
    rows = entries.reporting_lines
    yield from _repeated(table, "person", [((row.person,), row.period) for row in rows])
    yield from _unknown(entries, table, "person", [row.person for row in rows])
    yield from _unknown(entries, table, "manager", [row.manager for row in rows])
    yield from _cycles(table, "manager", [Arrow(row.person, row.manager, row.period) for row in rows])


def _capabilities(entries: Entries) -> Iterator[Fault]:
    table = Table.CAPABILITIES
    rows = entries.capabilities
    yield from _repeated(table, "person", [((row.person, row.key), row.period) for row in rows])
    yield from _unknown(entries, table, "person", [row.person for row in rows])


# What is named in a column of this name is a row of this table.
NAMED: Final = {
    "organisation": (Table.ORGANISATIONS, "UNKNOWN_ORGANISATION"),
    "parent": (Table.ORGANISATIONS, "UNKNOWN_ORGANISATION"),
    "person": (Table.PEOPLE, "UNKNOWN_PERSON"),
    "manager": (Table.PEOPLE, "UNKNOWN_PERSON"),
    "post": (Table.POSTS, "UNKNOWN_POST"),
}


def _unknown(
    entries: Entries, table: Table, column: str, names: Iterable[str], *, optional: bool = False
) -> Iterator[Fault]:
    target, rule = NAMED[column]
    known = entries.known(target)
    for place, name in enumerate(names):
        if name not in known and not (optional and not name):
            yield _fault(table, place, column, rule, name)


def _repeated(table: Table, column: str, keys: Sequence[tuple[tuple[str, ...], Period]]) -> Iterator[Fault]:
    """Rows of the same key for some of the same days; of two that are next to each other the later row is at fault."""
    rows = grouped(enumerate(keys), lambda row: row[1][0])
    late: set[int] = set()
    for group in rows.values():
        last, *others = sorted(group, key=lambda row: row[1][1].begins)
        for row in others:
            if row[1][1].overlaps(last[1][1]):
                late.add(max(row[0], last[0]))
            last = max(last, row, key=lambda one: one[1][1].ends)
    for place in sorted(late):
        yield _fault(table, place, column, "OVERLAPS", " ".join(keys[place][0]))


@dataclass(frozen=True, slots=True)
class Arrow:
    """From somebody to who is above them, for a time."""

    below: str
    above: str
    period: Period


def _cycles(table: Table, column: str, arrows: Sequence[Arrow]) -> Iterator[Fault]:
    """Arrows that lead back to where they come from on some day."""
    suspects = _inescapable(arrows)
    at_fault: set[int] = set()
    # A cycle that exists at all exists on the day on which the last of its arrows begins.
    for day in sorted({arrows[place].period.begins for place in suspects}):
        at_fault |= _cycles_on(day, [(place, arrows[place]) for place in suspects])
    for place in sorted(at_fault):
        yield _fault(table, place, column, "CYCLE", arrows[place].below)


def _inescapable(arrows: Sequence[Arrow]) -> list[int]:
    """The arrows that are left when those to somebody with nobody above are taken away, again and again."""
    incoming: defaultdict[str, list[int]] = defaultdict(list)
    outgoing: defaultdict[str, int] = defaultdict(int)
    for place, arrow in enumerate(arrows):
        incoming[arrow.above].append(place)
        outgoing[arrow.below] += 1
    free = [above for above in incoming if not outgoing[above]]
    left = dict.fromkeys(range(len(arrows)))
    while free:
        for place in incoming[free.pop()]:
            del left[place]
            below = arrows[place].below
            outgoing[below] -= 1
            if not outgoing[below]:
                free.append(below)
    return list(left)


def _cycles_on(day: date, arrows: Iterable[tuple[int, Arrow]]) -> set[int]:
    up = {arrow.below: (place, arrow.above) for place, arrow in arrows if arrow.period.covers(day)}
    found: set[int] = set()
    walked: set[str] = set()
    for start in up:
        path: dict[str, int] = {}
        here = start
        while here in up and here not in walked:
            walked.add(here)
            path[here], here = up[here]
        if here in path:
            found.update(list(path.values())[list(path).index(here) :])
    return found


def _fault(table: Table, place: int, column: str, rule: str, name: str) -> Fault:
    return Fault(table, place, column, rule, SENTENCES[rule].format(name=name))
