"""Requests about customers inside one transaction: whichever they are, they have numbers of a year, a requester and a place in lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Columns, Wire
from kernel.decided import Decidable
from kernel.errors import NotFound
from services.customer.use_cases.ports import Sight
from services.customer.use_cases.request_ports import RequestQuery

D = TypeVar("D", bound=Decidable)

# What every one of them says, beside what is its own.
FIXED: Final = ("number", "customer", "requester", "created_at")
COMMON: Final = (
    *("organisation", "display_name", "state", "version", "revision", "case_open", "edited", "reason"),
    *("updated_at", "submitted_at"),
)


class Requests(Generic[D]):
    """A subclass says how one kind is written and read: its table, and `columns` of its own.

    Beside the table stands one of counters: `(year, last)`.
    """

    prefix: ClassVar[str]
    collection: ClassVar[str]
    row: ClassVar[type[Any]]
    counters: ClassVar[str]
    columns: ClassVar[tuple[str, ...]]

    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire
        table = self.row.__tablename__
        fixed, changes = Columns(FIXED), Columns((*COMMON, *self.columns))
        # Others who want a number wait until this transaction ends.
        self._count = f"""
            INSERT INTO {self.counters} (year, last) VALUES (%(year)s, 1)
            ON CONFLICT (year) DO UPDATE SET last = {self.counters}.last + 1 RETURNING last
        """  # noqa: S608 - the name of a table
        # As `_visible` says it for lists.
        self._find = f"""
            SELECT * FROM {table} WHERE number = %(number)s AND (
                %(everything)s OR (requester = %(person)s AND %(person)s <> '')
                OR (organisation = ANY(%(organisations)s) AND version > 0)
            )
        """  # noqa: S608 - likewise
        # NO KEY: rows that refer to it may be added meanwhile.
        self._lock = f"{self._find} FOR NO KEY UPDATE"
        self._add = f"INSERT INTO {table} ({fixed.columns}, {changes.columns}) VALUES ({fixed.values}, {changes.values})"  # noqa: S608
        self._save = f"UPDATE {table} SET {changes.changes} WHERE number = %(number)s"  # noqa: S608

    def own(self, document: D) -> dict[str, Any]:
        """The values of its `columns`."""
        raise NotImplementedError

    def read(self, row: Any) -> D:
        """From a row of SQLAlchemy's or psycopg's making."""
        raise NotImplementedError

    async def next_number(self, year: int) -> str:
        """The next number of the year, without gaps: others who want one wait until this transaction ends."""
        ((counted,),) = await self._wire.fetch((self._count, {"year": year}))
        return f"{self.prefix}-{year}-{counted.last:06}"

    async def add(self, document: D) -> None:
        self._wire.write(self._add, _fixed(document) | self._changing(document))

    async def get(self, number: str, sight: Sight) -> D:
        """Raises NotFound, also where the caller may not see it."""
        return await self._one(self._find, number, sight)

    async def get_for_update(self, number: str, sight: Sight) -> D:
        """The document, locked until the transaction ends. Raises NotFound."""
        return await self._one(self._lock, number, sight)

    async def save(self, document: D) -> None:
        """Write one that was locked."""
        self._wire.write(self._save, self._changing(document) | {"number": document.number})

    async def page(self, query: RequestQuery, sight: Sight, page: PageRequest) -> Page[D]:
        """Newest first."""
        found = select(self.row).where(self._visible(sight), *self._conditions(query))
        rows = await fetch_page(self._session, found, page, self.row.place, newest_first=True)
        return rows.map(lambda row: self.read(row[0]))

    async def _one(self, statement: str, number: str, sight: Sight) -> D:
        asked = {
            "number": number,
            "everything": sight.everything,
            "person": sight.person,
            "organisations": sorted(sight.responsible_for),
        }
        (found,) = await self._wire.fetch((statement, asked))
        if not found:
            raise NotFound(name=f"{self.collection}/{number}")
        return self.read(found[0])

    def _changing(self, document: Any) -> dict[str, Any]:
        return {
            "display_name": document.display_name,
            "organisation": document.organisation,
            "state": document.state.value,
            "version": document.version,
            "revision": document.revision,
            "case_open": document.case_open,
            "edited": document.edited,
            "reason": document.reason,
            "updated_at": document.update_time,
            "submitted_at": document.submit_time,
        } | self.own(document)

    def _visible(self, sight: Sight) -> ColumnElement[bool]:
        """Lists are filtered here, in the database: a row that may not be seen never leaves it."""
        if sight.everything:
            return true()
        own = self.row.requester == sight.person if sight.person else false()
        if not sight.responsible_for:
            return own
        return or_(own, self.row.organisation.in_(sorted(sight.responsible_for)) & (self.row.version > 0))

    def _conditions(self, query: RequestQuery) -> Iterator[ColumnElement[bool]]:
        row = self.row
        yield row.state == query.state.value if query.state else row.state != "deleted"
        for column, value in (
            (row.customer, query.customer),
            (row.requester, query.requester),
            (row.organisation, query.organisation),
        ):
            if value:
                yield column == value
        if query.words:
            yield row.display_name.icontains(query.words, autoescape=True) | row.number.icontains(
                query.words, autoescape=True
            )


def _fixed(document: Any) -> dict[str, Any]:
    return {
        "number": document.number,
        "customer": document.customer,
        "requester": document.requester,
        "created_at": document.create_time,
    }


def said_by_all(row: Any) -> dict[str, Any]:
    """What a row says whichever request it is of, but for its state."""
    return {
        "number": row.number,
        "customer": row.customer,
        "requester": row.requester,
        "organisation": row.organisation,
        "display_name": row.display_name,
        "version": row.version,
        "revision": row.revision,
        "case_open": row.case_open,
        "edited": row.edited,
        "reason": row.reason,
        "create_time": row.created_at,
        "update_time": row.updated_at,
        "submit_time": row.submitted_at,
    }
