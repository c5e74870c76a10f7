"""The people of a log, in an organisation of their own beside those that are there."""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping
from typing import Final
from uuid import uuid4

from cli.commands.directory import parts
from cli.csv_sheets import sheet, tables
from cli.files import zipped
from cli.session import Session
from replay.cast import FINANCE, steward_of
from replay.house.sheets import must_apply
from replay.mapping import Mapping as LogMapping
from zhupi.approval.v1.directory_pb2 import ExportDirectoryRequest
from zhupi.approval.v1.directory_pb2_grpc import DirectoryServiceStub
from zhupi.common.v1.sheet_pb2 import SHEET_FORMAT_CSV, FileChunk, ImportHeader

Rows = list[dict[str, str]]

STEWARD: Final = "日志回放"
# The columns by which a row of each sheet is known, and those without which there is no sheet.
KNOWN_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "organisations.csv": ("id",),
    "people.csv": ("id",),
    "posts.csv": ("key",),
    "assignments.csv": ("person", "post", "organisation"),
    "reporting-lines.csv": ("person",),
}
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "organisations.csv": ("id", "name", "parent"),
    "people.csv": ("id", "name", "organisation"),
    "posts.csv": ("key", "name"),
    "assignments.csv": ("person", "post", "organisation"),
    "reporting-lines.csv": ("person", "manager"),
}


async def bring_people(session: Session, mapping: LogMapping) -> bool:
    """Whether anything was missing. The directory is imported whole: what is there, and what the log needs."""
    stub = session.stub(DirectoryServiceStub)
    exported = stub.ExportDirectory(ExportDirectoryRequest(format=SHEET_FORMAT_CSV))
    content = with_people(await _whole(exported), mapping)
    if not content:
        return False
    header = ImportHeader(request_id=str(uuid4()), format=SHEET_FORMAT_CSV)
    must_apply("directory", await stub.ImportDirectory(parts(header, content)))
    return True


def with_people(exported: bytes, mapping: LogMapping) -> bytes:
    """The sheets of a directory with the log's people in them; empty where they are in them already."""
    there, wanted = tables(exported), wanted_rows(mapping)
    merged = {name: merge(there.get(name, []), rows, KNOWN_BY[name]) for name, rows in wanted.items()}
    if all(said(merged[name]) == said(there.get(name, [])) for name in wanted):
        return b""
    return zipped({name: _written(rows, NEEDED[name]) for name, rows in merged.items()})


def wanted_rows(mapping: LogMapping) -> dict[str, Rows]:
    """The log's own rows of every sheet."""
    place, finance = mapping.organisation, mapping.roles[mapping.finance].post
    people = [(role.login, role.name) for role in mapping.roles.values()] + [(steward_of(mapping), STEWARD)]
    holders = [(role.login, role.post) for role in mapping.roles.values() if role.post is not None]
    posts = {post.key: post for _, post in holders}
    return {
        "organisations.csv": [{"id": place.key, "name": place.title.zh, "name_en": place.title.en}],
        "people.csv": [
            {"id": login, "name": name, "organisation": place.key, "email": f"{login}@example.com"}
            for login, name in people
        ],
        "posts.csv": [
            {
                "key": post.key,
                "name": post.title.zh,
                "name_en": post.title.en,
                "roles": FINANCE if post == finance else "",
            }
            for post in posts.values()
        ],
        "assignments.csv": [
            {"person": login, "post": post.key, "organisation": place.key} for login, post in holders
        ],
        "reporting-lines.csv": [],
    }


def merge(there: Rows, wanted: Rows, known_by: tuple[str, ...]) -> Rows:
    """What is there with what is wanted in place of, or behind it; cells that are not wanted otherwise stay."""
    merged = {tuple(row[column] for column in known_by): row for row in there}
    # Somebody may stand there twice, for different times: such rows are not ours, and all of them stay.
    repeated = [row for row in there if merged[tuple(row[column] for column in known_by)] is not row]
    for row in wanted:
        key = tuple(row[column] for column in known_by)
        merged[key] = merged.get(key, {}) | row
    return [*repeated, *merged.values()]


def said(rows: Rows) -> set[frozenset[tuple[str, str]]]:
    """Rows as sets of cells; what is empty says nothing."""
    return {frozenset((key, cell) for key, cell in row.items() if cell) for row in rows}


def _written(rows: Rows, needed: tuple[str, ...]) -> bytes:
    columns = list(dict.fromkeys([*needed, *(key for row in rows for key in row)]))
    return sheet(columns, ([row.get(column, "") for column in columns] for row in rows))


async def _whole(stream: AsyncIterable[FileChunk]) -> bytes:
    return b"".join([chunk.content async for chunk in stream])
