"""What became of approved cases about customers, inside one transaction."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Identity, Index, exists, false, or_, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Columns, Wire, json
from kernel.errors import NotFound
from kernel.text import Text
from services.customer.domain.follow_up import FollowUp, FollowUpState
from services.customer.store.customers import visible
from services.customer.store.tables import CustomerRow, Table
from services.customer.use_cases.follow_up_ports import FollowUpQuery
from services.customer.use_cases.ports import Sight


class FollowUpRow(Table):
    __tablename__ = "follow_ups"
    __table_args__ = (
        Index("follow_ups_in_a_state", "state", text("place DESC")),
        Index("follow_ups_of_a_customer", "customer", text("place DESC")),
        Index("follow_ups_of_a_requester", "requester", text("place DESC")),
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    # The order in which they were heard of; lists are paged along it.
    place: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    # As in the document's case; of a number that there is not, too.
    of_case: Mapped[str]
    process: Mapped[str]
    title: Mapped[str]
    requester: Mapped[str]
    customer: Mapped[str]
    filled_in: Mapped[dict[str, Any]]
    files: Mapped[list[str]]
    state: Mapped[str]
    rule: Mapped[str]
    why_zh: Mapped[str]
    why_en: Mapped[str]
    settled_because: Mapped[str]
    revision: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]


FIXED: Final = Columns(
    (
        *("number", "of_case", "process", "title", "requester", "customer", "filled_in", "files"),
        *("rule", "why_zh", "why_en", "created_at"),
    )
)
CHANGES: Final = Columns(("state", "settled_because", "revision", "updated_at"))
# As `_visible` says it for lists.
FIND: Final = """
SELECT * FROM follow_ups WHERE number = %(number)s AND (
    %(everything)s OR (requester = %(person)s AND %(person)s <> '') OR EXISTS (
        SELECT FROM customers WHERE customers.number = follow_ups.customer AND (
            (salesperson = %(person)s AND %(person)s <> '') OR organisation = ANY(%(organisations)s))))
"""
LOCK: Final = f"{FIND} FOR UPDATE"
EXISTS: Final = "SELECT FROM follow_ups WHERE number = %(number)s"
ADD: Final = (
    f"INSERT INTO follow_ups ({FIXED.columns}, {CHANGES.columns}) VALUES ({FIXED.values}, {CHANGES.values})"  # noqa: S608 - names of columns
)
SAVE: Final = f"UPDATE follow_ups SET {CHANGES.changes} WHERE number = %(number)s"  # noqa: S608 - names of columns


class FollowUps:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    async def exists(self, number: str) -> bool:
        (found,) = await self._wire.fetch((EXISTS, {"number": number}))
        return bool(found)

    async def add(self, follow_up: FollowUp) -> None:
        fixed = {
            "number": follow_up.number,
            "of_case": follow_up.case,
            "process": follow_up.process,
            "title": follow_up.title,
            "requester": follow_up.requester,
            "customer": follow_up.customer,
            "filled_in": json(dict(follow_up.values)),
            "files": list(follow_up.files),
            "rule": follow_up.rule,
            "why_zh": follow_up.why.zh,
            "why_en": follow_up.why.en,
            "created_at": follow_up.create_time,
        }
        self._wire.write(ADD, fixed | _changes(follow_up))

    async def get(self, number: str, sight: Sight) -> FollowUp:
        """Raises NotFound, also where the caller may not see it."""
        return await self._one(FIND, number, sight)

    async def get_for_update(self, number: str, sight: Sight) -> FollowUp:
        """Locked until the transaction ends. Raises NotFound."""
        return await self._one(LOCK, number, sight)

    async def save(self, follow_up: FollowUp) -> None:
        """Write one that was locked."""
        self._wire.write(SAVE, _changes(follow_up) | {"number": follow_up.number})

    async def page(self, query: FollowUpQuery, sight: Sight, page: PageRequest) -> Page[FollowUp]:
        """Newest first."""
        found = select(FollowUpRow.__table__).where(_visible(sight), *_conditions(query))
        rows = await fetch_page(self._session, found, page, FollowUpRow.place, newest_first=True)
        return rows.map(_of)

    async def _one(self, statement: str, number: str, sight: Sight) -> FollowUp:
        asked = {
            "number": number,
            "everything": sight.everything,
            "person": sight.person,
            "organisations": sorted(sight.responsible_for),
        }
        (found,) = await self._wire.fetch((statement, asked))
        if not found:
            raise NotFound(name=f"followUps/{number}")
        return _of(found[0])


def _visible(sight: Sight) -> ColumnElement[bool]:
    if sight.everything:
        return true()
    own = FollowUpRow.requester == sight.person if sight.person else false()
    return or_(own, exists().where(CustomerRow.number == FollowUpRow.customer, visible(sight)))


def _conditions(query: FollowUpQuery) -> list[ColumnElement[bool]]:
    narrowed = (
        (FollowUpRow.state, query.state.value if query.state else ""),
        (FollowUpRow.process, query.process),
        (FollowUpRow.customer, query.customer),
    )
    return [column == value for column, value in narrowed if value]


def _changes(follow_up: FollowUp) -> dict[str, Any]:
    return {
        "state": follow_up.state.value,
        "settled_because": follow_up.settled_because,
        "revision": follow_up.revision,
        "updated_at": follow_up.update_time,
    }


def _of(row: Any) -> FollowUp:
    return FollowUp(
        number=row.number,
        case=row.of_case,
        process=row.process,
        title=row.title,
        requester=row.requester,
        customer=row.customer,
        values=row.filled_in,
        files=tuple(row.files),
        state=FollowUpState(row.state),
        rule=row.rule,
        why=Text(row.why_zh, row.why_en),
        settled_because=row.settled_because,
        revision=row.revision,
        create_time=row.created_at,
        update_time=row.updated_at,
    )
