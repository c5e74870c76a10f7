"""Event logs in XES (IEEE 1849), plain or compressed, read trace by trace however long they are.

An attribute is what has a `key` and a `value`, whatever its type: it stays the text that was written. Attributes of
attributes, extensions, classifiers and global defaults are left out. The order is that of the file.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException, EntitiesForbidden
from defusedxml.expatreader import DefusedExpatParser
from defusedxml.sax import make_parser

from replay.refusals import (
    LogCutOff,
    LogDeclaresEntities,
    LogHasNoCases,
    LogNotReadable,
    LogNotXes,
    LogNotXml,
)

GZIP: Final = b"\x1f\x8b"
AT_ONCE: Final = 1 << 16

Attributes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trace:
    """One case of a log. `number` counts from 1."""

    number: int
    attributes: dict[str, str] = field(default_factory=dict)
    events: list[dict[str, str]] = field(default_factory=list)

    def find(self, key: str) -> str | None:
        """An attribute of the trace or, where the log repeats it at every event, of its first one."""
        if key in self.attributes:
            return self.attributes[key]
        return self.events[0].get(key) if self.events else None


def read_log(path: Path) -> Iterator[Trace]:
    """The traces of a log.

    Raises LogNotReadable, LogCutOff, LogNotXml, LogDeclaresEntities, LogNotXes, LogHasNoCases.
    """
    collector, parser = _Collector(path), make_parser()
    parser.setContentHandler(collector)
    try:
        with _opened(path) as file:
            while content := file.read(AT_ONCE):
                parser.feed(content)
                yield from collector.take()
        parser.close()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise LogCutOff(path=path) from error
    except SAXParseException as error:
        raise LogNotXml(path=path, line=error.getLineNumber(), why=error.getMessage()) from error
    except EntitiesForbidden as error:
        raise LogDeclaresEntities(path=path, name=error.name) from error
    except DefusedXmlException as error:
        raise LogNotXml(path=path, line=_line_of(parser), why=error) from error
    except OSError as error:
        raise LogNotReadable(path=path, why=error.strerror) from error
    yield from collector.take()
    if not collector.count:
        raise LogHasNoCases(path=path)


def _opened(path: Path) -> IO[bytes] | gzip.GzipFile:
    with path.open("rb") as file:
        compressed = file.read(len(GZIP)) == GZIP
    return gzip.open(path) if compressed else path.open("rb")


def _line_of(parser: DefusedExpatParser) -> int:
    return parser.getLineNumber() or 0


class _Collector(ContentHandler):
    """Keeps traces as they end, until they are taken."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.count = 0
        self._path = path
        self._above: list[str] = []
        self._ended: list[Trace] = []
        self._trace = Trace(0)

    def take(self) -> list[Trace]:
        ended, self._ended = self._ended, []
        return ended

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - SAX's own name
        tag = name.rpartition(":")[2]
        match self._above:
            case []:
                if tag != "log":
                    raise LogNotXes(path=self._path, root=tag)
            case [_]:
                if tag == "trace":
                    self.count += 1
                    self._trace = Trace(self.count)
            case [_, "trace"]:
                if tag == "event":
                    self._trace.events.append({})
                else:
                    _keep(attrs, self._trace.attributes)
            case [_, "trace", "event"]:
                _keep(attrs, self._trace.events[-1])
        self._above.append(tag)

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX's own name
        if self._above.pop() == "trace" and len(self._above) == 1:
            self._ended.append(self._trace)


def _keep(found: AttributesImpl, into: dict[str, str]) -> None:
    key, value = found.get("key"), found.get("value")
    if key is not None and value is not None:
        into[key] = value
