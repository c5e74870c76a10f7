"""From a name on a visit list to a formal customer with credit, with every paper that it takes, and what the engine's own watch says."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client

from kernel.clock import SystemClock, local_date
from kernel.credit_code import made_of
from tests.e2e.running import Zhupi, approver_of, case_of, open_items, until
from tests.e2e.test_onboarding import ROUTE, all_agree, onboarding
from workflows.contracts import LICENCE_WATCH

TODAY = local_date(SystemClock().now())
ENDS_SOON = TODAY + timedelta(days=5)
CREDIT = [*ROUTE[:3], "finance", "finance-director", "master-data"]


def attached(zhupi: Zhupi, folder: Path, title: str, to: str) -> str:
    file = folder / f"{title}.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + title.encode())
    name: str = zhupi.ask("attach", str(file), to, who="lihua")["name"]
    return name


def licence(zhupi: Zhupi, customer: str, *said: str) -> dict[str, Any]:
    recorded: dict[str, Any] = zhupi.ask("licence", "record", customer, *said, who="lihua")
    return recorded


def test_a_potential_customer_becomes_formal_with_scans_and_credit_and_hears_of_its_licence(
    zhupi: Zhupi, tmp_path: Path
) -> None:
    code = made_of("91", "410105", "MA9K0501")
    words = ("--kind", "pharmacy", "--trade", "direct", "--set", f"credit_code={code}")
    customer = zhupi.ask("customer", "new", "郑州槐荫堂大药房", *words, who="lihua")["name"]
    bare = customer.removeprefix("customers/")
    made = zhupi.ask("onboarding", "new", bare, "--credit", "600000", who="lihua")
    number = made["name"].removeprefix("onboardings/")

    # Each thing that is missing is said, one after the other.
    assert (
        zhupi.refused("onboarding", "submit", number, who="lihua", code=3)["reason"] == "CREDIT_WITHOUT_TERMS"
    )
    zhupi.ask("onboarding", "edit", number, "--days", "60", who="lihua")
    assert zhupi.refused("onboarding", "submit", number, who="lihua", code=3)["reason"] == "LICENCE_MISSING"
    scan = attached(zhupi, tmp_path, "药品经营许可证", bare)
    trade = ("--type", "medicine-trade", "--number", "豫AA371")
    licence(zhupi, bare, *trade, "--expiry", ENDS_SOON.isoformat(), "--scan", scan)
    licence(
        zhupi,
        bare,
        "--type",
        "business",
        "--number",
        code,
        "--scan",
        attached(zhupi, tmp_path, "营业执照", bare),
    )
    contract = attached(zhupi, tmp_path, "合同", number)
    assert onboarding(zhupi, number)["terms"]["attachments"] == [contract]
    zhupi.ask("onboarding", "submit", number, who="lihua")

    # Quality wants to know more; what is submitted again goes the whole way again.
    for _ in range(2):
        step = until(lambda: open_items(zhupi, number), number)[0]["step"]
        zhupi.ask("approve", number, who=approver_of(zhupi, number))
        until(lambda step=step: all(one["step"] != step for one in open_items(zhupi, number)), step)  # type: ignore[misc]  # bound in the loop
    zhupi.ask("return", number, "--comment", "缺仓库照片", who=approver_of(zhupi, number))
    until(lambda: onboarding(zhupi, number)["state"] == "STATE_DRAFT", f"{number} is returned")
    assert onboarding(zhupi, number)["reason"] == "缺仓库照片"
    zhupi.ask("onboarding", "edit", number, "--note", "照片已补", who="lihua")
    zhupi.ask("onboarding", "submit", number, who="lihua")
    assert all_agree(zhupi, number)[-len(CREDIT) :] == CREDIT

    formal = onboarding(zhupi, number)
    frozen = formal["frozen"]["licences"]
    assert (formal["state"], {one["scan"] for one in frozen} >= {scan}) == ("STATE_FORMAL", True)
    (registered,) = zhupi.ask("erp", "registrations", bare, who="sunli")
    assert (registered["code"], registered["paymentTermsDays"]) == (formal["erpCode"], 60)
    assert registered["creditLimit"]["units"] == "600000"
    until(lambda: case_of(zhupi, number).get("state") == "STATE_CLOSED", f"{number} is closed")

    asyncio.run(watched(zhupi))
    until(lambda: "证照" in zhupi.say("timeline", bare, who="lihua") and told(zhupi, bare), "lihua is told")
    shown = zhupi.ask("customer", "show", bare, who="lihua")["customer"]
    assert shown["blockedForOrders"] == "ORDER_BLOCK_UNSPECIFIED"


def told(zhupi: Zhupi, customer: str) -> list[str]:
    notices = zhupi.ask("inbox", "--folder", "to-read", "--find", customer, who="lihua")
    return [one["title"]["zh"] for one in notices if one["title"]["zh"].endswith("将于 5 天后到期")]


async def watched(zhupi: Zhupi) -> None:
    """The watch that the worker has set, now and not in the morning."""
    engine = await Client.connect(zhupi.addresses["temporal"], namespace="zhupi")
    await engine.get_schedule_handle(LICENCE_WATCH).trigger()
