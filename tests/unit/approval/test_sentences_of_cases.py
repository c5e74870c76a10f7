"""What the timeline of a case says, in the words of people."""

from __future__ import annotations

import pytest

from kernel.actor import SYSTEM
from services.approval.use_cases.events import About, CaseSealed, CaseUnsealed
from tests.builders.approval import NOW


@pytest.mark.parametrize(
    ("point", "zh", "en"),
    [
        ("payment", "进入不可撤销的环节：付款", "Can no longer be withdrawn from here on: payment"),
        ("approval", "进入不可撤销的环节：生效", "Can no longer be withdrawn from here on: taking effect"),
        ("delivery", "进入不可撤销的环节：delivery", "Can no longer be withdrawn from here on: delivery"),
    ],
)
def test_a_point_of_no_return_has_a_word_in_both_languages(point: str, zh: str, en: str) -> None:
    about = About(document="cases/expense-claim/EC-2026-000001/1", version=1, by=SYSTEM, at=NOW)
    sealed, unsealed = (
        CaseSealed(**about, point=point).sentence(),
        CaseUnsealed(**about, point=point).sentence(),
    )
    assert (sealed.zh, sealed.en) == (zh, en)
    assert zh.rpartition("：")[2] in unsealed.zh
