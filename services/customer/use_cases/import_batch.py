"""Rows of an import, one after the other: each creates a customer, changes one, or says why not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import AlreadyExists, FailedPrecondition, InvalidArgument, NotFound, Refusal, Violation
from services.customer import messages
from services.customer.domain.customer import Customer
from services.customer.domain.duplicates import Lookalike
from services.customer.domain.events import CustomerChanged, CustomerCreated
from services.customer.domain.file import File, changed_fields
from services.customer.domain.import_events import ImportEnded
from services.customer.domain.import_rows import Draft, DuplicateRow, Outcome, draft_of
from services.customer.domain.imports import AT_WORK, Import
from services.customer.use_cases.files import sought_by
from services.customer.use_cases.import_lookups import Lookups, asked_for, keys_of, upstream_of
from services.customer.use_cases.import_ports import FileRow, Looked
from services.customer.use_cases.licence_watch import hold_to_its_licences
from services.customer.use_cases.ports import Directory, Work

# In one transaction: few enough that nobody waits long for a customer that it holds.
BATCH = 50
NOBODY = "~"


class UnknownOrganisation(InvalidArgument):
    zh = "没有部门 {organisation}"
    en = "There is no organisation {organisation}"


class UnknownPerson(InvalidArgument):
    zh = "没有人员 {person}"
    en = "There is no person {person}"


class UnknownUpstream(InvalidArgument):
    zh = "没有客户“{name}”"
    en = "There is no customer {name!r}"


@dataclass
class People:
    """Whom the directory knows, asked once each: for as long as an import is worked upon, and no longer."""

    directory: Directory
    organisation_of: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, bool] = field(default_factory=dict)

    async def sits_in(self, person: str) -> str:
        """Raises UnknownPerson."""
        if person not in self.organisation_of:
            try:
                self.organisation_of[person] = (await self.directory.employee(person)).organisation
            except NotFound as refusal:
                raise UnknownPerson(field="salesperson", person=person) from refusal
        return self.organisation_of[person]

    async def must_have(self, organisation: str) -> None:
        """Raises UnknownOrganisation."""
        if organisation not in self.organisations:
            self.organisations[organisation] = bool(await self.directory.below(organisation))
        if not self.organisations[organisation]:
            raise UnknownOrganisation(field="organisation", organisation=organisation)


@dataclass(frozen=True, slots=True)
class Taking:
    """What rows are taken in with. `check` raises InvalidArgument for a file that the contract would not let in."""

    uow: Work
    actor: Actor
    people: People
    check: Callable[[File], None]
    clock: Clock
    lookups: Lookups
    is_dry: bool

    @property
    def at(self) -> datetime:
        return self.clock.now()

    async def take(self, row: FileRow, draft: Draft) -> Looked:
        try:
            if draft.faults:
                return Looked(row.place, Outcome.REFUSED, "", draft.faults)
            if row.same_as is not None:
                raise DuplicateRow(line=row.same_as)
            known = await self._known(draft)
            if known is not None:
                return await self._changed(row, draft, known)
            return await self._created(row, draft)
        except (InvalidArgument, FailedPrecondition, AlreadyExists, NotFound) as refusal:
            return Looked(row.place, Outcome.REFUSED, "", _faults(refusal))

    async def _known(self, draft: Draft) -> Customer | None:
        """Raises NotFound for a number that nobody has."""
        number = draft.text("number") or await self.lookups.number_of(keys_of(draft))
        return await self.lookups.customer(number) if number else None

    async def _changed(self, row: FileRow, draft: Draft, before: Customer) -> Looked:
        file = draft.applied(before.file)
        if before.file.name != file.name and not draft.text("number"):
            file = replace(file, name=before.file.name)  # found by a code or an alias: it keeps its name
        file, _ = file.written_over(before.file, before.people_given)  # phones that were exported masked
        new = tuple(alias for alias in draft.aliases if alias not in (*before.aliases, file.name))
        fields = changed_fields(before.file, file)
        if not fields and not new:
            return Looked(row.place, Outcome.UNCHANGED, before.number)
        self.check(file)
        after = before.edit(file, at=self.at)
        after = replace(after, aliases=(*after.aliases, *new))
        if {"name", "credit_code"}.intersection(fields) and (found := await self._lookalike(after)):
            return Looked(row.place, Outcome.DUPLICATE, found.number)
        masked, seen = before.masked().file, after.masked().file
        told = (*fields, *(["aliases"] if new else []))
        was = {name: getattr(masked, name) for name in fields}
        became = {name: getattr(seen, name) for name in fields}
        if new:
            was, became = was | {"aliases": before.aliases}, became | {"aliases": after.aliases}
        event = CustomerChanged.of(after, self.actor, before=was, after=became)
        self.uow.record(event, messages.changed(after, [f"file.{name}" for name in told]))
        if "kind" in fields:
            after = await hold_to_its_licences(after, uow=self.uow, actor=self.actor, clock=self.clock)
        await self.uow.customers.save(after)
        self.lookups.wrote(after, before)
        return Looked(row.place, Outcome.CHANGED, after.number)

    async def _created(self, row: FileRow, draft: Draft) -> Looked:
        file = draft.new_file()
        self.check(file)
        salesperson = draft.text("salesperson") or self.actor.person
        sits_in = await self.people.sits_in(salesperson)
        if organisation := draft.text("organisation"):
            await self.people.must_have(organisation)
        made = Customer.new(
            "", file, organisation or sits_in, salesperson, upstream=await self._upstream(draft), at=self.at
        )
        made = replace(made, aliases=draft.aliases, progress=self.lookups.progress)
        if found := await self._lookalike(made):
            return Looked(row.place, Outcome.DUPLICATE, found.number)
        made = replace(made, number=await self._number(row))
        await self.uow.customers.add(made)
        self.lookups.wrote(made)
        event = CustomerCreated.of(
            made,
            self.actor,
            file=made.file.masked(),
            organisation=made.organisation,
            salesperson=made.salesperson,
        )
        self.uow.record(event, messages.created(made))
        return Looked(row.place, Outcome.CREATED, made.number)

    async def _number(self, row: FileRow) -> str:
        """While it is only tried nobody takes a number: that is no customer's for a moment only."""
        return f"{NOBODY}{row.place}" if self.is_dry else await self.lookups.next_number()

    async def _lookalike(self, customer: Customer) -> Lookalike | None:
        return await self.lookups.lookalike(sought_by(customer))

    async def _upstream(self, draft: Draft) -> str:
        """By number or by exactly its name. Raises UnknownUpstream, NotFound, CustomerMerged."""
        name = draft.text("upstream").removeprefix("customers/")
        if not name:
            return ""
        number = await self.lookups.number_of(upstream_of(draft))
        if not number:
            await self.uow.customers.must_exist(frozenset((name,)))
        return number or name


async def take_batch(
    number: str, *, uow: Work, clock: Clock, people: People, check: Callable[[File], None]
) -> Import:
    """The next rows of an import, with what becomes of them and how far it is, in one transaction.

    While it is only tried, what the rows do is rolled back, and what would have become of them is kept.
    """
    async with uow:
        one = await uow.imports.get_for_update(number)
        if one.state not in AT_WORK:
            return one
        looked = await _looked(one, uow, clock, people, check)
        if not one.is_dry:
            return await _noted(one, looked, uow, clock)
    async with uow:
        now = await uow.imports.get_for_update(number)
        if (now.version, now.cursor) != (one.version, one.cursor):
            return now  # stopped, or begun anew meanwhile
        seen = [replace(row, customer="") if row.customer.startswith(NOBODY) else row for row in looked]
        return await _noted(now, seen, uow, clock)


async def _looked(
    one: Import, uow: Work, clock: Clock, people: People, check: Callable[[File], None]
) -> list[Looked]:
    actor = Actor(person=one.owner, roles=one.roles)
    rows = await uow.imports.batch(one, BATCH)
    drafts = await asyncio.to_thread(lambda: [draft_of(row.cells, one.keys) for row in rows])
    lookups = await asked_for(drafts, uow, numbered=not one.is_dry)
    taking = Taking(uow, actor, people, check, clock, lookups, one.is_dry)
    return [await taking.take(row, draft) for row, draft in zip(rows, drafts, strict=True)]


async def _noted(one: Import, looked: list[Looked], uow: Work, clock: Clock) -> Import:
    now = clock.now()
    after = one.advanced((row.outcome for row in looked), now)
    await uow.imports.note(after, looked)
    if after.state is not one.state:
        counts = {outcome.value: count for outcome, count in after.counts.items()}
        actor = Actor(person=one.owner, roles=one.roles)
        uow.record(ImportEnded.of(after, actor, now, dry_run=one.is_dry, counts=counts))
    return await uow.commit(after)


def _faults(refusal: Refusal) -> tuple[Violation, ...]:
    return refusal.violations or (refusal.violation_at(refusal.field),)
