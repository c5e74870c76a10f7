"""Customers that become formal, through the command line of a running installation."""

from __future__ import annotations

from typing import Any

from tests.e2e.running import Zhupi, approver_of, case_of, open_items, until

ROUTE = ["regional-manager", "market-management", "quality", "master-data"]


def drafted(zhupi: Zhupi, name: str, *words: str) -> str:
    """The number of an onboarding of a new customer that needs no licence."""
    customer = zhupi.ask("customer", "new", name, "--kind", "government", "--trade", "direct", who="lihua")
    made = zhupi.ask("onboarding", "new", customer["name"], *words, who="lihua")
    number: str = made["name"].removeprefix("onboardings/")
    return number


def onboarding(zhupi: Zhupi, number: str) -> dict[str, Any]:
    found: dict[str, Any] = zhupi.ask("onboarding", "show", number, who="lihua")["onboarding"]
    return found


def all_agree(zhupi: Zhupi, number: str) -> list[str]:
    """The steps in which people have agreed, until nobody is asked any more."""
    steps: list[str] = []
    while True:
        found = until(
            lambda: open_items(zhupi, number) or (onboarding_ends(zhupi, number) and ["end"]), number
        )
        if found == ["end"]:
            return steps
        step = found[0]["step"]
        steps.append(step.rpartition("/")[2].partition("#")[0])
        zhupi.ask("approve", number, who=approver_of(zhupi, number))
        until(
            lambda step=step: all(item["step"] != step for item in open_items(zhupi, number)),  # type: ignore[misc]  # bound in the loop
            f"{step} is decided",
        )


def onboarding_ends(zhupi: Zhupi, number: str) -> bool:
    return onboarding(zhupi, number)["state"] not in ("STATE_IN_APPROVAL", "STATE_REGISTERING")


def test_a_customer_becomes_formal_once_all_agree_and_the_erp_has_a_code(zhupi: Zhupi) -> None:
    number = drafted(zhupi, "金水区卫生健康委员会")
    zhupi.ask("onboarding", "submit", number, who="lihua")
    assert all_agree(zhupi, number) == ROUTE
    formal = onboarding(zhupi, number)
    assert formal["state"] == "STATE_FORMAL"
    customer = zhupi.ask("customer", "show", formal["customer"], who="lihua")["customer"]
    assert (customer["state"], customer["erpCode"]) == ("CUSTOMER_STATE_FORMAL", formal["erpCode"])
    (registered,) = zhupi.ask("erp", "registrations", formal["customer"], who="sunli")
    assert registered["code"] == formal["erpCode"]
    until(lambda: case_of(zhupi, number).get("state") == "STATE_CLOSED", f"{number} is closed")
    assert "已转正" in zhupi.say("timeline", number, who="lihua")
    again = zhupi.refused("onboarding", "new", formal["customer"], who="lihua", code=3)
    assert again["reason"] == "ALREADY_FORMAL"


def test_the_story_of_a_customer_ends_with_its_code(zhupi: Zhupi) -> None:
    """Twice: each is told of another customer, whom one that is there sounds like."""
    names = set()
    for _ in range(2):
        told = zhupi.ask("demo", "customer")
        assert told["onboarding"]["state"] == "STATE_FORMAL"
        assert told["onboarding"]["erpCode"].startswith("K-")
        names.add(told["customer"]["file"]["displayName"])
    assert len(names) == 2


def test_the_story_of_a_customer_is_told_in_either_language(zhupi: Zhupi) -> None:
    told = zhupi.say("demo", "customer", "--fast")
    for said in (
        "POSSIBLE_DUPLICATES",
        "LICENCE_MISSING",
        "首营",
        "customer.file.responsiblePhone",
        "证照过期",
    ):
        assert said in told
    assert "it is another house" in zhupi.say("demo", "customer", "--fast", "--lang", "en")


def test_what_the_erp_refuses_comes_back_and_is_submitted_again(zhupi: Zhupi) -> None:
    number = drafted(zhupi, "二七区卫生健康委员会", "--credit", "20000", "--days", "30")
    zhupi.ask("erp", "break", "--refuse", "税号有误", "--document", number, who="wutao")
    try:
        zhupi.ask("onboarding", "submit", number, who="lihua")
        assert all_agree(zhupi, number) == [*ROUTE[:3], "finance", "master-data"]
    finally:
        zhupi.ask("erp", "heal", who="wutao")
    refused = onboarding(zhupi, number)
    assert (refused["state"], refused["reason"]) == ("STATE_DRAFT", "税号有误")
    zhupi.ask("onboarding", "edit", number, "--note", "已更正", who="lihua")
    zhupi.ask("onboarding", "submit", number, who="lihua")
    all_agree(zhupi, number)
    assert onboarding(zhupi, number)["state"] == "STATE_FORMAL"
