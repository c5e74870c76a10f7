"""The demo group and the story of one claim, from a fresh home to the payment."""

from __future__ import annotations

from tests.e2e.running import Zhupi


def test_a_second_load_of_the_demo_group_changes_nothing_and_says_so(zhupi: Zhupi) -> None:
    parts = zhupi.ask("demo", "load")

    assert {part["found"] for part in parts.values()} <= {"unchanged", "changed since"}
    assert parts["directory"] == {"found": "unchanged", "rows": 120}
    assert "没有改动" in zhupi.say("demo", "load") or "未改动" in zhupi.say("demo", "load")


def test_the_story_of_a_claim_ends_with_one_payment(zhupi: Zhupi) -> None:
    told = zhupi.ask("demo", "claim")

    claim = told["claim"]
    number = claim["name"].removeprefix("claims/")
    assert claim["state"] == "STATE_PAID"
    assert claim["payable"]["units"] == str(478 + 380 + 5200 - 200)
    payments = zhupi.ask("erp", "payments", number, who="wutao")
    assert [payment["state"] for payment in payments] == ["STATE_SETTLED"]
    assert payments[0]["amount"] == claim["payable"]
    assert told["places"]["Temporal"].startswith("http://")


def test_the_story_is_told_in_the_readers_language(zhupi: Zhupi) -> None:
    chinese, english = (
        zhupi.say("demo", "claim", "--fast"),
        zhupi.say("demo", "claim", "--fast", "--lang", "en"),
    )

    for word in ("新建报销单", "退回原因", "财务审核", "已付款"):
        assert word in chinese
    for word in ("makes a claim", "The reason", "Finance review", "Paid"):
        assert word in english
