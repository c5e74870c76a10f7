"""Where commands write: tables and details for people, JSON for scripts, refusals on the other stream."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.type.date_pb2 import Date
from google.type.money_pb2 import Money
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from cli.console import SafeConsole
from kernel.errors import Refusal
from kernel.text import Text
from reading.cells import cell, colour
from reading.known import Known
from reading.labels import field_at, field_label

# In a file or a pipe nobody sees where a line would end.
WIDTH_OF_FILES: Final = 200


class Output:
    """One command's output, in one language, as text or as JSON. JSON is what the API says, keys as in proto JSON."""

    def __init__(self, language: str, *, as_json: bool = False, console: Console | None = None) -> None:
        self.language = language
        self.as_json = as_json
        self.known = Known()
        self.console = console or SafeConsole(
            highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_FILES
        )

    def say(self, zh: str, en: str, style: str = "") -> None:
        """A sentence for a person; scripts do not get it."""
        if not self.as_json:
            self.console.print(Styled(Text(zh, en).in_language(self.language), style=style), soft_wrap=True)

    def json(self, document: Any) -> None:
        # Not the console: it would wrap long lines.
        self.console.file.write(json.dumps(document, ensure_ascii=False) + "\n")

    def table(self, messages: Sequence[Message], columns: Sequence[str], *, kind: type[Message]) -> None:
        """Rows of one kind; a column is a path of fields, its heading the field's label. JSON gets the rows whole.

        A column that is empty in every row is left out.
        """
        if self.as_json:
            self.json([plain(message) for message in messages])
            return
        if not messages:
            self.say("（无）", "(none)", style="dim")
            return
        rows = [self.cells(message, columns) for message in messages]
        table = grid()
        shown = [n for n in range(len(columns)) if any(row[n].plain for row in rows)]
        for n in shown:
            field = field_at(kind.DESCRIPTOR, columns[n])
            table.add_column(field_label(field, self.language), **placing(field))
        for row in rows:
            table.add_row(*(row[n] for n in shown))
        self.console.print(table)

    def cells(self, message: Message, columns: Iterable[str]) -> list[Styled]:
        return [self.styled(*reach(message, column)) for column in columns]

    def styled(self, field: FieldDescriptor, value: Any) -> Styled:
        if value is None:
            return Styled("")
        return Styled(cell(field, value, self.language, self.known), style=colour(field, value))

    def details(self, message: Message, fields: Sequence[str]) -> None:
        """One resource, a line a field, what is empty left out. JSON gets it whole."""
        if self.as_json:
            self.json(plain(message))
            return
        grid = Table.grid(padding=(0, 2))
        for path in fields:
            shown = self.styled(*reach(message, path))
            if shown.plain:
                label = field_label(field_at(message.DESCRIPTOR, path), self.language)
                grid.add_row(Styled(label, style="bold"), shown)
        self.console.print(grid)


AGAIN: Final = Text(
    "是否已执行尚不清楚；加上 {again} 再执行一次即可，不会重复执行",
    "Whether it was done is not known; run it again with {again}, it will not be done twice",
)


class Errors:
    """Where refusals are said: a sentence, its reason, and every field with its rule."""

    def __init__(self, language: str, *, as_json: bool = False, console: Console | None = None) -> None:
        self.language = language
        self.as_json = as_json
        self.console = console or SafeConsole(stderr=True, highlight=False)

    def refused(self, refusal: Refusal, again: str = "") -> None:
        """`again`: the words with which the command may be repeated, where it is not known whether it was done."""
        if self.as_json:
            document = {**refusal_as_json(refusal), **({"again": again} if again else {})}
            self.console.file.write(json.dumps(document, ensure_ascii=False) + "\n")
            return
        self._line("✗ ", refusal.text, refusal.reason, style="bold red")
        for violation in refusal.violations:
            if violation.text != refusal.text or violation.field:
                self._line(f"  {violation.field or '-'}: ", violation.text, violation.rule)
        if again:
            self.console.print(
                Styled("  " + AGAIN.format(again=again).in_language(self.language)), soft_wrap=True
            )

    def _line(self, start: str, text: Text, rule: str, style: str = "") -> None:
        sentence = Styled(start + text.in_language(self.language), style=style)
        self.console.print(sentence.append(f"  [{rule}]", style="dim not bold"), soft_wrap=True)


def refusal_as_json(refusal: Refusal) -> dict[str, Any]:
    return {
        "error": {
            "code": refusal.code.value,
            "reason": refusal.reason,
            "message": {"zh": refusal.text.zh, "en": refusal.text.en},
            "metadata": {key: str(value) for key, value in refusal.values.items()},
            "violations": [
                {"field": v.field, "rule": v.rule, "message": {"zh": v.text.zh, "en": v.text.en}}
                for v in refusal.violations
            ],
        }
    }


def reach(message: Message, path: str) -> tuple[FieldDescriptor, Any]:
    """The field at the end of `path` and its value; None where a message on the way, or the value itself, is not set."""
    head, _, rest = path.partition(".")
    field = field_at(message.DESCRIPTOR, head)
    if field.has_presence and not message.HasField(head):
        return field_at(message.DESCRIPTOR, path), None
    value = getattr(message, head)
    return reach(value, rest) if rest else (field, value)


def grid(title: str = "") -> Table:
    """An empty table, as all tables here look."""
    return Table(
        title=title or None, title_justify="left", header_style="bold", box=SIMPLE_HEAD, pad_edge=False
    )


def placing(field: FieldDescriptor) -> dict[str, Any]:
    """How a column stands: amounts to the right, neither they nor dates ever broken over two lines."""
    kind = field.message_type.full_name if field.message_type is not None else ""
    amount = kind == Money.DESCRIPTOR.full_name
    return {
        "justify": "right" if amount else "left",
        "no_wrap": amount or kind == Date.DESCRIPTOR.full_name,
        "overflow": "fold",
    }


def plain(message: Message) -> dict[str, Any]:
    return MessageToDict(message, always_print_fields_with_no_presence=True)
