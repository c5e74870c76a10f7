"""Files that go as a stream of pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from zhupi.common.v1.sheet_pb2 import FileChunk

PIECE: Final = 64 * 1024  # bytes


def pieces(content: bytes) -> Iterator[FileChunk]:
    for start in range(0, len(content), PIECE):
        yield FileChunk(content=content[start : start + PIECE])
