"""What people do with a claim that waits for them, through the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.e2e.conftest import NewClaim
from tests.e2e.running import Zhupi, approve_until, approver_of, case_of, comes_to, open_items, until


def test_a_claim_goes_from_its_claimant_over_manager_and_finance_to_one_payment(
    zhupi: Zhupi, new_claim: NewClaim
) -> None:
    number = new_claim("lihua")
    assert zhupi.ask("claim", "submit", number, who="李华")["state"] == "STATE_IN_APPROVAL"
    assert approver_of(zhupi, number) == "zhangwei"
    assert number in zhupi.say("inbox", who="张伟")

    decided = zhupi.ask("approve", number, "--comment", "同意", who="zhangwei")

    assert decided["decision"] == "DECISION_APPROVED"
    approve_until(zhupi, number)
    assert [
        item["decision"]
        for item in zhupi.ask("inbox", "--done", who="zhangwei")
        if number in item["document"]
    ] == ["DECISION_APPROVED"]
    assert len(zhupi.ask("erp", "payments", number, who="wutao")) == 1


def test_a_returned_claim_is_mended_and_goes_on_in_the_same_case(zhupi: Zhupi, submitted: NewClaim) -> None:
    number = submitted("lihua")
    case = case_of(zhupi, number)["name"]

    zhupi.ask("return", number, "--comment", "请写明用途", who="zhangwei")
    returned = comes_to(zhupi, number, "STATE_DRAFT")
    assert returned["reason"] == "请写明用途"
    edited = zhupi.ask("claim", "edit", number, "--change", "1 description=打印纸两箱 amount=90", who="lihua")
    assert edited["total"]["units"] == "90"
    zhupi.ask("claim", "submit", number, who="lihua")
    approve_until(zhupi, number)

    assert case_of(zhupi, number)["name"] == case


def test_a_rejected_claim_is_over_and_its_budget_is_free_again(zhupi: Zhupi, submitted: NewClaim) -> None:
    before = zhupi.ask("budget", "show", "henan/this/office", who="sunli")["reserved"]
    number = submitted("lihua")

    zhupi.ask("reject", number, "--comment", "不属于公务", who="zhangwei")

    assert comes_to(zhupi, number, "STATE_REJECTED")["reason"] == "不属于公务"
    assert zhupi.ask("budget", "show", "henan/this/office", who="sunli")["reserved"] == before
    until(lambda: case_of(zhupi, number)["outcome"] == "CASE_OUTCOME_REJECTED", "the end of the case")


def test_a_rejected_claim_is_reopened_and_paid_in_a_case_of_its_own(
    zhupi: Zhupi, submitted: NewClaim
) -> None:
    number = submitted("lihua")
    former = case_of(zhupi, number)["name"]
    zhupi.ask("reject", number, "--comment", "看错了", who="zhangwei")
    until(lambda: case_of(zhupi, number)["outcome"] == "CASE_OUTCOME_REJECTED", "the end of the case")

    reopened = zhupi.ask("case", "reopen", number, "--reason", "误拒", who="zhengjie")

    assert (reopened["reopens"], reopened["name"][-2:]) == (former, "/2")
    assert approver_of(zhupi, number) == "zhangwei"
    assert zhupi.claim(number)["state"] == "STATE_IN_APPROVAL"
    approve_until(zhupi, number)
    assert (case_of(zhupi, number)["name"], len(zhupi.ask("erp", "payments", number, who="wutao"))) == (
        reopened["name"],
        1,
    )


def test_a_draft_that_was_edited_meanwhile_is_not_decided_anew(zhupi: Zhupi, submitted: NewClaim) -> None:
    number = submitted("lihua")
    zhupi.ask("withdraw", number, "--reason", "金额有误", who="lihua")
    comes_to(zhupi, number, "STATE_DRAFT")
    zhupi.ask("claim", "edit", number, "--change", "1 amount=9000", who="lihua")
    until(lambda: case_of(zhupi, number)["outcome"] == "CASE_OUTCOME_WITHDRAWN", "the end of the case")

    zhupi.ask("case", "reopen", number, "--reason", "仍需报销", who="zhengjie")

    until(lambda: case_of(zhupi, number)["outcome"] == "CASE_OUTCOME_REJECTED", "the end of the new case")
    (effect,) = case_of(zhupi, number)["effects"]
    assert effect["state"] == "STATE_REFUSED"
    assert "提交后又有修改" in effect["reason"]
    assert zhupi.claim(number)["state"] == "STATE_DRAFT"


def test_a_work_item_that_was_given_to_somebody_else_is_decided_by_them(
    zhupi: Zhupi, submitted: NewClaim
) -> None:
    number = submitted("lihua")

    zhupi.ask("transfer", number, "--to", "王强", "--comment", "请代为处理", who="zhangwei")

    assert zhupi.refused("approve", number, who="zhangwei", code=4)["reason"] == "NOTHING_TO_DECIDE"
    assert zhupi.ask("approve", number, who="wangqiang")["decider"] == "people/wangqiang"


def test_a_claim_that_was_taken_back_is_a_draft_again(zhupi: Zhupi, submitted: NewClaim) -> None:
    number = submitted("lihua")

    zhupi.ask("withdraw", number, "--reason", "重复提交", who="lihua")

    comes_to(zhupi, number, "STATE_DRAFT")
    until(
        lambda: not zhupi.ask("inbox", who="zhangwei") or number not in zhupi.say("inbox", who="zhangwei"),
        "gone",
    )
    zhupi.ask("claim", "delete", number, who="lihua")


def test_somebody_takes_a_work_item_from_the_pool_and_puts_it_back(zhupi: Zhupi, submitted: NewClaim) -> None:
    number = submitted("lihua")
    zhupi.ask("approve", number, who="zhangwei")
    until(lambda: [i for i in open_items(zhupi, number) if i["stage"] == "finance"], "finance review")

    assert zhupi.ask("take", number, who="liufang")["assignee"] == "people/liufang"
    assert zhupi.ask("release", number, who="liufang")["state"] == "STATE_OFFERED"
    zhupi.ask("approve", number, who="liufang")

    comes_to(zhupi, number, "STATE_PAID")


def test_finance_cuts_a_line_and_less_is_paid(zhupi: Zhupi, submitted: NewClaim) -> None:
    number = submitted("lihua")
    zhupi.ask("approve", number, who="zhangwei")
    until(lambda: [i for i in open_items(zhupi, number) if i["stage"] == "finance"], "finance review")

    cut = zhupi.ask("claim", "cut", number, "1", "30.50", "--reason", "超标准", who="liufang")

    assert cut["payable"] == {"currencyCode": "CNY", "units": "69", "nanos": 500_000_000}
    approve_until(zhupi, number)
    assert zhupi.ask("erp", "payments", number, who="wutao")[0]["amount"] == cut["payable"]


def test_what_is_said_on_a_case_is_seen_by_who_takes_part(zhupi: Zhupi, submitted: NewClaim) -> None:
    number = submitted("lihua")

    zhupi.ask("comment", number, "发票原件已寄出", who="lihua")

    assert "发票原件已寄出" in zhupi.say("case", "show", number, who="zhangwei")


def test_the_timeline_says_who_did_what_and_why_they_were_asked(zhupi: Zhupi, submitted: NewClaim) -> None:
    number = submitted("lihua")
    zhupi.ask("approve", number, "--comment", "符合规定", who="zhangwei")

    told = zhupi.ask("timeline", number, who="lihua")
    kinds = [entry["kind"] for entry in told]

    assert {"ClaimSubmitted", "CaseStarted", "StepOpened", "WorkItemDecided"} <= set(kinds)
    assert [entry["time"] for entry in told] == sorted(entry["time"] for entry in told)
    assert "张伟" in zhupi.say("timeline", number, who="lihua") or "zhangwei" in zhupi.say(
        "timeline", number, who="lihua"
    )


def test_a_watched_inbox_shows_a_claim_as_it_comes_and_as_it_goes(zhupi: Zhupi, new_claim: NewClaim) -> None:
    number = new_claim("lihua")
    watching = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "chassis",
            "inbox",
            "--watch",
            "--json",
            "--as",
            "zhangwei",
            "--home",
            zhupi.home,
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        zhupi.ask("claim", "submit", number, who="lihua")
        assert next_about(watching, number)["kind"] == "KIND_PRESENT"
        zhupi.ask("approve", number, who="zhangwei")
        assert next_about(watching, number)["kind"] == "KIND_GONE"
    finally:
        watching.terminate()
        watching.communicate()


def next_about(watching: subprocess.Popen[str], number: str) -> dict[str, Any]:
    assert watching.stdout is not None
    for line in watching.stdout:
        event: dict[str, Any] = json.loads(line)
        if event["workItem"]["document"].endswith(number):
            return event
    raise AssertionError("the watch has ended")
