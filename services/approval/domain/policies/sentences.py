"""Conditions as people read them: `amount >= yuan(5000)` is 金额 ≥ ¥5,000.

Written from the condition itself, so that the reason that people see can never differ from the rule that was applied.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from kernel.text import Text
from services.approval.domain.policies.facts import FactType
from services.approval.domain.policies.policy import FactDeclaration

COMPARISON: Final = re.compile(
    r"""\s*(?P<fact>[a-z_]\w*)\s*(?P<sign>>=|<=|==|!=|>|<)\s*
        (?: yuan\(\s*(?P<yuan>\d+)\s*\) | (?P<whole>-?\d+) | (?P<quote>['"])(?P<text>[^'"\\&]*)(?P=quote)
          | timestamp\(\s*['"](?P<day>\d{4}-\d\d-\d\d)T00:00:00Z['"]\s*\) | (?P<flag>true|false) )\s*""",
    re.VERBOSE,
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
    """Comparisons joined by `&&` in words; what is more than that is quoted as it stands."""
    parts = [_comparison(part, facts) for part in expression.split("&&")]
    said = [part for part in parts if part is not None]
    if len(said) < len(parts):
        quoted = " ".join(expression.split())
        return Text(f"满足条件“{quoted}”", f"“{quoted}” holds")
    return Text("且".join(part.zh for part in said), " and ".join(part.en for part in said))


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
