"""Marketing activities through the command line of a running installation: one whole life, one that is changed and cancelled."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from cli.values import today
from tests.e2e.conftest import NewClaim
from tests.e2e.running import (
    Zhupi,
    an_invoice,
    approve_until,
    case_of,
    decider_of,
    open_items,
    until,
)


def drafted(zhupi: Zhupi, title: str, first_day: int) -> str:
    """The number of an activity over 600 yuan, two days long, that begins in so many days, at a customer that is new."""
    name = f"{title} {uuid4()}"
    customer = zhupi.ask("customer", "new", name, "--kind", "government", "--trade", "direct", who="lihua")
    first = today() + timedelta(days=first_day)
    words = (
        *("--class", "customer-visit", "--customer", customer["name"].removeprefix("customers/")),
        *("--from", str(first), "--to", str(first + timedelta(days=1)), "--line", "travel 600"),
        *("--set", "city=郑州", "--set", "expected_result=拜访十位医生"),
    )
    made = zhupi.ask("activity", "new", title, *words, who="lihua")
    return str(made["name"].removeprefix("activities/"))


def activity(zhupi: Zhupi, number: str) -> dict[str, Any]:
    found: dict[str, Any] = zhupi.ask("activity", "show", number, who="lihua")["activity"]
    return found


def agreed_until(zhupi: Zhupi, number: str, state: str) -> list[str]:
    """Everybody who is asked approves, until the activity is in `state`: the steps in which they did."""
    steps: list[str] = []

    def look() -> bool:
        agreed = (i["step"] for i in open_items(zhupi, number) if agrees(zhupi, i))
        steps.extend(step.rpartition("/")[2].partition("#")[0] for step in agreed)
        return bool(activity(zhupi, number)["state"] == state)

    until(look, f"{number} in {state}")
    return steps


def agrees(zhupi: Zhupi, item: dict[str, Any]) -> bool:
    """Whether it was still to be decided."""
    return zhupi.run("approve", item["name"], who=decider_of(item)).exit_code == 0


def held(zhupi: Zhupi, number: str) -> dict[str, Any]:
    found: dict[str, Any] = zhupi.ask("allotment", "show", number, who="lihua")
    return found


def test_an_activity_lives_from_its_request_to_the_last_claim(
    zhupi: Zhupi, new_claim: NewClaim, tmp_path: Path
) -> None:
    number = drafted(zhupi, "医院拜访", 0)
    zhupi.ask("activity", "submit", number, who="lihua")
    # It begins today, as soon as it is approved.
    assert agreed_until(zhupi, number, "STATE_RUNNING") == ["line-manager", "market-management"]
    until(lambda: case_of(zhupi, number)["sealed"], f"{number} is sealed")

    note = tmp_path / "visit.pdf"
    note.write_bytes(f"%PDF-1.4\n% {number} {uuid4()}\n%%EOF".encode())
    zhupi.ask("activity", "prove", number, str(note), "--kind", "visit-note", "--place", "郑州", who="lihua")
    zhupi.ask("activity", "end-early", number, "一天办完", who="lihua")
    zhupi.ask(
        "activity",
        "closure",
        number,
        "--actual",
        "1=500",
        "--result",
        "完成",
        "--evidence",
        "all",
        who="lihua",
    )
    zhupi.ask("activity", "close", number, who="lihua")
    assert agreed_until(zhupi, number, "STATE_SETTLED") == ["line-manager", "market-management"]

    claim = new_claim("lihua", f"travel today 500 郑州 拜访 {an_invoice()} activity-line={number}/1")
    zhupi.ask("claim", "submit", claim, who="lihua")
    approve_until(zhupi, claim)
    until(lambda: activity(zhupi, number)["state"] == "STATE_CLOSED", f"{number} is closed")
    case = until(lambda: case_of(zhupi, number).get("outcome"), f"the end of the case of {number}")
    assert case == "CASE_OUTCOME_APPROVED"
    (line,) = held(zhupi, number)["lines"]
    assert line["spent"]["units"] == "500"


def test_an_activity_that_was_changed_and_is_cancelled_gives_everything_back(zhupi: Zhupi) -> None:
    number = drafted(zhupi, "下月拜访", 3)
    zhupi.ask("activity", "submit", number, who="lihua")
    agreed_until(zhupi, number, "STATE_APPROVED")
    made = zhupi.ask("activity-change", "new", number, "增加科室", "--change", "1 amount=900", who="lihua")
    change = made["name"].removeprefix("activityChanges/")
    zhupi.ask("activity-change", "submit", change, who="lihua")

    def applied() -> bool:
        for item in open_items(zhupi, change):
            agrees(zhupi, item)
        shown = zhupi.ask("activity-change", "show", change, who="lihua")["change"]
        return bool(shown["state"] == "STATE_APPLIED")

    until(applied, f"{change} is applied")
    assert activity(zhupi, number)["total"]["units"] == "900"
    until(lambda: held(zhupi, number)["lines"][0]["committed"]["units"] == "900", f"900 for {number}")
    zhupi.ask("activity", "cancel", number, "客户改期", who="lihua")
    until(lambda: case_of(zhupi, number)["state"] == "STATE_CLOSED", f"{number} is closed")
    assert activity(zhupi, number)["state"] == "STATE_CANCELLED"
    until(lambda: held(zhupi, number)["state"] == "STATE_RELEASED", f"the budget of {number} is given back")
