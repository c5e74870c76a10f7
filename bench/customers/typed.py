"""What people type when they look for a customer."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from pypinyin import Style, lazy_pinyin

from bench.customers.names import Called

COMMON: Final = ("医院", "药房", "药店", "大药房", "医药", "有限公司", "人民医院", "诊所", "卫生院", "仁和")
PLACES: Final = ("北京", "上海", "郑州", "河南", "武汉", "zhengzhou", "zz", "hn")
NOBODY: Final = ("没有这样的客户", "qqxx", "xyzzy", "航天发动机", "99999999", "C9999999")


def kinds() -> dict[str, Callable[[Random, Called], str]]:
    """By kind, what somebody types who looks for this customer."""
    return {
        "characters of a name": lambda chance, one: _piece(chance, one.name, 2, 6),
        "one character": lambda chance, one: _piece(chance, one.name, 1, 1),
        "words that very many have": lambda chance, _: chance.choice(COMMON),
        "a place": lambda chance, _: chance.choice(PLACES),
        "pinyin": lambda chance, one: _read(one.name, Style.NORMAL)[: chance.randint(2, 12)],
        "initials": lambda chance, one: _read(one.name, Style.FIRST_LETTER)[: chance.randint(2, 6)],
        "one letter": lambda chance, one: _read(one.name, Style.FIRST_LETTER)[:1],
        "two words": lambda chance, one: f"{one.place.short} {_piece(chance, one.name, 2, 3)}",
        "the beginning of a credit code": lambda chance, one: one.credit_code[: chance.randint(1, 17)],
        "the end of a credit code": lambda chance, one: one.credit_code[-chance.randint(3, 8) :],
        "the beginning of a number": lambda chance, one: f"c{one.n:06}"[: chance.randint(2, 7)],
        "what nobody is called": lambda chance, _: chance.choice(NOBODY),
    }


def _piece(chance: Random, name: str, shortest: int, longest: int) -> str:
    length = chance.randint(shortest, longest)
    start = chance.randint(0, max(0, len(name) - length))
    return name[start : start + length]


def _read(name: str, style: Style) -> str:
    return "".join(lazy_pinyin(name, style=style))
