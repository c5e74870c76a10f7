"""Files, policies, the directory, budgets, limits, traces and the audit, through the command line."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from chassis.embedded.postgres import SUPERUSER
from cli.values import month
from demo.load import POLICY_FILE
from tests.e2e.conftest import NewClaim
from tests.e2e.running import Zhupi, approve_until, until


def test_an_attachment_comes_back_as_it_was(zhupi: Zhupi, new_claim: NewClaim, tmp_path: Path) -> None:
    number = new_claim("lihua")
    invoice, copy = tmp_path / "发票.pdf", tmp_path / "copy.pdf"
    invoice.write_bytes(b"%PDF-1.7\n" + b"x" * 200_000 + b"\n%%EOF\n")

    attached = zhupi.ask("attach", str(invoice), number, who="lihua")
    zhupi.ask("attachment", "download", attached["name"], "--to", str(copy), who="lihua")

    assert copy.read_bytes() == invoice.read_bytes()
    assert zhupi.claim(number)["attachments"] == [attached["name"]]
    assert "发票.pdf" in zhupi.say("attachment", "list", number, who="lihua")


def test_a_file_of_a_kind_that_is_not_taken_is_refused(
    zhupi: Zhupi, new_claim: NewClaim, tmp_path: Path
) -> None:
    program = tmp_path / "run.exe"
    program.write_bytes(b"MZ")

    refusal = zhupi.refused("attach", str(program), new_claim("lihua"), who="lihua", code=3)

    assert refusal["reason"] == "ATTACHMENT_TYPE_REFUSED"


def test_a_draft_is_copied_without_its_invoice_and_deleted(zhupi: Zhupi, new_claim: NewClaim) -> None:
    number = new_claim("lihua", "travel today 100 西安 高铁 seller=铁路局 number=25617000000012345678")

    copied = zhupi.ask("claim", "copy", number, who="lihua")
    deleted = zhupi.ask("claim", "delete", copied["name"], who="lihua")

    assert "invoice" not in copied["lines"][0]
    assert deleted["state"] == "STATE_DELETED"
    assert number in zhupi.say("claim", "list", "--state", "draft", "--limit", "0", who="lihua")


def test_a_claim_is_made_from_a_file_and_its_route_is_shown_before_it_is_submitted(
    zhupi: Zhupi, tmp_path: Path
) -> None:
    path = tmp_path / "claim.yaml"
    path.write_text(
        "title: 会议\nlines:\n  - meeting today 6000 西安 场地 seller=会务 number=25617000000087654321\n",
        "utf-8",
    )

    number = zhupi.ask("claim", "new", "--file", str(path), who="lihua")["name"].removeprefix("claims/")

    route = zhupi.say("claim", "route", number, who="lihua")
    for name in ("张伟", "陈志远", "刘芳"):
        assert name in route


def test_a_policy_is_checked_published_and_previewed(zhupi: Zhupi, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(POLICY_FILE.read_text("utf-8").replace("amount >= yuan(5000)", "amount >= 'x'"), "utf-8")

    lint = zhupi.run("policy", "lint", str(wrong), "--json", who="zhengjie")
    assert lint.exit_code == 1
    assert zhupi.ask("policy", "lint", str(POLICY_FILE), who="zhengjie") == []
    assert (
        zhupi.refused("policy", "publish", str(POLICY_FILE), who="lihua", code=4)["code"]
        == "PERMISSION_DENIED"
    )
    published = zhupi.ask("policy", "publish", str(POLICY_FILE), who="zhengjie")
    assert zhupi.ask("policy", "show", who="lihua")["name"] == published["name"]
    assert published["name"].removeprefix("policies/") in zhupi.say(
        "policy", "list", "--process", "expense-claim", who="lihua"
    )
    assert "周建国" in zhupi.say("policy", "preview", "--fact", "amount:money=60000", who="lihua")


def test_the_directory_goes_out_and_comes_in_again_and_a_wrong_row_is_named(
    zhupi: Zhupi, tmp_path: Path
) -> None:
    path = tmp_path / "directory.zip"
    zhupi.say("directory", "export", str(path), who="zhengjie")
    assert zhupi.ask("directory", "import", str(path), "--dry-run", who="zhengjie")["refusals"] == []
    broken = tmp_path / "broken"
    broken.mkdir()
    for name in ("organisations", "people", "posts", "assignments", "reporting-lines"):
        (broken / f"{name}.csv").write_text(unzipped(path, f"{name}.csv"), "utf-8")
    with (broken / "people.csv").open("a", encoding="utf-8") as file:
        file.write("new,新人,,nowhere,,,,\n")

    refused = zhupi.run("directory", "import", str(broken), who="zhengjie")

    assert refused.exit_code == 1
    assert "UNKNOWN_ORGANISATION" in refused.stdout
    assert "李华" in zhupi.say("directory", "people", "lh", who="lihua")
    assert "河南办事处" in zhupi.say("directory", "show", who="lihua")
    assert zhupi.ask("directory", "show", "李华", who="lihua")["manager"] == "people/zhangwei"


def unzipped(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode("utf-8-sig")


def test_budgets_are_raised_moved_closed_and_reopened_and_every_movement_is_there(zhupi: Zhupi) -> None:
    budget = "gansu/next/phone"
    before = int(zhupi.ask("budget", "show", budget, who="sunli")["amount"]["units"])

    zhupi.ask("budget", "adjust", budget, "--by", "500", "--reason", "新人", who="sunli")
    zhupi.ask(
        "budget", "transfer", budget, "ningxia/next/phone", "--amount", "200", "--reason", "调剂", who="sunli"
    )

    assert int(zhupi.ask("budget", "show", budget, who="sunli")["amount"]["units"]) == before + 300
    movements = zhupi.ask("budget", "movements", budget, who="sunli")
    assert [m["kind"] for m in movements[:2]] == ["KIND_TRANSFERRED", "KIND_ADJUSTED"]
    assert zhupi.ask("budget", "close", "2020-01", who="sunli")["closed"] is True
    assert zhupi.ask("budget", "reopen", "2020-01", "--reason", "补报", who="sunli")["closed"] is False


def test_budgets_go_out_as_a_workbook_and_come_in_again(zhupi: Zhupi, tmp_path: Path) -> None:
    path = tmp_path / "budgets.xlsx"

    zhupi.say("budget", "export", str(path), "--from", "next", "--to", "next", who="sunli")
    report = zhupi.ask("budget", "import", str(path), who="sunli")

    assert report["applied"] is True
    assert report["rows"] == 120
    assert month("next") in zhupi.say(
        "budget", "list", "--organisation", "gansu", "--month", "next", who="sunli"
    )


def test_limits_are_shown_and_replaced(zhupi: Zhupi, tmp_path: Path) -> None:
    shown = zhupi.ask("limits", "show", who="lihua")
    path = tmp_path / "limits.yaml"
    rows = [
        *("expense_types:",),
        *(
            f"  - {{code: {t['code']}, title: {{zh: {t['title']['zh']}, en: {t['title']['en']}}}, invoice_needed: {str(t['invoiceNeeded']).lower()}}}"
            for t in shown["expenseTypes"]
        ),
        "limits:",
        *(
            f"  - {{expense_type: {one['expenseType']}, grade: '{one['grade']}', city: '{one['city']}', per_line: {one['perLine']['units']}}}"
            for one in shown["limits"]
        ),
    ]
    path.write_text("\n".join(rows), "utf-8")

    replaced = zhupi.ask("limits", "load", str(path), who="sunli")

    assert replaced == shown


def test_a_token_serves_other_programs(zhupi: Zhupi, monkeypatch: pytest.MonkeyPatch) -> None:
    token = zhupi.ask("token", who="李华")
    assert token["person"] == "lihua"

    monkeypatch.setenv("ZHUPI_TOKEN", token["token"])

    assert isinstance(zhupi.ask("claim", "list"), list)


def test_one_submission_is_one_trace_to_the_payment(zhupi: Zhupi, submitted: NewClaim) -> None:
    number = submitted("lihua")
    approve_until(zhupi, number)

    def components() -> set[str]:
        result = zhupi.run("trace", number, "--json", who="wutao")
        return (
            {span["component"] for span in json.loads(result.stdout)["spans"]}
            if result.exit_code == 0
            else set()
        )

    until(lambda: {"expense", "approval", "worker", "erp"} <= components(), "the whole trace")
    assert "SubmitClaim" in zhupi.say("trace", number, who="wutao")


@contextmanager
def tampered(zhupi: Zhupi, number: str) -> Iterator[None]:
    """Meanwhile, somebody who owns the whole database server has changed a row behind the trigger that forbids it."""
    password = json.loads((zhupi.home / "keys" / "passwords.json").read_text("utf-8"))[SUPERUSER]
    host, _, port = zhupi.addresses["postgres"].partition(":")
    with psycopg.connect(
        host=host, port=port, dbname="expense", user=SUPERUSER, password=password, autocommit=True
    ) as connection:
        change(connection, "zh || '!'", number)
        try:
            yield
        finally:
            change(connection, "rtrim(zh, '!')", number)


def change(connection: psycopg.Connection, zh: LiteralString, number: str) -> None:
    trigger = "timeline_rows_stay"
    with connection.transaction():
        connection.execute(SQL("ALTER TABLE timeline DISABLE TRIGGER {}").format(Identifier(trigger)))
        row = "UPDATE timeline SET zh = {} WHERE document = %s AND sequence = 1"
        connection.execute(SQL(row).format(SQL(zh)), [f"claims/{number}"])
        connection.execute(SQL("ALTER TABLE timeline ENABLE ALWAYS TRIGGER {}").format(Identifier(trigger)))


def test_the_audit_fits_until_a_row_is_changed_and_then_names_it(zhupi: Zhupi, new_claim: NewClaim) -> None:
    number = new_claim("lihua")
    assert zhupi.run("audit", "verify", who="wutao").exit_code == 0

    with tampered(zhupi, number):
        broken = zhupi.run("audit", "verify", who="wutao")
        assert broken.exit_code == 1
        assert number in broken.stdout

    assert zhupi.run("audit", "verify", who="wutao").exit_code == 0
