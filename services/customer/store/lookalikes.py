"""Customers that may be the same as another."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from chassis.postgres.wire import Wire
from services.customer.domain.duplicates import (
    DuplicateCreditCode,
    Known,
    Lookalike,
    Sought,
    compared,
    most_alike,
)
from services.customer.domain.likeness import sought, sounds
from services.customer.domain.names import taken_apart
from services.customer.store.search_entries import phones_of

# Of those that sound alike in part, the ones nearby and those with most in common are looked at closely.
CLOSELY: Final = 200
# OFFSET 0: each candidate is looked up by its number, however many the planner expects.
FIND: Final = f"""
WITH candidates AS (
    SELECT number FROM customers WHERE credit_code = %(credit_code)s AND credit_code <> '' AND merged_into IS NULL
    UNION (SELECT customer FROM customer_search WHERE phones && %(phones)s::text[] LIMIT 20)
    UNION (
        SELECT customer FROM customer_search WHERE sounds && %(sounds)s::text[]
        ORDER BY (place = %(place)s) DESC,
            (SELECT count(*) FROM unnest(%(all_sounds)s::text[]) AS sound WHERE sound = ANY (sounds)) DESC LIMIT {CLOSELY}
    )
)
SELECT customer.number, display_name AS name, aliases, credit_code, customer.kind, customer.state, province, city,
    organisation, salesperson, entry.phones && %(phones)s::text[] AS same_phone
FROM candidates CROSS JOIN LATERAL (
    SELECT * FROM customers WHERE customers.number = candidates.number OFFSET 0
) AS customer CROSS JOIN LATERAL (
    SELECT phones FROM customer_search WHERE customer_search.customer = candidates.number OFFSET 0
) AS entry
WHERE merged_into IS NULL AND customer.number <> %(number)s
"""  # noqa: S608 - a number of ours
SHOWN: Final = (
    "number",
    "name",
    "credit_code",
    "kind",
    "state",
    "province",
    "city",
    "organisation",
    "salesperson",
)


class Lookalikes:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def of(self, wanted: Sought) -> tuple[Lookalike, ...]:
        """Raises DuplicateCreditCode: two customers of one code are one."""
        found = await self.like(wanted)
        for one in found:
            if wanted.credit_code and one.known.credit_code == wanted.credit_code:
                raise DuplicateCreditCode(
                    field="file.credit_code",
                    credit_code=wanted.credit_code,
                    customer=f"customers/{one.number}",
                )
        return found

    async def like(self, wanted: Sought) -> tuple[Lookalike, ...]:
        """The most alike first."""
        (found,) = await self.like_each([wanted])
        return found

    async def like_each(self, wanted: Sequence[Sought]) -> list[tuple[Lookalike, ...]]:
        found = await self._wire.fetch(*((FIND, _asked(one)) for one in wanted))
        return await asyncio.to_thread(lambda: list(map(_compared, wanted, found)))


def known_of(row: Any) -> Known:
    return Known(**{name: getattr(row, name) for name in SHOWN}, aliases=tuple(row.aliases))


def _asked(wanted: Sought) -> dict[str, Any]:
    apart = taken_apart(wanted.name)
    return {
        "number": wanted.number,
        "credit_code": wanted.credit_code,
        "phones": phones_of(wanted.phones),
        "sounds": sorted({pair for name in wanted.names for pair in sought(name)}),
        "all_sounds": sounds(wanted.names),
        "place": apart.city or apart.province,
    }


def _compared(wanted: Sought, rows: Sequence[Any]) -> tuple[Lookalike, ...]:
    return most_alike(compared(wanted, known_of(row), row.same_phone) for row in rows)
