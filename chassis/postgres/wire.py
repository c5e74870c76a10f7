"""How repositories on the busy path talk to PostgreSQL: questions asked together, writes that go with the commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from psycopg.types.json import Jsonb

Statement: TypeAlias = tuple[str, dict[str, Any]]


class Wire(Protocol):
    """What the unit of work offers (chassis.transaction.unit_of_work)."""

    def write(self, statement: str, parameters: dict[str, Any]) -> None: ...

    async def fetch(self, *questions: Statement) -> list[list[Any]]: ...


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table that a statement writes: `columns` and `values` for INSERT, `changes` for UPDATE."""

    names: tuple[str, ...]

    @property
    def columns(self) -> str:
        return ", ".join(self.names)

    @property
    def values(self) -> str:
        return ", ".join(f"%({name})s" for name in self.names)

    @property
    def changes(self) -> str:
        return ", ".join(f"{name} = %({name})s" for name in self.names)


@dataclass(frozen=True, slots=True)
class Rows:
    """Many rows as one parameter for each column, so that a statement stays the same however many there are.

    `types` are the columns' names and PostgreSQL types; `source` stands in a FROM, `columns` and `values` in an INSERT.
    """

    name: str
    types: Mapping[str, str]

    @property
    def source(self) -> str:
        arrays = ", ".join(f"%({column})s::{type}[]" for column, type in self.types.items())
        return f"unnest({arrays}) AS {self.name} ({self.columns})"

    @property
    def columns(self) -> str:
        return ", ".join(self.types)

    def of(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The parameters: a list for each column."""
        return {column: [row[column] for row in rows] for column in self.types}


def json(value: object) -> Jsonb | None:
    """A value for a jsonb column; None is SQL's NULL."""
    return None if value is None else Jsonb(value)
