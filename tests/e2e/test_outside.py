"""The ERP is away, refuses, or loses its answer: the claim is paid once all the same, and people see what goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.conftest import NewClaim
from tests.e2e.running import Zhupi, approve_next, approve_until, case_of, comes_to, open_items, until


@pytest.fixture(autouse=True)
def healthy(zhupi: Zhupi) -> Iterator[None]:
    yield
    zhupi.ask("erp", "heal", who="wutao")


def effect_of(zhupi: Zhupi, number: str, state: str) -> dict[str, Any]:
    def look() -> dict[str, Any]:
        return next((e for e in case_of(zhupi, number).get("effects", []) if e["state"] == state), {})

    return until(look, f"an effect of {number} in {state}")


def test_an_erp_that_is_away_is_waited_for_and_a_retry_pays_at_once(
    zhupi: Zhupi, submitted: NewClaim
) -> None:
    number = submitted("lihua")
    zhupi.ask("erp", "break", "--unavailable", "--document", number, who="wutao")
    approve_until(zhupi, number, "STATE_PAYABLE")
    waiting = effect_of(zhupi, number, "STATE_WAITING")
    assert waiting["nextAttemptTime"]
    assert number in zhupi.say("case", "list", "--waiting", who="wutao")

    zhupi.ask("erp", "heal", who="wutao")
    zhupi.run("retry", number, who="lihua")  # refused only where the next attempt has come by itself

    comes_to(zhupi, number, "STATE_PAID")
    assert len(zhupi.ask("erp", "payments", number, who="wutao")) == 1


def test_a_refused_payment_goes_back_to_finance_and_is_paid_under_a_new_key(
    zhupi: Zhupi, submitted: NewClaim
) -> None:
    number = submitted("lihua")
    zhupi.ask("erp", "break", "--refuse", "收款账户有误", "--document", number, who="wutao")
    approve_next(zhupi, number)
    approve_next(zhupi, number)
    refused = effect_of(zhupi, number, "STATE_REFUSED")
    assert refused["reason"] == "收款账户有误"
    zhupi.ask("erp", "heal", who="wutao")
    until(lambda: open_items(zhupi, number), "finance decides anew")

    approve_until(zhupi, number)

    payments = zhupi.ask("erp", "payments", number, who="wutao")
    assert [payment["state"] for payment in payments] == ["STATE_REFUSED", "STATE_SETTLED"]
    assert payments[0]["key"] != payments[1]["key"]


def test_a_lost_answer_is_asked_for_and_nothing_is_paid_twice(zhupi: Zhupi, submitted: NewClaim) -> None:
    number = submitted("lihua")
    zhupi.ask("erp", "break", "--lose-answers", "--next", "1", "--document", number, who="wutao")

    approve_until(zhupi, number)

    assert [p["state"] for p in zhupi.ask("erp", "payments", number, who="wutao")] == ["STATE_SETTLED"]


def test_the_switches_of_the_sandbox_are_shown(zhupi: Zhupi) -> None:
    zhupi.ask("erp", "break", "--delay", "0.5", "--next", "3", "--document", "EC-2020-000001", who="wutao")

    faults = zhupi.ask("erp", "faults", who="wutao")

    assert (faults["delay"], faults["onlyNext"]) == ("0.500s", 3)
