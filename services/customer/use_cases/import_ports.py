"""What imports need of others: their rows, and whom a row is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chassis.postgres.paging import Page, PageRequest
from kernel.errors import Violation
from services.customer.domain.import_rows import Outcome
from services.customer.domain.imports import Import


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of a file that is imported. `same_as` is the line above that is about the same customer."""

    place: int
    line: int
    cells: tuple[str, ...]
    same_as: int | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What became of the row at `place`; `customer` is the number of the one that it is about."""

    place: int
    outcome: Outcome
    customer: str = ""
    faults: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class RowQuery:
    number: str
    outcome: Outcome | None = None


class KnownAs(Protocol):
    async def number_of(self, *, name: str, credit_code: str, erp_code: str) -> str: ...
    async def numbers_of(self, asked: Sequence[tuple[str, str, str]]) -> list[str]:
        """For each name, credit code and ERP code what `number_of` says."""
        ...


class Imports(Protocol):
    async def next_number(self) -> str: ...
    async def add(self, one: Import, rows: Sequence[tuple[int, list[str]]]) -> None: ...
    async def get(self, number: str) -> Import: ...
    async def get_for_update(self, number: str) -> Import: ...
    async def save(self, one: Import) -> None: ...
    async def begin(self, one: Import, same_as: Sequence[int | None]) -> None: ...
    async def at_work(self) -> list[str]: ...
    async def batch(self, one: Import, limit: int) -> list[FileRow]: ...
    async def note(self, one: Import, looked: Sequence[Looked]) -> None: ...
    async def page(self, owner: str, page: PageRequest) -> Page[Import]: ...
    async def page_of_rows(
        self, query: RowQuery, page: PageRequest
    ) -> Page[tuple[FileRow, Looked | None]]: ...
