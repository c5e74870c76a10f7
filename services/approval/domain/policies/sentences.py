"""Conditions as people read them: `amount >= yuan(5000)` is 金额 ≥ ¥5,000.

Written from the condition itself, so that the reason that people see can never differ from the rule that was applied.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from kernel.text import Text
from services.approval.domain.policies.facts import FactType
from services.approval.domain.policies.policy import FactDeclaration

COMPARISON: Final = re.compile(
    r"""\s*(?P<fact>[a-z_]\w*)\s*(?P<sign>>=|<=|==|!=|>|<)\s*
        (?: yuan\(\s*(?P<yuan>\d+)\s*\) | (?P<whole>-?\d+) | (?P<quote>['"])(?P<text>[^'"\\]*)(?P=quote)
          | timestamp\(\s*['"](?P<day>\d{4}-\d\d-\d\d)T00:00:00Z['"]\s*\) | (?P<flag>true|false) )\s*""",
    re.VERBOSE,
)
QUOTED: Final = re.compile(r"""'[^'"\\]*'|"[^'"\\]*\"""")
ONE_OF: Final = re.compile(
    r"""\s*(?P<fact>[a-z_]\w*)\s+in\s+\[(?P<texts>\s*(?:'[^'"\\]*'|"[^'"\\]*")(?:\s*,\s*(?:'[^'"\\]*'|"[^'"\\]*"))*\s*)\]\s*"""
)
FLAG: Final = re.compile(r"\s*(?P<no>!?)\s*(?P<fact>[a-z_]\w*)\s*")
SIGNS: Final = {
    ">=": Text("≥", "≥"),
    "<=": Text("≤", "≤"),
    ">": Text(">", ">"),
    "<": Text("<", "<"),
    "==": Text("为", "is"),
    "!=": Text("不为", "is not"),
}
YES, NO = Text("是", "yes"), Text("否", "no")


def condition_sentence(expression: str, facts: Mapping[str, FactDeclaration]) -> Text:
    """Comparisons joined by `&&`, `||` and parentheses in words; what is more than that is quoted as it stands."""
    said = _either(expression, facts)
    if said is not None:
        return said
    quoted = " ".join(expression.split())
    return Text(f"满足条件“{quoted}”", f"“{quoted}” holds")


def _either(expression: str, facts: Mapping[str, FactDeclaration]) -> Text | None:
    parts = split(expression, "||")
    said = [_all(part, facts, alone=len(parts) == 1) for part in parts]
    return _list(said, Text("或", " or "))


def _all(expression: str, facts: Mapping[str, FactDeclaration], *, alone: bool) -> Text | None:
    """What binds more closely stands in parentheses where it is not alone."""
    parts = split(expression, "&&")
    said = _list([_one(part, facts, alone=alone and len(parts) == 1) for part in parts], Text("且", " and "))
    return said if alone or len(parts) == 1 or said is None else _in_parentheses(said)


def _one(part: str, facts: Mapping[str, FactDeclaration], *, alone: bool) -> Text | None:
    inner = part.strip()
    if not (inner.startswith("(") and inner.endswith(")") and len(split(f"{inner[1:-1]},", ",")) == 2):
        return _comparison(part, facts) or _one_of(part, facts)
    said = _either(inner[1:-1], facts)
    plain = alone or said is None or all(len(split(inner[1:-1], sign)) == 1 for sign in ("||", "&&"))
    return said if plain or said is None else _in_parentheses(said)


def split(expression: str, sign: str) -> list[str]:
    """The parts between `sign`, but for what stands in quotes or brackets; the whole where brackets do not match."""
    parts, depth, quote, start, at = [], 0, "", 0, 0
    while at < len(expression):
        here = expression[at]
        if quote:
            at += here == "\\"
            quote = "" if here == quote else quote
        elif here in "'\"":
            quote = here
        elif here in "([{":
            depth += 1
        elif here in ")]}":
            depth -= 1
            if depth < 0:
                return [expression]
        elif depth == 0 and expression.startswith(sign, at):
            parts.append(expression[start:at])
            start = at + len(sign)
            at = start - 1
        at += 1
    return [*parts, expression[start:]]


def _list(said: Sequence[Text | None], between: Text) -> Text | None:
    found = [one for one in said if one is not None]
    if len(found) < len(said):
        return None
    return Text(between.zh.join(one.zh for one in found), between.en.join(one.en for one in found))


def _in_parentheses(said: Text) -> Text:
    return Text(f"（{said.zh}）", f"({said.en})")


def _one_of(part: str, facts: Mapping[str, FactDeclaration]) -> Text | None:
    """`kind in ["long", "reception"]`."""
    found = ONE_OF.fullmatch(part)
    fact = facts.get(found["fact"]) if found else None
    if not found or not fact:
        return None
    texts = [f"“{one[1:-1]}”" for one in QUOTED.findall(found["texts"])]
    if len(texts) == 1:
        return _joined(fact.title, SIGNS["=="], _same(texts[0]))
    return Text(f"{fact.title.zh}为{'、'.join(texts)}之一", f"{fact.title.en} is one of {', '.join(texts)}")


def _comparison(part: str, facts: Mapping[str, FactDeclaration]) -> Text | None:
    found = COMPARISON.fullmatch(part) or FLAG.fullmatch(part)
    fact = facts.get(found["fact"]) if found else None
    if not found or not fact:
        return None
    if found.re is FLAG:
        return _joined(fact.title, SIGNS["=="], NO if found["no"] else YES)
    if found["flag"]:
        value = YES if found["flag"] == "true" else NO
    elif fact.type is FactType.MONEY:
        value = _same(_amount(int(found["yuan"]) * 100 if found["yuan"] else int(found["whole"])))
    elif found["text"] is not None:
        value = Text(f"“{found['text']}”", f"“{found['text']}”")
    else:
        value = _same(found["day"] or f"{int(found['yuan'] or 0) * 100 or int(found['whole'] or 0):,}")
    return _joined(fact.title, SIGNS[found["sign"]], value)


def _same(text: str) -> Text:
    return Text(text, text)


def _joined(title: Text, sign: Text, value: Text) -> Text:
    # Signs stand free, words do not: 金额 ≥ ¥5,000, but 城市为“郑州”.
    space = "" if sign.zh in "不为" else " "
    return Text(f"{title.zh}{space}{sign.zh}{space}{value.zh}", f"{title.en} {sign.en} {value.en}")


def _amount(fen: int) -> str:
    yuan = Decimal(fen).scaleb(-2)
    return f"¥{yuan:,.0f}" if fen % 100 == 0 else f"¥{yuan:,.2f}"
