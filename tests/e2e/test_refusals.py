"""What is refused, clearly, changing nothing; seen from the command line."""

from __future__ import annotations

from uuid import uuid4

import pytest

from cli.values import month
from tests.e2e.conftest import NewClaim
from tests.e2e.running import Zhupi, an_invoice, open_items


def test_somebody_elses_claim_is_not_there(zhupi: Zhupi, new_claim: NewClaim) -> None:
    number = new_claim("lihua")
    stranger = zhupi.ask(
        "directory", "people", "--organisation", "gansu", "--post", "medical-representative", who="lihua"
    )

    refusal = zhupi.refused("claim", "show", number, who=stranger[0]["name"], code=4)

    assert refusal["code"] in ("NOT_FOUND", "PERMISSION_DENIED")


def test_nobody_approves_twice(zhupi: Zhupi, submitted: NewClaim) -> None:
    number = submitted("lihua")
    item = open_items(zhupi, number)[0]["name"]
    zhupi.ask("approve", item, who="zhangwei")

    refusal = zhupi.refused("approve", item, who="zhangwei", code=3)

    assert refusal["reason"] == "WORK_ITEM_CLOSED"


def test_a_requester_never_decides_their_own_claim(zhupi: Zhupi, submitted: NewClaim) -> None:
    number = submitted("lihua")
    item = open_items(zhupi, number)[0]["name"]

    refusal = zhupi.refused("approve", item, who="lihua", code=4)

    assert refusal["reason"] in ("REQUESTER_MAY_NOT_DECIDE", "NOT_YOUR_WORK_ITEM")


def test_a_stale_etag_is_told_apart_by_its_exit_code(zhupi: Zhupi, new_claim: NewClaim) -> None:
    number = new_claim("lihua")

    refusal = zhupi.refused("claim", "submit", number, "--etag", "old", who="lihua", code=5)

    assert refusal["reason"] == "ETAG_MISMATCH"


def test_the_same_request_id_does_the_same_thing_once_and_never_another(zhupi: Zhupi) -> None:
    words = ("claim", "new", "--title", "办公", "--request-id", str(uuid4()))

    first = zhupi.ask(*words, "--line", "office today 10", who="lihua")
    again = zhupi.ask(*words, "--line", "office today 10", who="lihua")
    other = zhupi.refused(*words, "--line", "office today 11", who="lihua", code=3)

    assert first["name"] == again["name"]
    assert other["reason"] == "REQUEST_ID_REUSED"


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("office today 0 郑州", "AMOUNT_NOT_POSITIVE"),
        ("office today -5 郑州", "AMOUNT_NOT_POSITIVE"),
        ("office today 1.001 郑州", "AMOUNT_TOO_FINE"),
        ("office 2099-01-01 10 郑州", "LINE_DATE_IN_FUTURE"),
        ("gold today 10 郑州", "UNKNOWN_EXPENSE_TYPE"),
    ],
)
def test_a_line_that_is_wrong_is_refused_with_its_field_and_rule(zhupi: Zhupi, line: str, rule: str) -> None:
    refusal = zhupi.refused("claim", "new", "--title", "x", "--line", line, who="lihua", code=3)

    assert refusal["violations"][0]["rule"] == rule
    assert refusal["violations"][0]["field"].startswith("lines[0]")


def test_an_invoice_is_accepted_once(zhupi: Zhupi, new_claim: NewClaim, submitted: NewClaim) -> None:
    line = f"travel today 100 西安 高铁 {an_invoice()}"
    submitted("lihua", line)
    again = new_claim("lihua", line)

    assert zhupi.refused("claim", "submit", again, who="lihua", code=3)["reason"] == "INVOICE_USED"


def test_nothing_is_claimed_in_a_closed_month_over_the_limit_or_over_the_budget(
    zhupi: Zhupi, new_claim: NewClaim
) -> None:
    months = zhupi.ask("budget", "months", who="sunli")
    closed = next(month["name"] for month in months if month["closed"]).removeprefix("months/")
    late = new_claim("lihua", f"office {closed}-15 10 郑州")
    dear = new_claim("lihua", "office today 2001 郑州")
    much = new_claim("lihua", *["office today 1999 郑州"] * 20)

    assert zhupi.refused("claim", "submit", late, who="lihua", code=3)["reason"] == "MONTH_CLOSED"
    assert zhupi.refused("claim", "submit", dear, who="lihua", code=3)["reason"] == "OVER_LIMIT"
    assert zhupi.refused("claim", "submit", much, who="lihua", code=3)["reason"] == "OVER_BUDGET"
    assert closed < month("last")


def test_who_has_no_role_keeps_out_of_what_needs_one(zhupi: Zhupi) -> None:
    for words in (
        ("audit", "verify"),
        ("budget", "close", "next"),
        ("erp", "break", "--unavailable"),
        ("erp", "payments"),
    ):
        assert zhupi.refused(*words, who="lihua", code=4)["code"] == "PERMISSION_DENIED"


def test_a_refusal_is_a_sentence_in_the_readers_language(zhupi: Zhupi, new_claim: NewClaim) -> None:
    number = new_claim("lihua", "office today 2001 郑州")

    chinese = zhupi.run("claim", "submit", number, who="lihua").stderr
    english = zhupi.run("claim", "submit", number, "--lang", "en", who="lihua").stderr

    assert "超过标准" in chinese
    assert "above the limit" in english
    assert "OVER_LIMIT" in chinese
