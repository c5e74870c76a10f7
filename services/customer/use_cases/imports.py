"""Imports of customers, as those see them who bring the files."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.files.plain_tables import must_be_plain, read_plain
from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from services.customer.domain.import_columns import mapped
from services.customer.domain.import_events import ImportMapped, ImportStarted, ImportStopped, ImportUploaded
from services.customer.domain.import_rows import draft_of
from services.customer.domain.imports import Import, chosen, read_sheet
from services.customer.permissions import require
from services.customer.use_cases.import_ports import FileRow, Looked, RowQuery
from services.customer.use_cases.ports import Work


@dataclass(frozen=True, slots=True)
class UploadImport:
    """`sheet` empty: the only one with anything in it."""

    file_name: str
    sheet: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MapColumns:
    """`columns` are pairs of a title and a key."""

    number: str
    etag: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StartImport:
    number: str
    etag: str
    dry_run: bool


ImportRows = tuple[Import, Page[tuple[FileRow, Looked | None]]]


async def upload_import(cmd: UploadImport, *, uow: Work, actor: Actor, clock: Clock) -> Import:
    """Raises what `read_plain`, `must_be_plain`, `chosen` and `read_sheet` raise."""
    require(actor, "ImportCustomers")
    name = cmd.file_name.rpartition(".")[0] or cmd.file_name
    workbook = await read_plain(cmd.content, name[:100])
    sheet = chosen(workbook.sheets, cmd.sheet)
    must_be_plain(workbook, sheet)
    columns, rows = await asyncio.to_thread(read_sheet, sheet)
    now = clock.now()
    async with uow:
        made = Import(
            number=await uow.imports.next_number(),
            owner=actor.person,
            file_name=cmd.file_name,
            sheet=sheet.name,
            columns=columns,
            rows=len(rows),
            create_time=now,
            update_time=now,
        )
        await uow.imports.add(made, rows)
        uow.record(ImportUploaded.of(made, actor, now, file_name=made.file_name, rows=made.rows))
        return await uow.commit(made)


async def map_columns(cmd: MapColumns, *, uow: Work, actor: Actor, clock: Clock) -> Import:
    require(actor, "ImportCustomers")
    now = clock.now()
    async with uow:
        before = (await uow.imports.get_for_update(cmd.number)).expecting(cmd.etag)
        after = before.with_keys(mapped(before.titles, cmd.columns), now)
        await uow.imports.save(after)
        columns = {column.title: column.key for column in after.columns if column.key}
        uow.record(ImportMapped.of(after, actor, now, columns=columns))
        return await uow.commit(after)


async def start_import(cmd: StartImport, *, uow: Work, actor: Actor, clock: Clock) -> Import:
    """From now on it is worked upon in the background."""
    require(actor, "ImportCustomers")
    now = clock.now()
    async with uow:
        before = (await uow.imports.get_for_update(cmd.number)).expecting(cmd.etag)
        after = before.start(dry=cmd.dry_run, roles=actor.roles, at=now)
        rows = await uow.imports.batch(after, after.rows)
        await uow.imports.begin(after, await asyncio.to_thread(_repeated, rows, after.keys))
        uow.record(ImportStarted.of(after, actor, now, dry_run=cmd.dry_run))
        return await uow.commit(after)


async def stop_import(number: str, *, uow: Work, actor: Actor, clock: Clock) -> Import:
    require(actor, "ImportCustomers")
    now = clock.now()
    async with uow:
        after = (await uow.imports.get_for_update(number)).stop(now)
        await uow.imports.save(after)
        uow.record(ImportStopped.of(after, actor, now, done=after.cursor))
        return await uow.commit(after)


async def get_import(number: str, *, uow: Work, actor: Actor, clock: Clock) -> Import:
    require(actor, "ImportCustomers")
    async with uow:
        return await uow.imports.get(number)


async def list_imports(page: PageRequest, *, uow: Work, actor: Actor, clock: Clock) -> Page[Import]:
    require(actor, "ImportCustomers")
    async with uow:
        return await uow.imports.page(actor.person, page)


async def list_import_rows(
    query: tuple[RowQuery, PageRequest], *, uow: Work, actor: Actor, clock: Clock
) -> ImportRows:
    require(actor, "ImportCustomers")
    async with uow:
        one = await uow.imports.get(query[0].number)
        return one, await uow.imports.page_of_rows(*query)


def _repeated(rows: Sequence[FileRow], keys: Sequence[str]) -> list[int | None]:
    """For each row the line above it that is about the same customer."""
    first: dict[str, int] = {}
    found: list[int | None] = []
    for row in rows:
        key = draft_of(row.cells, keys).key
        above = first.setdefault(key, row.line) if key else row.line
        found.append(above if above != row.line else None)
    return found
