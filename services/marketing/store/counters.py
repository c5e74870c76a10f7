"""Numbers of documents: `AC-2026-000123`."""

from __future__ import annotations

from typing import Final

from chassis.postgres.wire import Wire

# Others who want a number wait until this transaction ends.
COUNT: Final = """
INSERT INTO counters (prefix, year, last) VALUES (%(prefix)s, %(year)s, 1)
ON CONFLICT (prefix, year) DO UPDATE SET last = counters.last + 1 RETURNING last
"""


async def next_number(wire: Wire, prefix: str, year: int) -> str:
    """The next of the year, without gaps."""
    ((counted,),) = await wire.fetch((COUNT, {"prefix": prefix, "year": year}))
    return f"{prefix}-{year}-{counted.last:06}"
