"""Rows of a timeline: when, who, what happened, why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from google.protobuf.struct_pb2 import Struct
from rich.text import Text as Styled

from cli.cells import moment, of_message
from cli.labels import field_at, field_label
from cli.names import bare
from cli.output import Output, grid
from zhupi.common.v1.timeline_pb2 import TimelineEntry

COLUMNS: Final = ("time", "document", "actor", "sentence")
# Where events keep the reasons that people gave and the reasons for which people were chosen.
OVERRIDDEN: Final = "bold magenta"
REASONS: Final = ("why", "reason", "comment")


def show_entries(out: Output, entries: Iterable[TimelineEntry]) -> None:
    table = grid()
    for column in COLUMNS:
        table.add_column(
            field_label(field_at(TimelineEntry.DESCRIPTOR, column), out.language), overflow="fold"
        )
    for entry in entries:
        table.add_row(
            moment(entry.time), bare(entry.document), who(entry), Styled("\n").join(told(entry, out.language))
        )
    out.console.print(table)


def who(entry: TimelineEntry) -> str:
    behalf = f" → {bare(entry.on_behalf_of)}" if entry.on_behalf_of else ""
    return bare(entry.actor) + behalf


def told(entry: TimelineEntry, language: str) -> list[Styled]:
    sentence = of_message(entry.sentence, language) or entry.kind
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
