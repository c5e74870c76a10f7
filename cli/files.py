"""Files that go to and come from services as streams."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import AsyncIterable, Iterator
from pathlib import Path
from typing import Final

from cli.refusals import NotAFile, UnknownWord
from zhupi.common.v1.sheet_pb2 import SHEET_FORMAT_CSV, SHEET_FORMAT_XLSX, FileChunk, SheetFormat

CHUNK: Final = 64 * 1024
FORMATS: Final = {".xlsx": SHEET_FORMAT_XLSX, ".zip": SHEET_FORMAT_CSV}


def read(path: Path) -> bytes:
    """Raises NotAFile."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotAFile(path=path, why=error.strerror) from error


def chunks(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), CHUNK):
        yield content[start : start + CHUNK]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def save(path: Path, stream: AsyncIterable[FileChunk]) -> int:
    """Write what comes, all or nothing; the number of bytes. Raises NotAFile."""
    draft, size = path.with_name(f".{path.name}.part"), 0
    try:
        with draft.open("wb") as file:
            async for chunk in stream:
                size += file.write(chunk.content)
        draft.replace(path)
    except OSError as error:
        raise NotAFile(path=path, why=error.strerror) from error
    finally:
        draft.unlink(missing_ok=True)
    return size


def sheet(path: Path) -> tuple[SheetFormat.ValueType, bytes]:
    """A workbook, a zip of CSV files, or a folder of CSV files, as a service takes it. Raises NotAFile, UnknownWord."""
    if path.is_dir():
        return SHEET_FORMAT_CSV, zipped({file.name: read(file) for file in sorted(path.glob("*.csv"))})
    return sheet_format(path), read(path)


def sheet_format(path: Path) -> SheetFormat.ValueType:
    """By the file's ending. Raises UnknownWord."""
    found = FORMATS.get(path.suffix.lower())
    if found is None:
        raise UnknownWord(given=path.name, known=", ".join(FORMATS))
    return found


def workbook_only(path: Path) -> None:
    """Raises UnknownWord for a file that would not be called what it is."""
    if path.suffix.lower() != ".xlsx":
        raise UnknownWord(given=path.name, known=".xlsx")


def zipped(files: dict[str, bytes]) -> bytes:
    """The same bytes for the same files, whenever they are made."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()
