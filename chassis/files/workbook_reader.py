"""Reads one Excel workbook from standard input and writes its cells as JSON: run as a program of its own.

The library lays every sheet out as a full grid, so that a file of 5 kB with two cells far apart asks for 500 GB and ends
the process. It may do so here, where nobody else lives and limits hold. Imports nothing of the project.

With the argument `closely` it also says where cells are merged and where there are formulas, one place a sheet. It ends
with 0, with 2 for a workbook that says itself that it is too large, and with 1 for any other that cannot be read.
"""

from __future__ import annotations

import io
import json
import posixpath
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

MEMORY = 1024**3  # bytes
SECONDS = 30  # of the processor
MOST_CELLS = 2_000_000  # of all sheets, those without content included
LARGEST_UNPACKED = 300 * 1024**2  # of XML, of which a cell takes some fifty bytes
UNREADABLE, TOO_LARGE = 1, 2
# Looked for in the bytes first: most sheets have neither and need no parsing.
NOT_PLAIN = re.compile(rb"<(?:\w+:)?(?:f|mergeCell)[\s/>]")
PIECE = 1024**2


def as_text(cell: float | str | bool | date | time | timedelta) -> str:
    match cell:
        case str():
            return cell.strip()
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case date() | time():
            return cell.isoformat()
    return str(cell)


def main(closely: bool) -> int:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    content = sys.stdin.buffer.read()
    found: dict[str, list[tuple[str, object]]] = {"merged": [], "formulas": []}
    try:
        if closely:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if sum(member.file_size for member in archive.infolist()) > LARGEST_UNPACKED:
                    return TOO_LARGE
                look_closely(archive, found)
        workbook = CalamineWorkbook.from_object(io.BytesIO(content))
        sheets = [(name, workbook.get_sheet_by_name(name)) for name in workbook.sheet_names]
        if sum(sheet.total_height * sheet.total_width for _, sheet in sheets) > MOST_CELLS:
            return TOO_LARGE
        found["sheets"] = [
            (name, [[as_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)])
            for name, sheet in sheets
        ]
    except (CalamineError, MemoryError, zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, KeyError):
        return UNREADABLE
    json.dump(found, sys.stdout)
    return 0


def look_closely(archive: zipfile.ZipFile, found: dict[str, list[tuple[str, object]]]) -> None:
    for name, part in parts_of(archive):
        with archive.open(part) as member:
            raw = member.read()
        if NOT_PLAIN.search(raw):
            merged, formula = first_of(raw)
            found["merged"] += [(name, merged)] if merged else []
            found["formulas"] += [(name, formula)] if formula else []


def parts_of(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each worksheet's name and where it lies. Charts and macros' sheets lie elsewhere and have no cells."""
    targets: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Relationship") and attributes.get("Type", "").endswith("/worksheet"):
            place = posixpath.normpath(posixpath.join("/xl", attributes["Target"]))
            targets[attributes["Id"]] = place.lstrip("/")

    named: list[tuple[str, str]] = []

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "sheet":
            ids = [value for key, value in attributes.items() if key.rpartition(":")[2] == "id"]
            named.extend((attributes["name"], id) for id in ids)

    parse(archive.read("xl/_rels/workbook.xml.rels"), relation)
    parse(archive.read("xl/workbook.xml"), sheet)
    return ((name, targets[id]) for name, id in named if id in targets)


def first_of(raw: bytes) -> tuple[str, str]:
    """The first merged cells and the cell of the first formula; empty where there are none."""
    merged, formula, here = "", "", ""

    def begins(tag: str, attributes: dict[str, str]) -> None:
        nonlocal merged, formula, here
        match tag.rpartition(":")[2]:
            case "c":
                here = attributes.get("r", "?")
            case "f":
                formula = formula or here or "?"
            case "mergeCell":
                merged = merged or attributes.get("ref", "?")

    parse(raw, begins)
    return merged, formula


def parse(raw: bytes, begins: Callable[[str, dict[str, str]], None]) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = begins
    parser.Parse(raw, True)


if __name__ == "__main__":
    sys.exit(main("closely" in sys.argv[1:]))
