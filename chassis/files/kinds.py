"""What a file is by what it begins with and what is in it, whatever its name says."""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum
from typing import Final


class FileKind(StrEnum):
    """The value is what the kind is called in a refusal."""

    WORKBOOK = "Excel"
    MACROS = "Excel + VBA"
    BINARY_WORKBOOK = "Excel .xlsb"
    OLD_OFFICE = "Excel 97–2003 .xls"
    LOCKED = "Excel (password)"
    DOCUMENT = "Word"
    OPEN_DOCUMENT = "OpenDocument"
    ZIP = "ZIP"
    PDF = "PDF"
    IMAGE = "image"
    RAR = "RAR / 7z / gzip"
    MARKUP = "HTML / XML"
    TEXT = "text"
    OTHER = "binary"
    EMPTY = "empty"


_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEGINNINGS: Final = {
    b"%PDF-": FileKind.PDF,
    b"\x89PNG": FileKind.IMAGE,
    b"\xff\xd8\xff": FileKind.IMAGE,
    b"GIF8": FileKind.IMAGE,
    b"Rar!": FileKind.RAR,
    b"7z\xbc\xaf": FileKind.RAR,
    b"\x1f\x8b": FileKind.RAR,
}
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
# What a page saved as .xls begins with, as many back offices write them.
_MARKUP: Final = ("<html", "<!doctype", "<?xml", "<table", "<meta")


def kind_of(content: bytes) -> FileKind:
    if not content.strip(b"\0\t\r\n "):
        return FileKind.EMPTY
    if content.startswith(_OLE):
        return FileKind.LOCKED if "EncryptedPackage".encode("utf-16-le") in content else FileKind.OLD_OFFICE
    if content.startswith(b"PK"):
        return _archive(content)
    for beginning, kind in _BEGINNINGS.items():
        if content.startswith(beginning):
            return kind
    return _text(content)


def _archive(content: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, EOFError):
        return FileKind.OTHER
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return FileKind.MACROS
    if "xl/workbook.xml" in names:
        return FileKind.WORKBOOK
    if "xl/workbook.bin" in names:
        return FileKind.BINARY_WORKBOOK
    if "word/document.xml" in names:
        return FileKind.DOCUMENT
    return FileKind.OPEN_DOCUMENT if {"mimetype", "content.xml"} <= names else FileKind.ZIP


def _text(content: bytes) -> FileKind:
    if content.startswith(_UTF16):
        return FileKind.TEXT
    if b"\0" in content:
        return FileKind.OTHER
    beginning = content[:200].removeprefix(b"\xef\xbb\xbf").decode("latin-1").lstrip().lower()
    return FileKind.MARKUP if beginning.startswith(_MARKUP) else FileKind.TEXT
