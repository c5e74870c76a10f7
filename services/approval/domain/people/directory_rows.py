"""The directory as rows of text: which sheets and columns there are, and how a row becomes an entry and back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, TypeAlias, TypeVar

from kernel.text import Text
from kernel.writing import forbidden_in, is_blank
from services.approval.domain.people.directory import (
    Assignment,
    Capability,
    Organisation,
    Person,
    Post,
    ReportingLine,
)
from services.approval.domain.people.directory_rules import Table
from services.approval.domain.people.periods import Period

ID: Final = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
DAY: Final = re.compile(
    r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年(\d{1,2})月)(\d{1,2})日?|(\d{4})(\d\d)(\d\d)"
)
YES: Final = frozenset({"yes", "是", "true", "1", "y"})
NO: Final = frozenset({"", "no", "否", "false", "0", "n"})
LONGEST_ID: Final = 60
LONGEST_TEXT: Final = 100

SENTENCES: Final = {
    "REQUIRED": Text("不能为空", "It must not be empty"),
    "TEXT_BLANK": Text("不能只有空白", "It must not be blank"),
    "NOT_AN_ID": Text(
        "“{value}”不是有效的编号（小写字母、数字，中间可用 - . _）",
        "“{value}” is not an id: small letters and digits, - . _ in between",
    ),
    "TOO_LONG": Text("超过 {longest} 个字符", "It is longer than {longest} characters"),
    "NOT_PLAIN": Text("含有控制字符", "It contains control characters"),
    # A sheet program would run it as a formula when the directory is exported again.
    "LOOKS_LIKE_FORMULA": Text("不能以 = + - @ 开头", "It must not begin with = + - @"),
    "NOT_A_DATE": Text("“{value}”不是日期（如 2026-01-31）", "“{value}” is not a date such as 2026-01-31"),
    "NOT_YES_OR_NO": Text("“{value}”应为 是 或 否", "“{value}” is neither yes nor no"),
    "ENDS_BEFORE_IT_BEGINS": Text("失效日期早于生效日期", "The last day is before the first"),
    "NOT_AN_EMAIL": Text("“{value}”不是邮箱地址", "“{value}” is not an e-mail address"),
}


@dataclass(frozen=True, slots=True)
class CellFault:
    column: str
    rule: str
    text: Text


class Cells:
    """The cells of one row by column. What is wrong goes to `faults`, and something harmless comes back."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells
        self.faults: list[CellFault] = []

    def text(self, column: str, *, optional: bool = False) -> str:
        value = self._cells.get(column, "")
        if not value and not optional:
            self._refuse(column, "REQUIRED")
        elif value and is_blank(value):
            self._refuse(column, "TEXT_BLANK")
        elif len(value) > LONGEST_TEXT:
            self._refuse(column, "TOO_LONG", longest=LONGEST_TEXT)
        elif forbidden_in(value) or any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in value):
            self._refuse(column, "NOT_PLAIN")
        elif value.startswith(("=", "+", "-", "@")):
            self._refuse(column, "LOOKS_LIKE_FORMULA")
        return value

    def id(self, column: str, *, optional: bool = False) -> str:
        value = self._cells.get(column, "")
        if not value and not optional:
            self._refuse(column, "REQUIRED")
        elif value and (len(value) > LONGEST_ID or not ID.fullmatch(value)):
            self._refuse(column, "NOT_AN_ID", value=value[:LONGEST_TEXT])
        return value

    def ids(self, column: str) -> tuple[str, ...]:
        """Ids separated by commas or spaces, sorted, each once."""
        values = re.split(r"[,，、;；\s]+", self.text(column, optional=True))
        found = tuple(sorted({value for value in values if value}))
        for value in found:
            if not ID.fullmatch(value):
                self._refuse(column, "NOT_AN_ID", value=value)
        return found

    def title(self) -> Text:
        """The name in both languages; the Chinese one stands in where there is no English one."""
        name = self.text("name")
        return Text(name, self.text("name_en", optional=True) or name)

    def email(self) -> str:
        value = self.text("email", optional=True)
        if value and not EMAIL.fullmatch(value):
            self._refuse("email", "NOT_AN_EMAIL", value=value[:LONGEST_TEXT])
        return value

    def flag(self, column: str) -> bool:
        value = self._cells.get(column, "").casefold()
        if value not in YES | NO:
            self._refuse(column, "NOT_YES_OR_NO", value=value[:LONGEST_TEXT])
        return value in YES

    def period(self) -> Period:
        period = Period(self._day("from"), self._day("to"))
        if period.ends < period.begins:
            self._refuse("to", "ENDS_BEFORE_IT_BEGINS")
        return period

    def _day(self, column: str) -> date | None:
        value = self._cells.get(column, "")
        found = DAY.fullmatch(value)
        if found:
            with suppress(ValueError):
                return date(*(int(part) for part in found.groups() if part))
        if value:
            self._refuse(column, "NOT_A_DATE", value=value[:LONGEST_TEXT])
        return None

    def _refuse(self, column: str, rule: str, **values: object) -> None:
        self.faults.append(CellFault(column, rule, SENTENCES[rule].format(**values)))


Entry = TypeVar("Entry")
AnyEntry: TypeAlias = Organisation | Person | Post | Assignment | ReportingLine | Capability


@dataclass(frozen=True, slots=True)
class Form(Generic[Entry]):
    """How one table is written down: its title, its columns in order, and both ways between a row and an entry.

    A sheet that is `optional` may be missing, which says that there are no such entries.
    """

    table: Table
    title: Text
    columns: Mapping[str, Text]
    read: Callable[[Cells], Entry]
    write: Callable[[Entry], tuple[str, ...]]
    optional: bool = False


DATES: Final = {"from": Text("生效日期", "From"), "to": Text("最后一天", "To")}


def _dates(period: Period) -> tuple[str, str]:
    return (
        period.first.isoformat() if period.first else "",
        period.last.isoformat() if period.last else "",
    )


ORGANISATIONS: Final = Form(
    Table.ORGANISATIONS,
    Text("组织", "Organisations"),
    {
        "id": Text("组织编号", "Id"),
        "name": Text("名称", "Name"),
        "name_en": Text("英文名称", "English name"),
        "parent": Text("上级组织", "Parent"),
        **DATES,
    },
    lambda row: Organisation(row.id("id"), row.title(), row.id("parent", optional=True), row.period()),
    lambda one: (one.id, one.title.zh, one.title.en, one.parent, *_dates(one.period)),
)
PEOPLE: Final = Form(
    Table.PEOPLE,
    Text("人员", "People"),
    {
        "id": Text("登录名", "Id"),
        "name": Text("姓名", "Name"),
        "pinyin": Text("拼音", "Pinyin"),
        "organisation": Text("所属组织", "Organisation"),
        "grade": Text("职级", "Grade"),
        "email": Text("邮箱", "E-mail"),
        **DATES,
    },
    lambda row: Person(
        row.id("id"),
        row.text("name"),
        row.id("organisation", optional=True),
        row.text("grade", optional=True),
        row.email(),
        row.text("pinyin", optional=True),
        row.period(),
    ),
    lambda one: (
        one.id,
        one.name,
        one.pinyin,
        one.organisation,
        one.grade,
        one.email,
        *_dates(one.period),
    ),
)
POSTS: Final = Form(
    Table.POSTS,
    Text("岗位", "Posts"),
    {
        "key": Text("岗位编号", "Key"),
        "name": Text("名称", "Name"),
        "name_en": Text("英文名称", "English name"),
        "roles": Text("系统角色", "Roles"),
        "head": Text("负责人", "Head"),
    },
    lambda row: Post(row.id("key"), row.title(), row.ids("roles"), row.flag("head")),
    lambda one: (
        one.key,
        one.title.zh,
        one.title.en,
        ", ".join(one.roles),
        "yes" if one.head else "",
    ),
)
ASSIGNMENTS: Final = Form(
    Table.ASSIGNMENTS,
    Text("任职", "Assignments"),
    {
        "person": Text("登录名", "Person"),
        "post": Text("岗位", "Post"),
        "organisation": Text("组织", "Organisation"),
        **DATES,
    },
    lambda row: Assignment(row.id("person"), row.id("post"), row.id("organisation"), row.period()),
    lambda one: (one.person, one.post, one.organisation, *_dates(one.period)),
)
REPORTING_LINES: Final = Form(
    Table.REPORTING_LINES,
    Text("汇报关系", "Reporting lines"),
    {"person": Text("登录名", "Person"), "manager": Text("上级", "Manager"), **DATES},
    lambda row: ReportingLine(row.id("person"), row.id("manager"), row.period()),
    lambda one: (one.person, one.manager, *_dates(one.period)),
)
CAPABILITIES: Final = Form(
    Table.CAPABILITIES,
    Text("能力", "Capabilities"),
    {
        "person": Text("登录名", "Person"),
        "capability": Text("能力", "Capability"),
        "value": Text("等级或值", "Level or value"),
        **DATES,
    },
    lambda row: Capability(
        row.id("person"), row.id("capability"), row.text("value", optional=True), row.period()
    ),
    lambda one: (one.person, one.key, one.value, *_dates(one.period)),
    optional=True,
)
