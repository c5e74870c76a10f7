"""Contents of files in an object store, by their SHA-256: attachments, evidence."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore, from_url

from kernel.errors import NotFound

PIECE = 64 * 1024


class Files:
    """`url` is `file:///folder` or `s3://bucket/prefix`. Contents are added and never changed or removed."""

    def __init__(self, url: str) -> None:
        self._folder = Path(unquote(urlsplit(url).path)) if url.startswith("file:") else None
        self._store: ObjectStore
        if self._folder is None:
            self._store = from_url(url)
        else:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._store = LocalStore(self._folder)

    async def put(self, sha256: str, content: bytes) -> None:
        """Durable when it returns. Content that is there already stays: the name says that it is the same."""
        with suppress(AlreadyExistsError):
            await obstore.put_async(self._store, _path(sha256), content, mode="create", use_multipart=False)
        if self._folder is not None:
            await asyncio.to_thread(_make_durable, self._folder / _path(sha256), self._folder)

    async def read(self, sha256: str) -> AsyncIterator[bytes]:
        try:
            found = await obstore.get_async(self._store, _path(sha256))
        except FileNotFoundError as error:
            raise NotFound(name=f"sha256/{sha256}") from error
        async for chunk in found.stream(min_chunk_size=PIECE):
            content = bytes(chunk)
            for start in range(0, len(content), PIECE):
                yield content[start : start + PIECE]


def _path(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _make_durable(file: Path, root: Path) -> None:
    """The local store leaves what it wrote to the system's leisure; a row must not outlive its file."""
    for path in (file, file.parent, root):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
