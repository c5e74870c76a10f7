"""Customers that may be the same as another."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
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
from services.customer.domain.names import place_of, taken_apart
from services.customer.store.search_entries import at, phones_of

# Of those that sound alike in part, the ones nearby and those with most in common are looked at closely.
CLOSELY: Final = 200
# Of those that have a set of pairs in common, so many are read: those of the same place before all others.
READ: Final = 400
# How many have a pair, by what PostgreSQL has learnt of the column. It names a thousand of the most frequent; rarer ones, and
# whatever came since it last looked, count as none.
COUNT: Final = """
SELECT pair, how_often * reltuples AS customers
FROM pg_stats CROSS JOIN pg_class CROSS JOIN LATERAL
    unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (pair, how_often)
WHERE schemaname = current_schema AND tablename = 'customer_search' AND attname = 'sounds'
    AND pg_class.oid = 'customer_search'::regclass AND pair = ANY (%(pairs)s::text[])
"""
# OFFSET 0: each candidate is looked up by its number, however many the planner expects.
FIND: Final = f"""
WITH candidates AS (
    SELECT number FROM customers WHERE credit_code = %(credit_code)s AND credit_code <> '' AND merged_into IS NULL
    UNION (SELECT customer FROM customer_search WHERE phones && %(phones)s::text[] LIMIT 20)
    UNION (
        SELECT customer FROM (
            SELECT DISTINCT found.* FROM unnest(%(sets)s::text[]) AS one_set CROSS JOIN LATERAL (
                SELECT customer, place, sounds FROM customer_search
                WHERE sounds @> string_to_array(one_set, E'\\n') LIMIT {READ}
            ) AS found
        ) AS alike
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
    """What a person may take for the customer that is sought.

    Whoever has half of the pairs of syllables of its name in common is found, with one exception: of a set of pairs that more
    than `READ` customers have in common (a chain's branches, all called the same) only those are looked at that lie in the same
    place, `READ` of them, and `READ` of the others, as they come. What is missed then lies elsewhere or has no address, and has
    many like it that are shown.
    """

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
        pairs = sorted({pair for one in wanted for pair in sounds(one.names)})
        (counted,) = await self._wire.fetch((COUNT, {"pairs": pairs}))
        common = {row.pair: row.customers for row in counted}
        found = await self._wire.fetch(*((FIND, _asked(one, common)) for one in wanted))
        return await asyncio.to_thread(lambda: list(map(_compared, wanted, found)))


def known_of(row: Any) -> Known:
    return Known(**{name: getattr(row, name) for name in SHOWN}, aliases=tuple(row.aliases))


def _asked(wanted: Sought, common: Mapping[str, float]) -> dict[str, Any]:
    place = place_of(wanted.place) or taken_apart(wanted.name).place
    return {
        "number": wanted.number,
        "credit_code": wanted.credit_code,
        "phones": phones_of(wanted.phones),
        "sets": list(_sets(wanted, place, common)),
        "all_sounds": sounds(wanted.names),
        "place": place,
    }


def _sets(wanted: Sought, place: str, common: Mapping[str, float]) -> Iterator[str]:
    """Where more than are read may have a set, those of the same place are asked for by themselves, too."""
    for pairs in {pairs: None for name in wanted.names for pairs in sought(name, common)}:
        if place and min(common.get(pair, 0) for pair in pairs) > READ:
            yield "\n".join((*pairs, at(place)))
        yield "\n".join(pairs)


def _compared(wanted: Sought, rows: Sequence[Any]) -> tuple[Lookalike, ...]:
    return most_alike(compared(wanted, known_of(row), row.same_phone) for row in rows)
