"""The directory: organisations, people, posts, who holds which post where, and who reports to whom, all dated.

A directory is one version of the whole. Organisations and people may stand in it several times with periods that do not
overlap: an office that moves to another region, a person who is promoted. `as_of` a day there is at most one of each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Protocol, TypeAlias, TypeVar

from kernel.text import Text
from services.approval.domain.people.periods import ALWAYS, Period

PersonId: TypeAlias = str
OrganisationId: TypeAlias = str
PostKey: TypeAlias = str
CapabilityKey: TypeAlias = str


@dataclass(frozen=True, slots=True)
class Organisation:
    """A node of the organisation tree while `period` lasts. `parent` is empty at the root."""

    id: OrganisationId
    title: Text
    parent: OrganisationId = ""
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may ask or decide, active while `period` lasts. `organisation` is where they sit."""

    id: PersonId
    name: str
    organisation: OrganisationId = ""
    grade: str = ""
    email: str = ""
    pinyin: str = ""
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Post:
    """A duty that people hold in organisations: `regional-director`. `roles` is what its holders may do in Zhupi.

    Whoever holds a post that is `head` is responsible for the organisation and all below it, and sees its cases.
    """

    key: PostKey
    title: Text
    roles: tuple[str, ...] = ()
    head: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """`person` holds `post` in `organisation`."""

    person: PersonId
    post: PostKey
    organisation: OrganisationId
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class ReportingLine:
    """`person` reports to `manager`."""

    person: PersonId
    manager: PersonId
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Capability:
    """What `person` can or may do, beyond posts: `german`, or `signing-level` with the value `3`."""

    person: PersonId
    key: CapabilityKey
    value: str = ""
    period: Period = ALWAYS


class Dated(Protocol):
    @property
    def period(self) -> Period: ...


Row = TypeVar("Row")
DatedRow = TypeVar("DatedRow", bound=Dated)
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Directory:
    """One version of the directory. The order in which rows are given does not matter.

    It is not checked here: `directory_rules.find_faults` is, before a version is kept. Lookups end also in a directory
    that breaks the rules.
    """

    version: int
    organisations: tuple[Organisation, ...] = ()
    people: tuple[Person, ...] = ()
    posts: tuple[Post, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    reporting_lines: tuple[ReportingLine, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    index: Index = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        keep = partial(object.__setattr__, self)
        keep("organisations", in_order(self.organisations, lambda row: (row.id,)))
        keep("people", in_order(self.people, lambda row: (row.id,)))
        keep("posts", tuple(sorted(self.posts, key=lambda row: row.key)))
        keep("assignments", in_order(self.assignments, lambda row: (row.organisation, row.post, row.person)))
        keep("reporting_lines", in_order(self.reporting_lines, lambda row: (row.person, row.manager)))
        keep("capabilities", in_order(self.capabilities, lambda row: (row.key, row.person, row.value)))
        keep("index", Index(self))

    def as_of(self, day: date) -> AsOf:
        return AsOf(self, day)


def in_order(rows: Iterable[DatedRow], key: Callable[[DatedRow], tuple[str, ...]]) -> tuple[DatedRow, ...]:
    return tuple(sorted(rows, key=lambda row: (key(row), row.period.begins, row.period.ends)))


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> Mapping[Key, tuple[Row, ...]]:
    groups: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return {name: tuple(group) for name, group in groups.items()}


class Index:
    """The rows of a directory by what they are looked up by."""

    def __init__(self, directory: Directory) -> None:
        self.organisations = grouped(directory.organisations, lambda row: row.id)
        self.people = grouped(directory.people, lambda row: row.id)
        self.posts = {post.key: post for post in directory.posts}
        self.assignments_by_post = grouped(directory.assignments, lambda row: row.post)
        self.assignments_by_person = grouped(directory.assignments, lambda row: row.person)
        self.lines_by_person = grouped(directory.reporting_lines, lambda row: row.person)
        self.capabilities_by_key = grouped(directory.capabilities, lambda row: row.key)
        self.capabilities_by_person = grouped(directory.capabilities, lambda row: row.person)
        self.lines_by_manager = grouped(directory.reporting_lines, lambda row: row.manager)


@dataclass(frozen=True, slots=True)
class AsOf:
    """The directory as it is on one day."""

    directory: Directory
    day: date

    def _one(self, rows: Iterable[DatedRow]) -> DatedRow | None:
        return next((row for row in rows if row.period.covers(self.day)), None)

    def person(self, person: PersonId) -> Person | None:
        """The person, if active on this day."""
        return self._one(self.directory.index.people.get(person, ()))

    def organisation(self, organisation: OrganisationId) -> Organisation | None:
        return self._one(self.directory.index.organisations.get(organisation, ()))

    def post(self, post: PostKey) -> Post | None:
        return self.directory.index.posts.get(post)

    def upwards(self, organisation: OrganisationId) -> Iterator[Organisation]:
        """The organisation itself, then its parent, up to the root."""
        seen: set[OrganisationId] = set()
        here = self.organisation(organisation)
        while here is not None and here.id not in seen:
            seen.add(here.id)
            yield here
            here = self.organisation(here.parent)

    def assignments(self, person: PersonId) -> tuple[Assignment, ...]:
        """What the person holds; nothing while they or the organisation are not active."""
        return tuple(
            row for row in self.directory.index.assignments_by_person.get(person, ()) if self._holds(row)
        )

    def roles(self, person: PersonId) -> frozenset[str]:
        """What the person may do in Zhupi through the posts they hold."""
        posts = (self.post(row.post) for row in self.assignments(person))
        return frozenset(role for post in posts if post for role in post.roles)

    def responsible_for(self, person: PersonId) -> frozenset[OrganisationId]:
        """The organisations that the person heads, and all below them."""
        headed = {row.organisation for row in self.assignments(person) if self._is_head(row.post)}
        if not headed:
            return frozenset()
        return frozenset(
            organisation
            for organisation in self.directory.index.organisations
            if any(above.id in headed for above in self.upwards(organisation))
        )

    def holders(self, post: PostKey, organisation: OrganisationId | None = None) -> tuple[PersonId, ...]:
        """Who holds the post, in this very organisation or, without one, anywhere; each once, by id."""
        rows = self.directory.index.assignments_by_post.get(post, ())
        return tuple(
            sorted(
                {row.person for row in rows if organisation in (None, row.organisation) and self._holds(row)}
            )
        )

    def managers(self, person: PersonId) -> Iterator[PersonId]:
        """Who the person reports to, nearest first. Somebody who is not active is passed over."""
        seen = {person}
        line = self._one(self.directory.index.lines_by_person.get(person, ()))
        while line is not None and line.manager not in seen:
            seen.add(line.manager)
            if self.person(line.manager):
                yield line.manager
            line = self._one(self.directory.index.lines_by_person.get(line.manager, ()))

    def capabilities(self, person: PersonId) -> tuple[Capability, ...]:
        """What the person can do; nothing while they are not active."""
        rows = self.directory.index.capabilities_by_person.get(person, ())
        return tuple(row for row in rows if row.period.covers(self.day) and self.person(person))

    def capable(self, key: CapabilityKey) -> tuple[Capability, ...]:
        """Who has the capability, and to which degree, by id."""
        rows = self.directory.index.capabilities_by_key.get(key, ())
        return tuple(row for row in rows if row.period.covers(self.day) and self.person(row.person))

    def _is_head(self, post: PostKey) -> bool:
        found = self.post(post)
        return found is not None and found.head

    def _holds(self, row: Assignment) -> bool:
        return (
            row.period.covers(self.day)
            and self.person(row.person) is not None
            and self.organisation(row.organisation) is not None
        )
