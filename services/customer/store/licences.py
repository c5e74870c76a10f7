"""Licences of customers inside one transaction. Whoever writes them has locked the customer."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Columns, Wire
from services.customer.domain.configuration import Configuration
from services.customer.domain.licence import Licence
from services.customer.domain.licence_watch import Notice
from services.customer.store.customers import visible
from services.customer.store.tables import NEVER, CustomerRow, LicenceRow
from services.customer.use_cases.ports import LicenceLine, LicenceQuery, Named, Sight

KEY: Final = Columns(("customer", "id"))
SAID: Final = Columns(("type", "number", "scope", "issuer", "valid_from", "expiry", "scan"))
OF: Final = "SELECT * FROM licences WHERE customer = %(customer)s ORDER BY place"
PUT: Final = f"""
INSERT INTO licences ({KEY.columns}, {SAID.columns}) VALUES ({KEY.values}, {SAID.values})
ON CONFLICT (customer, id) DO UPDATE SET {SAID.changes}
"""  # noqa: S608 - names of columns
REMOVE: Final = "DELETE FROM licences WHERE customer = %(customer)s AND id = %(id)s"
# The id may be another licence's one day, of which nothing has been said.
FORGET: Final = "DELETE FROM licence_notices WHERE customer = %(customer)s AND licence = %(id)s"
NOTICES: Final = "SELECT licence, expiry, within FROM licence_notices WHERE customer = %(customer)s"
NOTE: Final = """
INSERT INTO licence_notices (customer, licence, expiry, within, at)
VALUES (%(customer)s, %(licence)s, %(expiry)s, %(within)s, %(at)s)
"""
# Registered customers of one of whose licences something is to be said that was not (licence_watch.due), that are blocked, or
# that lack what their kind needs (licence_watch.lacking): what is needed may have been published since.
TO_BE_WATCHED: Final = """
SELECT number FROM customers WHERE number > %(after)s AND erp_code <> '' AND merged_into IS NULL
    AND state IN ('formal', 'stopped') AND (blocked = 'licence_expired' OR EXISTS (
        SELECT FROM unnest(%(kinds)s::text[], %(types)s::text[]) AS needed (kind, type)
        WHERE needed.kind = customers.kind AND NOT EXISTS (
            SELECT FROM licences WHERE licences.customer = customers.number AND licences.type = needed.type
                AND coalesce(valid_from, %(day)s::date) <= %(day)s::date AND coalesce(expiry, %(day)s::date) >= %(day)s::date)
        ) OR EXISTS (
        SELECT FROM licences WHERE licences.customer = customers.number
            AND coalesce(expiry, DATE '9999-12-31') <= %(day)s::date + %(widest)s::int AND NOT EXISTS (
                SELECT FROM licence_notices AS said WHERE said.customer = licences.customer
                    AND said.licence = licences.id AND said.expiry = licences.expiry AND said.within <= coalesce((
                        SELECT min(days) FROM unnest(%(days)s::int[]) AS days
                        WHERE licences.expiry >= %(day)s::date AND days >= licences.expiry - %(day)s::date), -1))))
ORDER BY number LIMIT %(limit)s
"""


class Licences:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    async def of(self, number: str) -> tuple[Licence, ...]:
        (rows,) = await self._wire.fetch((OF, {"customer": number}))
        return tuple(map(licence_of, rows))

    async def put(self, licence: Licence) -> None:
        self._wire.write(PUT, asdict(licence))

    async def remove(self, licence: Licence) -> None:
        for statement in (REMOVE, FORGET):
            self._wire.write(statement, {"customer": licence.customer, "id": licence.id})

    async def page(self, query: LicenceQuery, sight: Sight, page: PageRequest) -> Page[LicenceLine]:
        expiry = func.coalesce(LicenceRow.expiry, NEVER)
        found = (
            select(LicenceRow, CustomerRow.display_name, CustomerRow.salesperson)
            .join(CustomerRow, CustomerRow.number == LicenceRow.customer)
            .where(visible(sight), *_conditions(query, expiry))
        )
        rows = await fetch_page(self._session, found, page, expiry, LicenceRow.customer, LicenceRow.id)
        return rows.map(_line)

    async def to_be_watched(
        self, day: date, configuration: Configuration, after: str, limit: int
    ) -> tuple[str, ...]:
        days, needed = configuration.watch_days, configuration.licence_rules
        asked = {"day": day, "days": list(days), "widest": max(days, default=0), "after": after}
        pairs = [(kind.value, type_) for kind, types in needed for type_ in types]
        asked |= {"kinds": [kind for kind, _ in pairs], "types": [type_ for _, type_ in pairs]}
        (rows,) = await self._wire.fetch((TO_BE_WATCHED, asked | {"limit": limit}))
        return tuple(row.number for row in rows)

    async def notices(self, number: str) -> tuple[Notice, ...]:
        (rows,) = await self._wire.fetch((NOTICES, {"customer": number}))
        return tuple(Notice(row.licence, row.expiry, row.within) for row in rows)

    async def note(self, number: str, notice: Notice, at: Any) -> None:
        self._wire.write(NOTE, {"customer": number, "at": at} | asdict(notice))


def licence_of(row: Any) -> Licence:
    return Licence(
        customer=row.customer,
        id=row.id,
        type=row.type,
        number=row.number,
        scope=row.scope,
        issuer=row.issuer,
        valid_from=row.valid_from,
        expiry=row.expiry,
        scan=row.scan,
    )


def _conditions(query: LicenceQuery, expiry: ColumnElement[date]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [CustomerRow.merged_into.is_(None)]
    if query.customer:
        conditions.append(LicenceRow.customer == query.customer)
    if query.type:
        conditions.append(LicenceRow.type == query.type)
    if query.expiring_by is not None:
        conditions += [expiry <= query.expiring_by, CustomerRow.erp_code != ""]
    return conditions


def _line(row: Any) -> LicenceLine:
    licence = licence_of(row.LicenceRow)
    return LicenceLine(licence, Named(licence.customer, row.display_name), row.salesperson)
