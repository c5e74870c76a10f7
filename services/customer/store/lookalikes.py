"""Customers that may be the same as another."""

from __future__ import annotations

from typing import Final

from chassis.postgres.wire import Wire
from services.customer.domain.duplicates import DuplicateCreditCode, Lookalike
from services.customer.domain.file import File

FIND: Final = """
SELECT number, display_name, credit_code FROM customers
WHERE merged_into IS NULL AND number <> %(number)s
    AND ((credit_code = %(credit_code)s AND credit_code <> '')
        OR display_name = ANY(%(names)s) OR aliases && %(names)s::text[])
ORDER BY number LIMIT 50
"""


class Lookalikes:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def of(self, file: File, aliases: tuple[str, ...], number: str = "") -> tuple[Lookalike, ...]:
        """Raises DuplicateCreditCode: two customers of one code are one."""
        asked = {"number": number, "credit_code": file.credit_code, "names": [file.name, *aliases]}
        (rows,) = await self._wire.fetch((FIND, asked))
        for row in rows:
            if file.credit_code and row.credit_code == file.credit_code:
                raise DuplicateCreditCode(
                    field="file.credit_code",
                    credit_code=file.credit_code,
                    customer=f"customers/{row.number}",
                )
        return tuple(Lookalike(row.number, row.display_name) for row in rows)
