"""Rows of a timeline: when, who, what happened, why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from google.protobuf.struct_pb2 import Struct, Value
from rich.text import Text as Styled

from cli.output import Output, grid
from cli.session import Session
from kernel.text import Text
from reading.cells import moment, of_message
from reading.known import PEOPLE, Known
from reading.labels import field_at, field_label
from reading.names import bare
from zhupi.common.v1.timeline_pb2 import TimelineEntry

FOR: Final = Text("{actor}（代 {behalf}）", "{actor} (for {behalf})")
# Logins within a sentence.
LOGIN: Final = re.compile(r"(?<![\w/.@-])[a-z0-9][a-z0-9._@-]*[a-z0-9](?![\w/@-])", re.ASCII)
COLUMNS: Final = ("time", "document", "actor", "sentence")
# Where events keep the reasons that people gave and the reasons for which people were chosen.
OVERRIDDEN: Final = "bold magenta"
REASONS: Final = ("why", "reason", "comment")


async def tell_entries(session: Session, entries: Sequence[TimelineEntry], out: Output | None = None) -> None:
    """The rows, with the people whom they name by name. `out`: where to, if not where the session writes."""
    await session.know(person for entry in entries for person in (*people_of(entry), entry.actor))
    show_entries(out or session.out, entries)


def show_entries(out: Output, entries: Iterable[TimelineEntry]) -> None:
    table = grid()
    for column in COLUMNS:
        table.add_column(
            field_label(field_at(TimelineEntry.DESCRIPTOR, column), out.language), overflow="fold"
        )
    for entry in entries:
        table.add_row(
            moment(entry.time),
            bare(entry.document),
            who(entry, out),
            Styled("\n").join(told(entry, out.language, out.known)),
        )
    out.console.print(table)


def who(entry: TimelineEntry, out: Output) -> str:
    """A for B, where somebody acts in another's place."""
    actor = out.known.shown(entry.actor, out.language)
    if not entry.on_behalf_of:
        return actor
    behalf = out.known.shown(entry.on_behalf_of, out.language)
    return FOR.format(actor=actor, behalf=behalf).in_language(out.language)


def people_of(entry: TimelineEntry) -> Iterator[str]:
    """Whom a row names, by login, beside who acts: `people/lihua`."""
    words = set(LOGIN.findall(entry.sentence.zh))
    for text in texts_in(entry.details):
        if (login := bare(text)) in words:
            yield f"{PEOPLE}{login}"


def with_name(sentence: str, person: str, known: Known, language: str) -> str:
    name = known.shown(person, language)
    if name == bare(person):
        return sentence
    # Chinese needs no spaces around a name, as it does around a login.
    space = "[ ]?" if language == "zh" else ""
    return re.sub(
        rf"{space}(?<![\w/.@-]){re.escape(bare(person))}(?![\w/@-]){space}", lambda _: name, sentence
    )


def texts_in(value: Struct | Value) -> Iterator[str]:
    if isinstance(value, Struct):
        for inner in value.fields.values():
            yield from texts_in(inner)
    elif value.WhichOneof("kind") == "string_value":
        yield value.string_value
    elif value.WhichOneof("kind") == "struct_value":
        yield from texts_in(value.struct_value)
    elif value.WhichOneof("kind") == "list_value":
        for one in value.list_value.values:
            yield from texts_in(one)


def told(entry: TimelineEntry, language: str, known: Known) -> list[Styled]:
    sentence = of_message(entry.sentence, language) or entry.kind
    for person in people_of(entry):
        sentence = with_name(sentence, person, known, language)
    reasons = [reason for reason in reasons_of(entry.details, language) if reason not in sentence]
    if entry.override:
        # Not to be taken for a decision of the people who were asked.
        mark = field_label(field_at(TimelineEntry.DESCRIPTOR, "override"), language)
        return [
            Styled(
                f"⚑ {mark}：{sentence}" if language == "zh" else f"⚑ {mark}: {sentence}", style=OVERRIDDEN
            ),
            *(Styled(f"  {reason}", style=OVERRIDDEN) for reason in reasons),
        ]
    return [Styled(sentence), *(Styled(f"  {reason}", style="dim") for reason in reasons)]


def reasons_of(details: Struct, language: str) -> list[str]:
    """The reasons kept with a row; a reason is a text or a pair of texts."""
    found: list[str] = []
    for key in REASONS:
        value = details.fields.get(key)
        if value is None:
            continue
        if value.WhichOneof("kind") == "struct_value":
            pair = value.struct_value.fields
            value = pair.get(language)
        if value is not None and value.string_value:
            found.append(value.string_value)
    return found
