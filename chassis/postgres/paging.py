"""Pages of lists (AIP-158): opaque tokens that say where the last page ended and which query they belong to.

A token is no secret and no authority: what a caller may see is decided by the query, on every page anew.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Generic, TypeVar
from uuid import UUID

from google.protobuf.message import Message

from kernel.errors import InvalidArgument

DEFAULT_SIZE = 50
LARGEST_SIZE = 200

Key = str | int | date | datetime | Decimal | UUID
T = TypeVar("T")
U = TypeVar("U")


class PageTokenOfAnotherQuery(InvalidArgument):
    zh = "翻页标记属于另一个查询，请从第一页开始"
    en = "The page token belongs to another query; begin with the first page"


class PageTokenMalformed(InvalidArgument):
    zh = "翻页标记无效，请从第一页开始"
    en = "The page token is not valid; begin with the first page"


class PageSizeNegative(InvalidArgument):
    zh = "每页条数不能为负数"
    en = "page_size cannot be negative"


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page: at most `size` rows, those behind the row whose sort key is `after`. `query` names the query."""

    size: int = DEFAULT_SIZE
    after: tuple[Key, ...] | None = None
    query: str = ""

    @classmethod
    def of(cls, request: Message) -> PageRequest:
        """From a list request with `page_size` and `page_token`; everything else in it is the query.

        Raises PageTokenOfAnotherQuery, PageTokenMalformed, PageSizeNegative.
        """
        size: int = getattr(request, "page_size")  # noqa: B009 - every list request has it, Message does not
        token: str = getattr(request, "page_token")  # noqa: B009
        if size < 0:
            raise PageSizeNegative(field="page_size")
        query = _query(request)
        return cls(min(size or DEFAULT_SIZE, LARGEST_SIZE), _decode(token, query) if token else None, query)

    def place(self, *kinds: type[Key]) -> tuple[Key, ...] | None:
        """`after`, for lists that are not read by `fetch_page`; None on the first page.

        Raises PageTokenMalformed unless the place is one by such a key: the token may be made up.
        """
        if self.after is None:
            return None
        fits = [type(value) is kind for value, kind in zip(self.after, kinds, strict=False)]
        if len(self.after) != len(kinds) or not all(fits):
            raise PageTokenMalformed(field="page_token")
        return self.after

    def token(self, key: Sequence[Key]) -> str:
        """The token of the page that begins behind `key`."""
        plain = json.dumps([self.query, *map(_plain, key)], ensure_ascii=False, separators=(",", ":"))
        return urlsafe_b64encode(plain.encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page; `next_page_token` is empty on the last."""

    items: tuple[T, ...]
    next_page_token: str = ""

    def map(self, change: Callable[[T], U]) -> Page[U]:
        return Page(tuple(map(change, self.items)), self.next_page_token)


def _query(request: Message) -> str:
    """A digest of the request without its place in the list."""
    asked = type(request)()
    asked.CopyFrom(request)
    for field in ("page_size", "page_token"):
        asked.ClearField(field)
    named = asked.DESCRIPTOR.full_name.encode() + b"\0" + asked.SerializeToString(deterministic=True)
    return sha256(named).hexdigest()[:24]


def _plain(value: Key) -> object:
    match value:
        case datetime():
            return {"t": value.isoformat()}
        case date():
            return {"d": value.isoformat()}
        case Decimal():
            return {"n": str(value)}
        case UUID():
            return {"u": str(value)}
    return value


def _key(value: object) -> Key:
    match value:
        case {"t": str(moment)}:
            return datetime.fromisoformat(moment)
        case {"d": str(day)}:
            return date.fromisoformat(day)
        case {"n": str(number)}:
            return Decimal(number)
        case {"u": str(id_)}:
            return UUID(id_)
        case str() | int():
            return value
    raise ValueError(value)


def _decode(token: str, query: str) -> tuple[Key, ...]:
    try:
        match json.loads(urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))):
            case [str(of), *key] if key:
                after = tuple(map(_key, key))
            case _:
                raise ValueError(token)
    except (ValueError, InvalidOperation) as error:
        raise PageTokenMalformed(field="page_token") from error
    if of != query:
        raise PageTokenOfAnotherQuery(field="page_token")
    return after
