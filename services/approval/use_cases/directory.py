"""The directory: looked up, searched, replaced whole, handed out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from chassis.files.sheets import SheetFormat
from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.errors import NotFound
from kernel.sheets import RowRefusal
from services.approval import permissions
from services.approval.directory_sheets import read_directory, write_directory
from services.approval.domain.people.directory import AsOf, Directory, Organisation, Person
from services.approval.pinyin import with_pinyin
from services.approval.use_cases.events import DirectoryImported
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.queries import AskPeople

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PersonAt:
    """A person as they are on one day; `active` is false where the day is outside all their periods."""

    person: Person
    at: AsOf
    active: bool


@dataclass(frozen=True, slots=True)
class ImportDirectory:
    content: bytes
    format: SheetFormat
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class ImportResult:
    """`version` is the one in force afterwards."""

    applied: bool
    rows: int
    refusals: tuple[RowRefusal, ...]
    version: int


async def get_person(
    query: tuple[str, datetime | None], *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> PersonAt:
    """A person by id, as of a moment or now. Raises NotFound."""
    id, moment = query
    async with uow:
        today = (await uow.directories.current()).as_of(local_date(moment or clock.now()))
    found = today.person(id)
    if found is not None:
        return PersonAt(found, today, active=True)
    periods = today.directory.index.people.get(id)
    if not periods:
        raise NotFound(name=f"people/{id}")
    return PersonAt(periods[-1], today, active=False)


async def list_people(
    query: tuple[AskPeople, PageRequest], *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> Page[PersonAt]:
    """Active people by id."""
    asked, page = query
    async with uow:
        today = (await uow.directories.current()).as_of(local_date(clock.now()))
    found = (today.person(id) for id in _behind(sorted(today.directory.index.people), page))
    matching = _matching(today, asked)
    people = [person for person in found if person is not None and matching(person)]
    return _page(people, page, lambda one: one.id).map(lambda person: PersonAt(person, today, active=True))


async def list_organisations(
    page: PageRequest, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> Page[Organisation]:
    """Organisations in force, by id."""
    async with uow:
        today = (await uow.directories.current()).as_of(local_date(clock.now()))
    found = (today.organisation(id) for id in _behind(sorted(today.directory.index.organisations), page))
    return _page([one for one in found if one is not None], page, lambda one: one.id)


def must_be_allowed_to_import(actor: Actor) -> None:
    """Raises NotPermitted; asked before the file is read."""
    permissions.require(actor, "ImportDirectory")


async def import_directory(
    cmd: ImportDirectory, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> ImportResult:
    """Replaces the directory, or says of every row why not and changes nothing. Raises FileNotReadable."""
    must_be_allowed_to_import(actor)
    read = await read_directory(cmd.content, cmd.format, 1)
    async with uow:
        await uow.directories.lock()
        present = (await uow.directories.current()).version
        if not isinstance(read, Directory):
            return ImportResult(False, 0, read, present)
        if cmd.dry_run:
            return ImportResult(False, _rows(read), (), present)
        directory = replace(with_pinyin(read), version=present + 1)
        await uow.directories.add(directory, actor.id, clock.now())
        imported = DirectoryImported(
            document="directory",
            version=directory.version,
            by=actor,
            at=clock.now(),
            organisations=len(directory.organisations),
            people=len(directory.people),
        )
        uow.record(imported)
        return await uow.commit(ImportResult(True, _rows(directory), (), directory.version))


async def export_directory(
    format: SheetFormat, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> bytes:
    permissions.require(actor, "ExportDirectory")
    async with uow:
        directory = await uow.directories.current()
    return write_directory(directory, format)


def _rows(directory: Directory) -> int:
    tables = (
        directory.organisations,
        directory.people,
        directory.posts,
        directory.assignments,
        directory.reporting_lines,
    )
    return sum(map(len, tables))


def _matching(today: AsOf, asked: AskPeople) -> Callable[[Person], bool]:
    words = asked.query.casefold().split()
    holders = frozenset(today.holders(asked.post)) if asked.post else None

    def matches(person: Person) -> bool:
        said = f"{person.name} {person.pinyin} {person.id}".casefold()
        below = not asked.organisation or any(
            place.id == asked.organisation for place in today.upwards(person.organisation)
        )
        return all(word in said for word in words) and below and (holders is None or person.id in holders)

    return matches


def _behind(ids: list[str], page: PageRequest) -> list[str]:
    after = page.place(str)
    return ids if after is None else [id for id in ids if id > str(after[0])]


def _page(found: list[T], page: PageRequest, key: Callable[[T], str]) -> Page[T]:
    here = found[: page.size]
    more = len(found) > page.size
    return Page(tuple(here), page.token((key(here[-1]),)) if more else "")
