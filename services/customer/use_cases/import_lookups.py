"""What the rows of a batch ask of the database, asked for all of them at once: a question a row is what an import waits for.

Rows may be about each other. Whatever rows that stand above may have changed is asked anew, or looked up among them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from kernel.errors import InvalidArgument
from services.customer.domain.customer import Customer
from services.customer.domain.duplicates import Known, Lookalike, Sought, compared, most_alike
from services.customer.domain.import_rows import Draft
from services.customer.domain.likeness import sought, sounds
from services.customer.use_cases.files import sought_of
from services.customer.use_cases.ports import EVERYTHING, Work

Keys = tuple[str, str, str]
"""Name, credit code and ERP code, as `KnownAs` takes them."""


@dataclass
class Lookups:
    """`touched` is what those are called who were written since it was asked, `heard` how their names sound."""

    uow: Work
    progress: str
    known: dict[Keys, str]
    customers: dict[str, Customer]
    alike: dict[Sought, tuple[Lookalike, ...]]
    numbers: Iterator[str]
    touched: set[str] = field(default_factory=set)
    heard: dict[str, frozenset[str]] = field(default_factory=dict)

    async def number_of(self, keys: Keys) -> str:
        """Whom it is about; empty: nobody."""
        if keys in self.known and self.touched.isdisjoint(filter(None, keys)):
            return self.known[keys]
        (number,) = await self.uow.known_as.numbers_of([keys])
        return number

    async def customer(self, number: str) -> Customer:
        """Locked, as the rows above have left it. Raises NotFound."""
        return self.customers.get(number) or await self.uow.customers.get_for_update(number, EVERYTHING)

    async def lookalike(self, wanted: Sought) -> Lookalike | None:
        """The most alike, where it takes a person to say that they are two."""
        found = self.alike.get(wanted)
        if found is None:
            found = await self.uow.lookalikes.like(wanted)
        else:
            found = tuple(one for one in found if one.number not in self.heard)
            found = most_alike((*found, *self._written_alike(wanted)))
        return next((one for one in found if one.is_blocking), None)

    async def next_number(self) -> str:
        return next(self.numbers, "") or await self.uow.customers.next_number()

    def wrote(self, customer: Customer, before: Customer | None = None) -> None:
        self.customers[customer.number] = customer
        self.heard[customer.number] = frozenset(sounds((customer.file.name, *customer.aliases)))
        for one in filter(None, (customer, before)):
            names = (one.file.name, *one.aliases)
            self.touched.update((*names, one.file.credit_code, one.erp_code))

    def _written_alike(self, wanted: Sought) -> Iterator[Lookalike | None]:
        """Of those that were written since, as the database would find them."""
        asked = [frozenset(pairs) for name in wanted.names for pairs in sought(name)]
        for number, heard in self.heard.items():
            file = (customer := self.customers[number]).file
            if any(pairs <= heard for pairs in asked) or (
                wanted.credit_code and wanted.credit_code == file.credit_code
            ):
                where = file.address
                known = Known(
                    number,
                    file.name,
                    customer.aliases,
                    file.credit_code,
                    province=where.province,
                    city=where.city,
                )
                yield compared(wanted, known, same_phone=False)


async def asked_for(drafts: Collection[Draft], uow: Work, *, numbered: bool) -> Lookups:
    """What these rows will ask. `numbered`: those that are new will want numbers."""
    keys = [found for draft in drafts for found in (keys_of(draft), upstream_of(draft)) if any(found)]
    known = dict(zip(keys, await uow.known_as.numbers_of(keys), strict=True)) if keys else {}
    about = {draft.text("number") or known.get(keys_of(draft), "") for draft in drafts} - {""}
    customers = await uow.customers.all_for_update(about, EVERYTHING)
    new = list(dict.fromkeys(_new(drafts, known)))
    alike = dict(zip(new, await uow.lookalikes.like_each(new), strict=True)) if new else {}
    wanted = sum(not any(one.is_blocking for one in found) for found in alike.values()) if numbered else 0
    numbers = iter(await uow.customers.next_numbers(wanted) if wanted else ())
    progress = (await uow.configurations.current()).first_progress
    return Lookups(uow, progress, known, customers, alike, numbers)


def keys_of(draft: Draft) -> Keys:
    return draft.text("name"), draft.text("credit_code"), draft.text("erp_code")


def upstream_of(draft: Draft) -> Keys:
    """By its credit code or exactly its name; by its number nobody is looked up here."""
    name = draft.text("upstream").removeprefix("customers/")
    return name, name, ""


def _new(drafts: Collection[Draft], known: dict[Keys, str]) -> Iterator[Sought]:
    for draft in drafts:
        if draft.faults or draft.text("number") or known.get(keys_of(draft)):
            continue
        with suppress(InvalidArgument):  # said where the row is taken
            yield sought_of(draft.new_file(), draft.aliases)
