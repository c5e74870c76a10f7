"""The timeline's hash chain: what a row's hash is made of, and how the first row that does not fit is found.

    content = SHA-256(canonical JSON (RFC 8785) of everything the row says)
    hash    = SHA-256(canonical JSON of {"content": hex, "previous": hex of the row before, "sequence": n})

The first row of a document follows GENESIS. The database computes `hash` while it appends (timeline_store.py), so an
append needs no reading first; everybody else, an auditor in another language included, needs this page only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

import rfc8785

from kernel.text import Text

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a timeline as it is stored. `at` is aware; `previous` and `hash` are 32 bytes."""

    document: str
    sequence: int
    kind: str
    version: int
    actor: str
    on_behalf_of: str
    device: str
    trace_id: str
    at: datetime
    sentence: Text
    details: dict[str, Any]
    previous: bytes
    hash: bytes

    @property
    def content(self) -> str:
        return content_hash(
            document=self.document,
            kind=self.kind,
            version=self.version,
            actor=self.actor,
            on_behalf_of=self.on_behalf_of,
            device=self.device,
            trace_id=self.trace_id,
            at=self.at,
            sentence=self.sentence,
            details=self.details,
        )

    def stands_at(self, sequence: int) -> bool:
        """Whether this very row was written as number `sequence`, after the row that it names as the previous one."""
        try:
            return link(self.content, self.previous, sequence) == self.hash
        except rfc8785.CanonicalizationError:  # a number that no row of ours can hold
            return False


@dataclass(frozen=True, slots=True)
class Head:
    """Where a document's chain ends: so that removed last rows are missed."""

    sequence: int
    hash: bytes


def content_hash(
    *,
    document: str,
    kind: str,
    version: int,
    actor: str,
    on_behalf_of: str,
    device: str,
    trace_id: str,
    at: datetime,
    sentence: Text,
    details: dict[str, Any],
) -> str:
    """SHA-256, hex, over everything that a row says."""
    said: dict[str, Any] = {
        "actor": actor,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "details": details,
        "device": device,
        "document": document,
        "kind": kind,
        "on_behalf_of": on_behalf_of,
        "sentence": {"en": sentence.en, "zh": sentence.zh},
        "trace_id": trace_id,
        "version": version,
    }
    return sha256(rfc8785.dumps(said)).hexdigest()


def link(content: str, previous: bytes, sequence: int) -> bytes:
    """The hash of row `sequence` with this content after the row whose hash is `previous`."""
    # Canonical by construction: three plain keys in order, two texts of hex digits, one whole number.
    row = f'{{"content":"{content}","previous":"{previous.hex()}","sequence":{sequence}}}'
    return sha256(row.encode()).digest()


class Problem(StrEnum):
    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"


SENTENCES = {
    Problem.CHANGED: Text(
        "{document} 第 {sequence} 条记录的内容与其哈希不符：记录已被更改",
        "{document}: row {sequence} does not say what was hashed: it has been changed",
    ),
    Problem.REMOVED: Text(
        "{document} 缺少第 {sequence} 条记录：记录已被删除", "{document}: row {sequence} has been removed"
    ),
    Problem.INSERTED: Text(
        "{document} 第 {sequence} 条记录不属于该链：记录是后来插入的",
        "{document}: row {sequence} is not part of the chain: it has been inserted",
    ),
    Problem.REORDERED: Text(
        "{document} 第 {sequence} 条记录不在原来的位置：顺序已被更改",
        "{document}: row {sequence} stands where another one was written: rows have been reordered",
    ),
}


@dataclass(frozen=True, slots=True)
class Break:
    """The first row of a document's chain that does not fit, and why."""

    document: str
    sequence: int
    problem: Problem

    @property
    def sentence(self) -> Text:
        return SENTENCES[self.problem].format(document=self.document, sequence=self.sequence)


def first_break(document: str, rows: Sequence[Row], head: Head | None) -> Break | None:
    """The first break in one document's chain; `rows` are all its rows by sequence. None where all is well.

    A row may fit what stands before it and yet be denounced by what follows: someone who changes a row and computes
    its hash anew cannot also change what the next row, or the head, remembers.
    """
    chain = _Chain(rows, head)
    for index, row in enumerate(rows):
        problem = chain.misfit(index) if not chain.fits(index) else chain.denounced(index)
        if problem is not None:
            missing = problem is Problem.REMOVED
            return Break(document, index + 1 if missing else row.sequence, problem)
    return chain.cut_short(document)


class _Chain:
    def __init__(self, rows: Sequence[Row], head: Head | None) -> None:
        self.rows = rows
        self.head = head

    def before(self, index: int) -> bytes:
        """The hash that the row at `index` should follow."""
        return self.rows[index - 1].hash if index else GENESIS

    def fits(self, index: int) -> bool:
        row = self.rows[index]
        return (
            row.sequence == index + 1 and row.previous == self.before(index) and row.stands_at(row.sequence)
        )

    def denounced(self, index: int) -> Problem | None:
        """What the next row, or the head, remembers against a row that fits what stands before it."""
        row, place = self.rows[index], index + 1
        if index + 1 < len(self.rows) and (after := self.rows[index + 1]).previous != row.hash:
            if self._follows_inserted(index):
                return Problem.INSERTED
            if (
                after.sequence == place + 1
                and after.stands_at(place + 1)
                and not self._written(after.previous)
            ):
                return Problem.CHANGED
        if self._beyond_head(place):
            return Problem.INSERTED
        if self.head and self.head.sequence == place and self.head.hash != row.hash:
            return Problem.CHANGED
        return None

    def misfit(self, index: int) -> Problem:
        """Why the row at `index`, the first that does not fit what stands before it, does not."""
        row, place = self.rows[index], index + 1
        if row.sequence < place or self._beyond_head(place):
            return Problem.INSERTED
        if row.sequence > place:
            moved = any(later.stands_at(place) for later in self.rows[index:])
            return Problem.REORDERED if moved else Problem.REMOVED
        if any(row.stands_at(n) for n in range(place + 1, self._longest + 1)):
            return Problem.REORDERED if self._written(row.previous, index) else Problem.REMOVED
        if self._follows_inserted(index):
            return Problem.INSERTED
        swapped = any(
            link(other.content, row.previous, place) == row.hash for other in self.rows if other is not row
        )
        return Problem.REORDERED if swapped else Problem.CHANGED

    def cut_short(self, document: str) -> Break | None:
        """What is wrong at the end, where every row fits."""
        count = len(self.rows)
        if self.head is None or self.head.sequence > count:
            return Break(document, count + 1, Problem.REMOVED)
        return None

    def _beyond_head(self, place: int) -> bool:
        return self.head is not None and place > self.head.sequence

    def _follows_inserted(self, index: int) -> bool:
        """Whether the next row was written in this row's place."""
        if index + 1 == len(self.rows):
            return False
        after = self.rows[index + 1]
        return after.previous == self.before(index) and after.stands_at(index + 1)

    def _written(self, hash_: bytes, start: int = 0) -> bool:
        return any(row.hash == hash_ for row in self.rows[start:])

    @property
    def _longest(self) -> int:
        known = self.head.sequence if self.head else 0
        return max(known, len(self.rows), self.rows[-1].sequence)
