"""Which customer a row of a file is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chassis.postgres.wire import Wire

FIND: Final = """
SELECT number FROM (
    SELECT number, 1 AS turn FROM customers WHERE credit_code = %(credit_code)s AND credit_code <> '' AND merged_into IS NULL
    UNION ALL
    SELECT number, 2 FROM customers WHERE erp_code = %(erp_code)s AND erp_code <> '' AND merged_into IS NULL
    UNION ALL
    (SELECT number, 3 FROM customers WHERE display_name = %(name)s AND display_name <> '' AND merged_into IS NULL
        AND (%(credit_code)s = '' OR credit_code IN ('', %(credit_code)s)) ORDER BY number LIMIT 1)
    UNION ALL
    (SELECT number, 4 FROM customers WHERE aliases @> ARRAY[%(name)s::text] AND merged_into IS NULL
        AND (%(credit_code)s = '' OR credit_code IN ('', %(credit_code)s)) ORDER BY number LIMIT 1)
) AS known ORDER BY turn LIMIT 1
"""


class KnownAs:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def number_of(self, *, name: str, credit_code: str, erp_code: str) -> str:
        """By its codes, then by exactly its name or alias, as long as that has no other credit code; empty: nobody's."""
        (found,) = await self.numbers_of([(name, credit_code, erp_code)])
        return found

    async def numbers_of(self, asked: Sequence[tuple[str, str, str]]) -> list[str]:
        """For each name, credit code and ERP code."""
        keys = ("name", "credit_code", "erp_code")
        found = await self._wire.fetch(*((FIND, dict(zip(keys, one, strict=True))) for one in asked))
        return [rows[0].number if rows else "" for rows in found]
