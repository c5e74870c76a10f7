"""Expense types and limits as a file (YAML or JSON):

expense_types:
  - {code: travel, title: {zh: 差旅费, en: Travel}, invoice_needed: true}
limits:
  - {expense_type: travel, grade: S1, city: 西安, per_line: 3000}
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

from cli.refusals import NotAFile, UnknownWord
from cli.values import money
from zhupi.common.v1.text_pb2 import Text
from zhupi.expense.v1.budget_pb2 import ExpenseType, Limit, ReplaceLimitsRequest

TYPE_KEYS: Final = frozenset({"code", "title", "invoice_needed"})
LIMIT_KEYS: Final = frozenset({"expense_type", "grade", "city", "per_line"})


def read_limits(path: Path) -> ReplaceLimitsRequest:
    """The request but for its id. Raises NotAFile, UnknownWord, NotAnAmount."""
    try:
        # Every value stays the text that was written: 3000.50 must never become a float.
        document = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - makes text only
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise NotAFile(path=path, why=error) from error
    return ReplaceLimitsRequest(
        expense_types=[expense_type(row) for row in rows(document, "expense_types", TYPE_KEYS, path)],
        limits=[limit(row, n) for n, row in enumerate(rows(document, "limits", LIMIT_KEYS, path))],
    )


def rows(document: Any, name: str, known: frozenset[str], path: Path) -> list[dict[str, Any]]:
    found = document.get(name, []) if isinstance(document, dict) else None
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise NotAFile(path=path, why=name)
    for n, row in enumerate(found):
        for key in row.keys() - known:
            raise UnknownWord(field=f"{name}[{n}].{key}", given=key, known=", ".join(sorted(known)))
    return found


def expense_type(row: dict[str, Any]) -> ExpenseType:
    title = row.get("title") or {}
    texts = title if isinstance(title, dict) else {"zh": title, "en": title}
    return ExpenseType(
        code=row.get("code", ""),
        title=Text(zh=texts.get("zh", ""), en=texts.get("en", "")),
        invoice_needed=row.get("invoice_needed", "") in ("true", "yes", "是"),
    )


def limit(row: dict[str, Any], n: int) -> Limit:
    return Limit(
        expense_type=row.get("expense_type", ""),
        grade=row.get("grade", ""),
        city=row.get("city", ""),
        per_line=money(row.get("per_line", ""), f"limits[{n}].per_line"),
    )
