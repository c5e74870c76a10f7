"""What a file claims to be, its content must be: the types that are taken in, by the ending of the name."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kernel.errors import InvalidArgument, Refusal

LARGEST: Final = 20 * 1024 * 1024  # bytes
# No office file has a longer table of contents; reading that of a crafted archive must not take long.
LONGEST_CONTENTS: Final = 1024 * 1024


class FileNameRefused(InvalidArgument):
    zh = "文件名含有不允许的字符"
    en = "The file name contains characters that are not allowed"


class HashMismatch(InvalidArgument):
    zh = "文件内容与声明的 SHA-256 不符"
    en = "The content is not what the SHA-256 says"


def _has_short_contents(archive: bytes) -> bool:
    end = archive.rfind(b"PK\x05\x06", -66_000)
    is_large_format = archive.rfind(b"PK\x06\x06", -66_000) >= 0
    return (
        end >= 0
        and not is_large_format
        and int.from_bytes(archive[end + 12 : end + 16], "little") <= LONGEST_CONTENTS
    )


def _archive_with(*members: str) -> Callable[[bytes], bool]:
    def looks_right(content: bytes) -> bool:
        if not _has_short_contents(content):
            return False
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = set(archive.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False
        # A macro is a program, whatever the file is called.
        has_macro = any(name.lower().endswith("vbaproject.bin") for name in names)
        return names.issuperset(members) and not has_macro

    return looks_right


def _plain_xml(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig").lstrip()
    except UnicodeDecodeError:
        return False
    # No entities (they expand), and nothing that a browser would run.
    active = (
        "<!doctype",
        "<!entity",
        "<script",
        "<?xml-stylesheet",
        "http://www.w3.org/1999/xhtml",
        "http://www.w3.org/2000/svg",
    )
    lowered = text.lower()
    return lowered.startswith("<?xml") and not any(mark in lowered for mark in active)


def _starting_with(magic: bytes, at: int = 0) -> Callable[[bytes], bool]:
    return lambda content: content[at : at + len(magic)] == magic


def _heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1")


@dataclass(frozen=True, slots=True)
class FileType:
    content_type: str
    looks_right: Callable[[bytes], bool]


_JPEG = FileType("image/jpeg", _starting_with(b"\xff\xd8\xff"))
_OFFICE = "application/vnd.openxmlformats-officedocument"

# By the ending of the file name.
TYPES: Final[Mapping[str, FileType]] = MappingProxyType(
    {
        "pdf": FileType("application/pdf", _starting_with(b"%PDF-")),
        "png": FileType("image/png", _starting_with(b"\x89PNG\r\n\x1a\n")),
        "jpg": _JPEG,
        "jpeg": _JPEG,
        "webp": FileType("image/webp", lambda c: c[:4] == b"RIFF" and c[8:12] == b"WEBP"),
        "heic": FileType("image/heic", _heic),
        "xlsx": FileType(f"{_OFFICE}.spreadsheetml.sheet", _archive_with("[Content_Types].xml", "xl/workbook.xml")),
        "docx": FileType(f"{_OFFICE}.wordprocessingml.document", _archive_with("[Content_Types].xml", "word/document.xml")),
        "ofd": FileType("application/ofd", _archive_with("OFD.xml")),
        "xml": FileType("application/xml", _plain_xml),
    }
)  # fmt: skip
SAME_TYPE: Final[Mapping[str, str]] = MappingProxyType(
    {"text/xml": "application/xml", "image/jpg": "image/jpeg"}
)


@dataclass(frozen=True, slots=True)
class Intake:
    """What is taken in: files whose names end in one of `endings`, and how anything else is refused.

    `type_refused` is told `file_name`, `why_zh` and `why_en`; `too_large` the `limit` in bytes.
    """

    endings: frozenset[str]
    type_refused: type[Refusal]
    empty: type[Refusal]
    too_large: type[Refusal]

    def type_of(self, file_name: str, content_type: str) -> FileType:
        """The type that name and header agree upon. Raises FileNameRefused, `type_refused`."""
        _must_be_a_name(file_name)
        ending = file_name.rpartition(".")[2].lower() if "." in file_name else ""
        found = TYPES[ending] if ending in self.endings else None
        if found is None:
            raise self._refused(
                file_name,
                "header.file_name",
                f"扩展名 {ending or '无'}",
                f"its name ends in {ending or 'nothing'}",
            )
        claimed = content_type.partition(";")[0].strip().lower()
        if SAME_TYPE.get(claimed, claimed) != found.content_type:
            raise self._refused(
                file_name,
                "header.content_type",
                f"类型 {claimed} 与扩展名不符",
                f"{claimed} is not what its name says",
            )
        return found

    def check(self, file_name: str, found: FileType, content: bytes) -> None:
        """Raises `empty`, `too_large`, `type_refused`."""
        if not content:
            raise self.empty(field="content")
        if len(content) > LARGEST:
            raise self.too_large(field="content", limit=LARGEST)
        if not found.looks_right(content):
            raise self._refused(file_name, "content", "内容与类型不符", "its content is something else")

    def _refused(self, file_name: str, field: str, zh: str, en: str) -> Refusal:
        return self.type_refused(field=field, file_name=file_name, why_zh=zh, why_en=en)


def _must_be_a_name(file_name: str) -> None:
    if (
        any(unicodedata.category(char) in ("Cc", "Cf", "Cs") or char in "/\\" for char in file_name)
        or file_name.strip(". ") == ""
    ):
        raise FileNameRefused(field="header.file_name")
