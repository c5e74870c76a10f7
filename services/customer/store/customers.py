"""Customers inside one transaction."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Columns, Wire
from kernel.errors import NotFound
from services.customer.domain.customer import Customer
from services.customer.domain.life import CustomerMerged
from services.customer.store.customer_rows import customer_columns, customer_of
from services.customer.store.search_entries import SearchEntries
from services.customer.store.tables import CustomerRow, LicenceRow
from services.customer.use_cases.ports import Belonging, CustomerQuery, HasLicences, Named, Sight

FIXED: Final = Columns(("number", "created_at"))
CHANGES: Final = Columns(
    (
        *("display_name", "kind", "trade", "credit_code", "province", "city", "file", "state", "reason"),
        *("progress", "level", "organisation", "salesperson", "erp_code", "upstream", "aliases"),
        *("agreements", "blocked", "merged_into", "people_given", "version", "updated_at"),
    )
)
# As `visible` says it for lists.
SEEN: Final = "(%(everything)s OR (salesperson = %(person)s AND %(person)s <> '') OR organisation = ANY(%(organisations)s))"
FIND: Final = f"SELECT * FROM customers WHERE number = %(number)s AND {SEEN}"  # noqa: S608 - a text of ours
# NO KEY: rows that refer to the customer may be added meanwhile.
LOCK: Final = f"{FIND} FOR NO KEY UPDATE"
LOCK_ALL: Final = f"""
SELECT * FROM customers WHERE number = ANY(%(numbers)s) AND {SEEN} ORDER BY number FOR NO KEY UPDATE
"""  # noqa: S608 - a text of ours
NUMBERS: Final = "SELECT nextval('customer_numbers') AS given FROM generate_series(1, %(count)s)"
NAMED: Final = """
SELECT number, display_name, merged_into, customers.number IS NOT NULL AS there
FROM unnest(%(numbers)s::text[]) AS named (number) LEFT JOIN customers USING (number) ORDER BY number
"""
MERGED: Final = "SELECT number, display_name FROM customers WHERE merged_into = %(number)s ORDER BY number"
BELONGING: Final = """
FROM customers WHERE salesperson = %(salesperson)s AND merged_into IS NULL
    AND (%(organisation)s = '' OR organisation = %(organisation)s)
    AND (%(numbers)s::text[] = '{}' OR number = ANY(%(numbers)s::text[]))
    AND (%(everything)s OR salesperson = %(person)s OR organisation = ANY(%(organisations)s))
"""
LOCK_BELONGING: Final = f"SELECT * {BELONGING} ORDER BY number LIMIT %(limit)s FOR NO KEY UPDATE"
COUNT_BELONGING: Final = f"SELECT count(*) AS found {BELONGING}"
ADD: Final = f"""
INSERT INTO customers ({FIXED.columns}, {CHANGES.columns}) VALUES ({FIXED.values}, {CHANGES.values})
"""  # noqa: S608 - names of columns
SAVE: Final = f"UPDATE customers SET {CHANGES.changes} WHERE number = %(number)s"  # noqa: S608 - names of columns
CAME: Final = """
INSERT INTO state_changes (customer, at, before, after) VALUES (%(customer)s, %(at)s, %(before)s, %(after)s)
"""
# How lists are sorted, and whether the largest comes first.
ORDERS: Final[dict[str, tuple[tuple[SQLColumnExpression[Any], ...], bool]]] = {
    "number": ((CustomerRow.number,), True),
    "name": ((CustomerRow.display_name, CustomerRow.number), False),
    "update_time": ((CustomerRow.updated_at, CustomerRow.number), True),
}


class Customers:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire
        # Of those that are locked, as they were read.
        self._states: dict[str, str] = {}
        self._entries = SearchEntries(wire)

    async def next_number(self) -> str:
        """From a sequence: nobody waits for anybody, and a number that was not used is gone."""
        (number,) = await self.next_numbers(1)
        return number

    async def next_numbers(self, count: int) -> list[str]:
        (rows,) = await self._wire.fetch((NUMBERS, {"count": count}))
        return [f"C{row.given:06}" for row in rows]

    async def add(self, customer: Customer) -> None:
        fixed = {"number": customer.number, "created_at": customer.create_time}
        self._wire.write(ADD, fixed | customer_columns(customer))
        self._came(customer, "")
        await self._entries.put(customer)

    async def get(self, number: str, sight: Sight) -> Customer:
        """Raises NotFound, also where the caller may not see it."""
        return await self._one(FIND, number, sight)

    async def get_for_update(self, number: str, sight: Sight) -> Customer:
        """The customer, locked until the transaction ends. Raises NotFound."""
        self._states[number] = (customer := await self._one(LOCK, number, sight)).state.value
        return customer

    async def all_for_update(self, numbers: Collection[str], sight: Sight) -> dict[str, Customer]:
        """Those of them that there are and may be seen, locked in the order of their numbers."""
        if not numbers:
            return {}
        (rows,) = await self._wire.fetch((LOCK_ALL, {"numbers": sorted(numbers)} | _seen_by(sight)))
        found = {row.number: customer_of(row) for row in rows}
        self._states |= {number: customer.state.value for number, customer in found.items()}
        return found

    async def save(self, customer: Customer) -> None:
        """Write a customer that was locked."""
        self._wire.write(SAVE, customer_columns(customer) | {"number": customer.number})
        before = self._states.get(customer.number, customer.state.value)
        if before != customer.state.value:
            self._came(customer, before)
        await self._entries.put(customer)

    async def page(self, query: CustomerQuery, sight: Sight, page: PageRequest) -> Page[Customer]:
        found = select(CustomerRow).where(visible(sight), *_conditions(query))
        key, newest_first = ORDERS[query.sort]
        rows = await fetch_page(self._session, found, page, *key, newest_first=newest_first)
        return rows.map(lambda row: customer_of(row.CustomerRow))

    async def must_exist(self, numbers: frozenset[str]) -> None:
        for row in await self._named(numbers):
            if not row.there:
                raise NotFound(name=f"customers/{row.number}")
            if row.merged_into:
                raise CustomerMerged(name=f"customers/{row.number}", into=f"customers/{row.merged_into}")

    async def named(self, numbers: Collection[str]) -> tuple[Named, ...]:
        """In the order given."""
        found = {row.number: row.display_name for row in await self._named(numbers) if row.there}
        return tuple(Named(number, found[number]) for number in numbers if number in found)

    async def merged_into(self, number: str) -> tuple[Named, ...]:
        """What has become part of a customer."""
        (rows,) = await self._wire.fetch((MERGED, {"number": number}))
        return tuple(Named(row.number, row.display_name) for row in rows)

    async def belonging(self, of: Belonging, sight: Sight, limit: int) -> list[Customer]:
        asked = _belonging(of, sight) | {"limit": limit}
        (rows,) = await self._wire.fetch((LOCK_BELONGING, asked))
        return [customer_of(row) for row in rows]

    async def count_belonging(self, of: Belonging, sight: Sight) -> int:
        (((found,),),) = await self._wire.fetch((COUNT_BELONGING, _belonging(of, sight)))
        return int(found)

    def _came(self, customer: Customer, before: str) -> None:
        said = {"at": customer.update_time, "before": before, "after": customer.state.value}
        self._wire.write(CAME, said | {"customer": customer.number})

    async def _named(self, numbers: Collection[str]) -> list[Any]:
        if not numbers:
            return []
        (rows,) = await self._wire.fetch((NAMED, {"numbers": sorted(numbers)}))
        return rows

    async def _one(self, statement: str, number: str, sight: Sight) -> Customer:
        (found,) = await self._wire.fetch((statement, {"number": number} | _seen_by(sight)))
        if not found:
            raise NotFound(name=f"customers/{number}")
        return customer_of(found[0])


def _seen_by(sight: Sight) -> dict[str, Any]:
    return {
        "everything": sight.everything,
        "person": sight.person,
        "organisations": sorted(sight.responsible_for),
    }


def _belonging(of: Belonging, sight: Sight) -> dict[str, Any]:
    said = {"salesperson": of.salesperson, "organisation": of.organisation, "numbers": list(of.numbers)}
    return said | _seen_by(sight)


def visible(sight: Sight) -> ColumnElement[bool]:
    """Lists are filtered here, in the database: a row that may not be seen never leaves it."""
    if sight.everything:
        return true()
    own = CustomerRow.salesperson == sight.person if sight.person else false()
    if not sight.responsible_for:
        return own
    return or_(own, CustomerRow.organisation.in_(sorted(sight.responsible_for)))


def _conditions(query: CustomerQuery) -> list[ColumnElement[bool]]:
    same: dict[SQLColumnExpression[Any], Any] = {
        CustomerRow.state: query.state and query.state.value,
        CustomerRow.kind: query.kind and query.kind.value,
        CustomerRow.trade: query.trade and query.trade.value,
        CustomerRow.level: query.level,
        CustomerRow.salesperson: query.salesperson,
        CustomerRow.province: query.province,
        CustomerRow.city: query.city,
    }
    conditions: list[ColumnElement[bool]] = [column == value for column, value in same.items() if value]
    if not query.merged:
        conditions.append(CustomerRow.merged_into.is_(None))
    if query.organisations is not None:
        conditions.append(CustomerRow.organisation.in_(sorted(query.organisations)))
    if query.blocked is not None:
        conditions.append(CustomerRow.blocked != "" if query.blocked else CustomerRow.blocked == "")
    if query.words:
        conditions.append(_has(query.words))
    if query.licences is not None:
        conditions.append(_licensed(query))
    return conditions


def _licensed(query: CustomerQuery) -> ColumnElement[bool]:
    """By the latest of each type: what was renewed is over."""
    later = aliased(LicenceRow)
    of_it = LicenceRow.customer == CustomerRow.number
    if query.licences is HasLicences.NONE:
        return ~exists().where(of_it)
    renewed = exists().where(
        later.customer == LicenceRow.customer,
        later.type == LicenceRow.type,
        later.id != LicenceRow.id,
        or_(later.expiry.is_(None), later.expiry > LicenceRow.expiry),
    )
    if query.licences is HasLicences.EXPIRED:
        return exists().where(of_it, LicenceRow.expiry < query.today, ~renewed)
    return exists().where(of_it, LicenceRow.expiry.between(query.today, query.soon), ~renewed)


def _has(words: str) -> ColumnElement[bool]:
    return or_(
        CustomerRow.display_name.icontains(words, autoescape=True),
        CustomerRow.number.icontains(words, autoescape=True),
        CustomerRow.credit_code.icontains(words, autoescape=True),
        CustomerRow.aliases.contains([words]),
    )
