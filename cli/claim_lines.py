"""Lines of a claim as people write them: `travel 2026-11-03 1280.50 西安 高铁往返 tax=105.73`, or as a file.

A file (YAML or JSON) has `title` and `lines`; a line has the same names as here, with `invoice:` as a mapping.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cli.names import NUMBER
from cli.refusals import NotAFile, NotALine, UnknownWord
from cli.values import day, money
from zhupi.expense.v1.claim_pb2 import ClaimLine

POSITIONS: Final = ("expense_type", "date", "amount", "city", "description")
TEXTS: Final = ("id", "expense_type", "city", "description", "customer", "activity")
ACTIVITY_LINE: Final = "activity_line"
INVOICE_TEXTS: Final = ("seller", "code", "number")
# The invoice's own date and amount; left out, they are the line's.
INVOICE_DATE: Final = "invoice_date"
INVOICE_AMOUNT: Final = "invoice_amount"
KNOWN: Final = (*TEXTS, ACTIVITY_LINE, "date", "amount", "tax", *INVOICE_TEXTS, INVOICE_DATE, INVOICE_AMOUNT)


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """A claim as a file describes it. `title` is empty where the file has none."""

    title: str = ""
    lines: list[ClaimLine] = field(default_factory=list)


def typed_line(given: str, where: str = "") -> ClaimLine:
    """A new line. Raises NotALine, UnknownWord, NotAnAmount, NotADate."""
    words, named = words_of(given)
    if len(words) < 3:
        raise NotALine(field=where, given=given)
    placed = dict(zip(POSITIONS, [*words[:4], " ".join(words[4:])], strict=False))
    return changed(ClaimLine(), {**placed, **named}, where)


def typed_change(given: str, where: str = "") -> tuple[str, dict[str, str]]:
    """`2 amount=900 city=西安`: the line's id and what changes. Raises NotALine."""
    words, named = words_of(given)
    if len(words) != 1 or not named:
        raise NotALine(field=where, given=given)
    return words[0], named


def words_of(given: str) -> tuple[list[str], dict[str, str]]:
    try:
        words = shlex.split(given)
    except ValueError as error:  # a quotation mark without its twin
        raise NotALine(given=given) from error
    named = {word.partition("=")[0]: word.partition("=")[2] for word in words if "=" in word}
    return [word for word in words if "=" not in word], {k.replace("-", "_"): v for k, v in named.items()}


def changed(line: ClaimLine, values: Mapping[str, str], where: str = "") -> ClaimLine:
    """The line with `values` set; an empty value clears. An invoice without a number goes."""
    result = ClaimLine()
    result.CopyFrom(line)
    for name, value in values.items():
        set_value(result, name, value, f"{where}.{name}" if where else name)
    complete_invoice(result)
    return result


def set_value(line: ClaimLine, name: str, value: str, where: str) -> None:
    if name in TEXTS:
        setattr(line, name, value)
    elif name == ACTIVITY_LINE:
        line.activity_line = activity_line(value)
    elif name in INVOICE_TEXTS:
        setattr(line.invoice, name, value)
    elif name == INVOICE_DATE:
        line.invoice.date.CopyFrom(day(value, where))
    elif name == INVOICE_AMOUNT:
        line.invoice.amount.CopyFrom(money(value, where))
    elif name == "date":
        line.date.CopyFrom(day(value, where))
    elif name == "amount":
        line.amount.CopyFrom(money(value, where))
    elif name == "tax" and value:
        line.tax.CopyFrom(money(value, where))
    elif name == "tax":
        line.ClearField("tax")
    else:
        raise UnknownWord(field=where, given=name, known=", ".join(KNOWN))


def activity_line(given: str) -> str:
    """`activities/AC-2026-000123/lines/1` from `AC-2026-000123/1`; what is written otherwise the service judges."""
    activity, slash, line = given.partition("/")
    return f"activities/{activity}/lines/{line}" if NUMBER.fullmatch(activity) and slash else given


def complete_invoice(line: ClaimLine) -> None:
    if not line.HasField("invoice"):
        return
    if not line.invoice.number and not line.invoice.seller:
        line.ClearField("invoice")
        return
    if not line.invoice.HasField("date"):
        line.invoice.date.CopyFrom(line.date)
    if not line.invoice.HasField("amount"):
        line.invoice.amount.CopyFrom(line.amount)


def read_claim(path: Path) -> ClaimFile:
    """A claim from a YAML or JSON file. Raises NotAFile, UnknownWord and what a line may raise."""
    import yaml  # only who brings a file waits for it

    try:
        # Every value stays the text that was written: 1280.50 must never become a float.
        document = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - makes text only
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise NotAFile(path=path, why=error) from error
    if not isinstance(document, dict) or not isinstance(document.get("lines", []), list):
        raise NotAFile(path=path, why="title, lines")
    for name in document.keys() - {"title", "lines"}:
        raise UnknownWord(field=str(name), given=name, known="title, lines")
    lines = [filed_line(line, f"lines[{n}]", path) for n, line in enumerate(document.get("lines", []))]
    return ClaimFile(title=str(document.get("title", "")), lines=lines)


def filed_line(line: object, where: str, path: Path) -> ClaimLine:
    if isinstance(line, str):
        return typed_line(line, where)
    if not isinstance(line, dict):
        raise NotAFile(path=path, why=where)
    values = {name: value for name, value in line.items() if name != "invoice"}
    invoice = line.get("invoice") or {}
    if not isinstance(invoice, dict) or not all(
        isinstance(value, str) for value in (*values.values(), *invoice.values())
    ):
        raise NotAFile(path=path, why=where)
    for name, value in invoice.items():
        values[f"invoice_{name}" if name in ("date", "amount") else name] = value
    return changed(ClaimLine(), values, where)
