"""A process without code, from its two files to an approved document, through the command line of a running installation."""

from __future__ import annotations

import json
from pathlib import Path

from chassis.project import PROJECT
from tests.e2e.running import Zhupi, approver_of, open_items, until

SEAL_USE = PROJECT / "services" / "approval" / "policy_files" / "seal-use"
FILLED_IN = (
    "purpose=公章样本",
    "seal=公章",
    "copies=1",
    "use_date=today",
    'papers=[{"name": "样本", "pages": 1}]',
)


def test_the_story_of_a_seal_ends_with_its_approval(zhupi: Zhupi) -> None:
    document = zhupi.ask("demo", "seal")["document"]
    assert document["state"] == "STATE_APPROVED"
    assert json.loads(document["values"])["copies"] == 1


def test_two_files_make_a_new_kind_of_approval(zhupi: Zhupi, tmp_path: Path) -> None:
    """公车申请, the form of seal-use under another name: published, filled in, refused, approved, listed, exported."""
    for name in ("form.json", "policy.yaml"):
        text = (SEAL_USE / name).read_text("utf-8").replace("seal-use", "car-use").replace('"SU"', '"CU"')
        (tmp_path / name).write_text(text, "utf-8")
    assert zhupi.ask("process", "publish", str(tmp_path), who="zhengjie")["version"] == "1"
    assert zhupi.ask("process", "lint", str(tmp_path), who="lihua") == []

    sets = [word for one in FILLED_IN for word in ("--set", one)]
    number = zhupi.ask("document", "new", "car-use", *sets[:-2], who="lihua")["name"].removeprefix(
        "documents/"
    )
    refused = zhupi.refused("document", "submit", number, who="lihua", code=3)
    assert [violation["field"] for violation in refused["violations"]] == ["values.papers"]
    zhupi.ask("document", "edit", number, *sets[-2:], who="lihua")
    zhupi.ask("document", "submit", number, who="lihua")
    assert approver_of(zhupi, number) == "zhangwei"

    for who in ("zhangwei", "zhengjie"):
        until(lambda who=who: _is_asked(zhupi, number, who), f"{who} is asked")  # type: ignore[misc]  # bound in the loop
        zhupi.ask("approve", number, who=who)
    until(
        lambda: zhupi.ask("document", "show", number, who="lihua")["document"]["state"] == "STATE_APPROVED",
        number,
    )
    listed = zhupi.ask("document", "list", "--process", "car-use", who="lihua")
    assert [document["name"] for document in listed] == [f"documents/{number}"]
    zhupi.say("document", "export", "car-use", str(tmp_path / "cars.xlsx"), who="lihua")
    assert (tmp_path / "cars.xlsx").read_bytes().startswith(b"PK")
    assert "审批通过" in zhupi.say("timeline", number, who="lihua")


def _is_asked(zhupi: Zhupi, number: str, who: str) -> bool:
    return any(
        f"people/{who}" in (item["assignee"], *item["candidates"]) for item in open_items(zhupi, number)
    )
