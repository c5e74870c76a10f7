"""The terms of an activity as people write them: options, budget lines such as `meeting 3000 2026-03 场地`, or a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer
from google.protobuf.message import Message

from cli.claim_lines import words_of
from cli.customer_view import customer_name
from cli.refusals import NotALine, UnknownWord
from cli.values import MONTH, day, money, month
from cli.written import changed, read_into
from zhupi.marketing.v1.activity_pb2 import ActivityTerms, BudgetLine

M = TypeVar("M", bound=Message)
KNOWN: Final = ("expense_type", "amount", "month", "note")


@dataclass(frozen=True)
class Terms:
    """What a command takes; None leaves it as it is."""

    file: Annotated[
        Path | None,
        typer.Option("--file", help="A YAML or JSON file with terms · YAML 或 JSON 文件，含活动内容"),
    ] = None
    activity_class: Annotated[
        str | None, typer.Option("--class", help="Class: zhupi activity settings · 活动类别")
    ] = None
    start: Annotated[str | None, typer.Option("--from", help="First day · 开始日期")] = None
    end: Annotated[str | None, typer.Option("--to", help="Last day · 结束日期")] = None
    customer: Annotated[
        list[str] | None, typer.Option("--customer", metavar="C…", help="At which customers · 客户/门店")
    ] = None
    line: Annotated[
        list[str] | None,
        typer.Option(
            "--line",
            help="A budget line more: type amount (month) (note) · 增加一行预算：类型 金额 (月份) (说明)",
        ),
    ] = None
    change: Annotated[
        list[str] | None,
        typer.Option("--change", help="Change a line: “2 amount=900” · 修改一行：“2 amount=900”"),
    ] = None
    drop: Annotated[list[str] | None, typer.Option("--drop", help="Remove a line · 删除一行")] = None
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="A field: city=…, expected_result=… · 一个字段：city=… 等"),
    ] = None


def terms_after(terms: ActivityTerms, typed: Terms) -> ActivityTerms:
    """`terms` with what was typed. Raises NotALine, UnknownWord, NotAnAmount, NotADate, NotAMonth, NotAFile."""
    after = _copy(terms)
    if typed.file is not None:
        after = read_into(after, typed.file)
    after = changed(after, typed.settings or [])
    if typed.activity_class is not None:
        after.activity_class = typed.activity_class
    if typed.start is not None:
        after.start_date.CopyFrom(day(typed.start, "--from"))
    if typed.end is not None:
        after.end_date.CopyFrom(day(typed.end, "--to"))
    if typed.customer is not None:
        after.customers[:] = [customer_name(one) for one in typed.customer]
    lines = _changed_lines(after, typed)
    after.ClearField("lines")
    after.lines.extend(lines)
    return after


def typed_line(given: str) -> BudgetLine:
    """`meeting 3000 2026-03 场地`. Raises NotALine, NotAnAmount."""
    words, named = words_of(given)
    if len(words) < 2:
        raise NotALine(field="--line", given=given)
    line = BudgetLine(expense_type=words[0], amount=money(words[1], "--line"))
    rest = words[2:]
    if rest and MONTH.fullmatch(rest[0]):
        line.month = rest.pop(0)
    line.note = " ".join(rest)
    return _line_after(line, named, "--line")


def _changed_lines(terms: ActivityTerms, typed: Terms) -> list[BudgetLine]:
    """Raises UnknownWord for a line that is not there."""
    known = [line.id for line in terms.lines if line.id]
    wanted = {}
    for given in typed.change or []:
        words, named = words_of(given)
        if len(words) != 1 or not named:
            raise NotALine(field="--change", given=given)
        wanted[words[0]] = named
    for id_ in (*wanted, *(typed.drop or [])):
        if id_ not in known:
            raise UnknownWord(field="--change / --drop", given=id_, known=", ".join(known))
    kept = [line for line in terms.lines if line.id not in (typed.drop or [])]
    lines = [_line_after(line, wanted.get(line.id, {}), "--change") for line in kept]
    return [*lines, *map(typed_line, typed.line or [])]


def _line_after(line: BudgetLine, values: dict[str, str], where: str) -> BudgetLine:
    after = _copy(line)
    for name, value in values.items():
        if name == "amount":
            after.amount.CopyFrom(money(value, where))
        elif name == "month":
            after.month = month(value, where) if value else ""
        elif name in ("expense_type", "note"):
            setattr(after, name, value)
        else:
            raise UnknownWord(field=where, given=name, known=", ".join(KNOWN))
    return after


def _copy(message: M) -> M:
    copy = type(message)()
    copy.CopyFrom(message)
    return copy
