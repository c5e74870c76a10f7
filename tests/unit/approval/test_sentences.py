"""Conditions as people read them."""

from __future__ import annotations

import pytest

from kernel.text import Text
from services.approval.domain.policies.facts import FactType
from services.approval.domain.policies.policy import FactDeclaration
from services.approval.domain.policies.sentences import condition_sentence

FACTS = {
    key: FactDeclaration(key, type, Text(zh, key))
    for key, type, zh in [
        ("amount", FactType.MONEY, "金额"),
        ("days", FactType.WHOLE, "天数"),
        ("city", FactType.TEXT, "城市"),
        ("urgent", FactType.FLAG, "加急"),
        ("ends_on", FactType.DATE, "结束日期"),
    ]
}


@pytest.mark.parametrize(
    ("expression", "zh", "en"),
    [
        ("amount >= yuan(5000)", "金额 ≥ ¥5,000", "amount ≥ ¥5,000"),
        ("amount < 123456", "金额 < ¥1,234.56", "amount < ¥1,234.56"),
        ("days > 10000", "天数 > 10,000", "days > 10,000"),
        ("days == 0", "天数为0", "days is 0"),
        ("city != '郑州'", "城市不为“郑州”", "city is not “郑州”"),
        ("urgent", "加急为是", "urgent is yes"),
        ("!urgent", "加急为否", "urgent is no"),
        ("urgent == false", "加急为否", "urgent is no"),
        ("ends_on >= timestamp('2026-11-20T00:00:00Z')", "结束日期 ≥ 2026-11-20", "ends_on ≥ 2026-11-20"),
        ("amount > yuan(1) && days < 3", "金额 > ¥1且天数 < 3", "amount > ¥1 and days < 3"),
        ("days % 2  ==\n 1", "满足条件“days % 2 == 1”", "“days % 2 == 1” holds"),
        ("days > 1 || urgent", "天数 > 1或加急为是", "days > 1 or urgent is yes"),
        ("city == 'a && b'", "城市为“a && b”", "city is “a && b”"),
        ("city in [\"a, b\", 'c']", "城市为“a, b”、“c”之一", "city is one of “a, b”, “c”"),
        (
            "urgent || days > 1 && city == 'x'",
            "加急为是或（天数 > 1且城市为“x”）",
            "urgent is yes or (days > 1 and city is “x”)",
        ),
        (
            "(urgent || days > 1) && (amount > yuan(1))",
            "（加急为是或天数 > 1）且金额 > ¥1",
            "(urgent is yes or days > 1) and amount > ¥1",
        ),
        ("(urgent || days > 1)", "加急为是或天数 > 1", "urgent is yes or days > 1"),
        ("(urgent) || (days > 1)", "加急为是或天数 > 1", "urgent is yes or days > 1"),
        ("!(urgent || days > 1)", "满足条件“!(urgent || days > 1)”", "“!(urgent || days > 1)” holds"),
        (
            "urgent ? days > 1 : days > 2",
            "满足条件“urgent ? days > 1 : days > 2”",
            "“urgent ? days > 1 : days > 2” holds",
        ),
        ("(days) == (days)", "满足条件“(days) == (days)”", "“(days) == (days)” holds"),
        ("city in ['c']", "城市为“c”", "city is “c”"),
        ("city in []", "满足条件“city in []”", "“city in []” holds"),
        (
            "city == 'a' || 'b' in tags",
            "满足条件“city == 'a' || 'b' in tags”",
            "“city == 'a' || 'b' in tags” holds",
        ),
        ("budget > 1", "满足条件“budget > 1”", "“budget > 1” holds"),
    ],
)
def test_a_condition_reads(expression: str, zh: str, en: str) -> None:
    assert condition_sentence(expression, FACTS) == Text(zh, en)
