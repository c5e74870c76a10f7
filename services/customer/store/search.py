"""Customers found while somebody types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from chassis.postgres.wire import Wire
from services.customer.domain.duplicates import Known
from services.customer.domain.search_terms import begun, looked_up
from services.customer.store.lookalikes import known_of
from services.customer.store.search_entries import seen_by
from services.customer.use_cases.ports import SearchQuery, Sight

# Whoever types what so many have will go on typing: the rest of them is not looked at. Those that begin with it are
# looked for first.
LOOKED_AT: Final = 300
# OFFSET 0: each is looked up by its number, however many the planner expects.
FIND: Final = """
SELECT number, display_name AS name, aliases, credit_code, kind, state, province, city, organisation, salesperson
FROM (
    SELECT number, leads, formal, length FROM found_customers(
        %(begun)s::text[], %(terms)s::text[], %(words)s::text[], %(seen_by)s::text[], %(state)s, %(kind)s, %(most)s, %(limit)s
    ) ORDER BY leads DESC, formal DESC, length, number LIMIT %(limit)s
) AS found CROSS JOIN LATERAL (
    SELECT display_name, aliases, credit_code, kind, state, province, city, organisation, salesperson
    FROM customers WHERE customers.number = found.number OFFSET 0
) AS customer
ORDER BY leads DESC, formal DESC, length, number
"""


class Search:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def hits(self, query: SearchQuery, sight: Sight) -> list[Known]:
        """Those that the caller may see and that have all words, what begins with what was typed first."""
        (rows,) = await self._wire.fetch((FIND, asked(query, sight)))
        return [known_of(row) for row in rows]


def asked(query: SearchQuery, sight: Sight) -> dict[str, Any]:
    return {
        "begun": begun(query.words[0]) if len(query.words) == 1 else [],
        "terms": _terms(query.words),
        "words": list(query.words),
        "seen_by": None if sight.everything else seen_by(sight.person, sight.responsible_for),
        "state": query.state and query.state.value,
        "kind": query.kind and query.kind.value,
        "most": LOOKED_AT,
        "limit": query.limit,
    }


def _terms(words: Sequence[str]) -> list[str]:
    return sorted({term for word in words for term in looked_up(word)})
