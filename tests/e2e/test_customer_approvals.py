"""Levels, agreements and lost customers: approved without code, done by the customer service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.e2e.running import Zhupi, approver_of, case_of, decider_of, open_items, until

LEVEL, AGREEMENT, WIN_BACK = "customer-level-change", "customer-agreement", "customer-win-back"


def a_customer(zhupi: Zhupi, name: str) -> str:
    made = zhupi.ask("customer", "new", name, "--kind", "government", "--trade", "direct", who="lihua")
    number: str = made["name"].removeprefix("customers/")
    return number


def customer(zhupi: Zhupi, number: str) -> dict[str, Any]:
    found: dict[str, Any] = zhupi.ask("customer", "show", number, who="lihua")["customer"]
    return found


def submitted(zhupi: Zhupi, process: str, *settings: str) -> str:
    words = [word for setting in settings for word in ("--set", setting)]
    made = zhupi.ask("document", "new", process, *words, who="lihua")
    number: str = made["name"].removeprefix("documents/")
    zhupi.ask("document", "submit", number, who="lihua")
    return number


def all_approve(zhupi: Zhupi, number: str) -> None:
    def closed() -> bool:
        for item in open_items(zhupi, number):
            zhupi.run("approve", item["name"], who=decider_of(item))
        return bool(case_of(zhupi, number).get("state") == "STATE_CLOSED")

    until(closed, f"{number} is closed")


def became(zhupi: Zhupi, number: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        result = zhupi.run("customer", "follow-up", number, "--json", who="lihua")
        return zhupi.ask("customer", "follow-up", number, who="lihua") if result.exit_code == 0 else None

    return until(look, f"something becomes of {number}")


def test_a_level_is_agreed_on_and_the_customer_has_it(zhupi: Zhupi) -> None:
    number = a_customer(zhupi, "管城区卫生健康委员会")
    draft = zhupi.ask(
        "document", "new", LEVEL, "--set", f"customer={number}", "--set", "level=Z", "--set", "reason=评级",
        who="lihua",
    )  # fmt: skip
    document = draft["name"].removeprefix("documents/")
    refused = zhupi.refused("document", "submit", document, who="lihua", code=3)
    assert refused["reason"] == "VALUES_NOT_VALID"
    zhupi.ask("document", "edit", document, "--set", "level=A", who="lihua")
    zhupi.ask("document", "submit", document, who="lihua")
    all_approve(zhupi, document)
    assert became(zhupi, document)["state"] == "STATE_DONE"
    assert customer(zhupi, number)["level"] == "A"


def test_a_customer_that_closes_down_meanwhile_stays_so_and_people_hear_of_it(zhupi: Zhupi) -> None:
    number = a_customer(zhupi, "惠济区卫生健康委员会")
    zhupi.ask("customer", "lost", number, "--reason", "预算取消", who="lihua")
    document = submitted(zhupi, WIN_BACK, f"customer={number}", "reason=预算恢复")
    approver_of(zhupi, document)
    zhupi.ask("customer", "close", number, "--reason", "机构撤并", who="lihua")
    all_approve(zhupi, document)
    kept = became(zhupi, document)
    assert (kept["state"], kept["rule"]) == ("STATE_NOT_DONE", "ILLEGAL_TRANSITION")
    assert customer(zhupi, number)["state"] == "CUSTOMER_STATE_CLOSED"
    assert kept["name"] in zhupi.say("customer", "follow-ups", "--state", "not-done", "--json", who="wutao")
    assert "未能落实" in zhupi.say("timeline", number, who="lihua")
    told = until(lambda: zhupi.ask("inbox", "--folder", "to-read", who="lihua"), "lihua is told")
    assert any(document in str(entry) for entry in told)
    settled = zhupi.ask("customer", "settle", document, "--reason", "客户已撤并", who="wutao")
    assert settled["state"] == "STATE_SETTLED"


def test_an_agreement_is_the_customer_s_with_its_paper(zhupi: Zhupi, tmp_path: Path) -> None:
    number = a_customer(zhupi, "中原区卫生健康委员会")
    paper = tmp_path / "协议.pdf"
    paper.write_bytes(b"%PDF-1.7\n%%EOF\n")
    settings = (
        f"customer={number}",
        "title=2027 年度协议",
        "valid_from=2027-01-01",
        "valid_to=2027-12-31",
        "terms=季度返利百分之二",
    )
    words = [word for setting in settings for word in ("--set", setting)]
    made = zhupi.ask("document", "new", AGREEMENT, *words, who="lihua")
    document = made["name"].removeprefix("documents/")
    zhupi.ask("attach", str(paper), document, who="lihua")
    zhupi.ask("document", "submit", document, who="lihua")
    asked = until(lambda: case_of(zhupi, document), "a case")
    assert asked["title"] == "中原区卫生健康委员会：2027 年度协议"
    all_approve(zhupi, document)
    assert became(zhupi, document)["state"] == "STATE_DONE"
    (agreement,) = customer(zhupi, number)["agreements"]
    assert (agreement["title"], agreement["document"]) == ("2027 年度协议", f"documents/{document}")
    assert len(agreement["attachments"]) == 1
