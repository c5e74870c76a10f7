"""What use cases that take in files need: a place for their contents."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol


class Files(Protocol):
    """Where contents lie, by their SHA-256. What is there never changes."""

    async def put(self, sha256: str, content: bytes) -> None:
        """Durable when it returns. Content that is there already stays."""
        ...

    def read(self, sha256: str) -> AsyncIterator[bytes]:
        """In pieces of at most 64 KiB. Raises NotFound."""
        ...
