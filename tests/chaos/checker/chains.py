"""Timelines, hashed anew from the page that says how: SHA-256 over canonical JSON, each row after the one before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC
from hashlib import sha256

import rfc8785

from tests.chaos.checker.finding import Finding
from tests.chaos.checker.state import Row, State, Tables

PLAIN = ("actor", "details", "device", "document", "kind", "on_behalf_of", "trace_id", "version")


def chains(state: State) -> Iterator[Finding]:
    for database, tables in state.timelines().items():
        yield from _chains(database, tables)


def _chains(database: str, tables: Tables) -> Iterator[Finding]:
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for row in sorted(tables["timeline"], key=lambda row: row["sequence"]):
        rows[row["document"]].append(row)
    heads = {head["document"]: head for head in tables["timeline_heads"]}
    for document in sorted(rows.keys() | heads.keys()):
        if wrong := _wrong(rows[document], heads.get(document)):
            yield Finding("chain", f"{database} {document}", wrong)


def _wrong(rows: list[Row], head: Row | None) -> str:
    """What is wrong with one chain, empty if nothing is."""
    before = bytes(32)
    for place, row in enumerate(rows, 1):
        if row["sequence"] != place:
            return f"row {place} is missing"
        if row["previous"] != before:
            return f"row {place} does not follow row {place - 1}"
        if hash_of(row) != row["hash"]:
            return f"row {place} does not say what was hashed"
        before = row["hash"]
    if head is None or (head["sequence"], head["hash"]) != (len(rows), before):
        return "its head is not its last row"
    return ""


def hash_of(row: Row) -> bytes:
    at = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    sentence = {"en": row["en"], "zh": row["zh"]}
    content = {**{name: row[name] for name in PLAIN}, "at": at, "sentence": sentence}
    said = {
        "content": sha256(rfc8785.dumps(content)).hexdigest(),
        "previous": row["previous"].hex(),
        "sequence": row["sequence"],
    }
    return sha256(rfc8785.dumps(said)).digest()
