"""Many rows as one parameter for each column, so that a statement stays the same however many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, TableValuedAlias, column, func, literal
from sqlalchemy.dialects.postgresql import ARRAY


def relation(
    name: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[Column[Any]]
) -> TableValuedAlias:
    """`unnest(…) AS name`: these columns of the rows, by the columns' names and types."""
    arrays = [literal([row[c.name] for row in rows], ARRAY(c.type)) for c in columns]
    found = func.unnest(*arrays).table_valued(*(column(c.name, c.type) for c in columns))
    return found.render_derived(name=name)
