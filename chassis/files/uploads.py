"""Files that come as a stream: a header first, then the content in pieces."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from chassis.rpc.servicer import caller_request
from chassis.transaction.requests import Request, handling
from kernel.errors import InvalidArgument, Refusal


class HeaderMisplaced(InvalidArgument):
    zh = "第一条消息须为文件头，其后只能是文件内容"
    en = "The first message carries the header, and only the first"


class FileTooLarge(InvalidArgument):
    zh = "文件超过 {limit} 字节"
    en = "The file is larger than {limit} bytes"


class Header(Protocol):
    @property
    def request_id(self) -> str: ...
    def SerializeToString(self, *, deterministic: bool = ...) -> bytes: ...  # noqa: N802 - protobuf's own name


H = TypeVar("H", bound=Header, covariant=True)


class Part(Protocol[H]):
    """A message whose oneof `part` is a header or a piece of content."""

    @property
    def header(self) -> H: ...
    @property
    def content(self) -> bytes: ...
    def WhichOneof(self, oneof_group: Any, /) -> Any: ...  # noqa: N802 - protobuf's own name


async def receive(
    parts: AsyncIterator[Part[H]], largest: int, *, too_large: type[Refusal] = FileTooLarge
) -> tuple[H, bytes]:
    """The header and the whole content, at most `largest` bytes. Raises HeaderMisplaced, `too_large` with `limit`."""
    header: H | None = None
    content = bytearray()
    async for part in parts:
        if (part.WhichOneof("part") == "header") != (header is None):
            raise HeaderMisplaced(field="header")
        if header is None:
            header = part.header
            continue
        content += part.content
        if len(content) > largest:
            raise too_large(field="content", limit=largest)
    if header is None:
        raise HeaderMisplaced(field="header")
    return header, bytes(content)


@contextmanager
def once(header: Header, content: bytes) -> Iterator[Request]:
    """Inside, the call counts as a write with the header's request_id: repeated, it answers what it answered."""
    body_hash = hashlib.sha256(header.SerializeToString(deterministic=True) + content).digest()
    with handling(replace(caller_request(), request_id=header.request_id, body_hash=body_hash)) as request:
        yield request
