"""A mapping says what a log's words mean; what does not fit together is refused before anything is walked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kernel.text import Text
from replay import mappings
from replay.mapping import Mapping, read_mapping
from replay.refusals import MappingNotReadable, MappingNotValid
from replay.story import State
from tests.builders.logs import ASKED, PAID, a_mapping, a_role, mapped, write_mapping

SHIPPED = sorted(Path(mappings.__path__[0]).glob("*.yaml"))


def problems(folder: Path, **changes: Any) -> dict[str, str]:
    """What is said in English, by field."""
    with pytest.raises(MappingNotValid) as refused:
        read_mapping(write_mapping(folder, **changes))
    for violation in refused.value.violations:
        assert violation.text.zh
    return {violation.field: violation.text.en for violation in refused.value.violations}


def test_a_mapping_reads_as_it_was_written(tmp_path: Path) -> None:
    mapping = read_mapping(write_mapping(tmp_path))

    assert mapping == Mapping.model_validate(a_mapping())
    assert [route.cost_centre for route in mapping.routes] == ["1000", "2000"]
    assert mapping.approvers == ("ADMIN", "BOSS", "MISSING")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_mapping_that_comes_with_the_program_can_be_read(path: Path) -> None:
    assert read_mapping(path).routes


def test_a_number_stays_the_text_that_was_written(tmp_path: Path) -> None:
    path = write_mapping(tmp_path)
    path.write_text(path.read_text("utf-8").replace("'1000'", "0010"), "utf-8")

    assert read_mapping(path).routes[0].cost_centre == "0010"


def test_the_reason_against_an_activity_depends_on_where_the_claim_is() -> None:
    assert mapped().reason_against(ASKED, State.DRAFT) == Text("从未提交", "never submitted")
    assert mapped().reason_against(ASKED, State.RETURNED) is None


def test_what_is_missing_unknown_or_of_the_wrong_form_is_said_with_its_place(tmp_path: Path) -> None:
    wrong = a_mapping()
    del wrong["roles"]["STAFF"]["login"]
    wrong["activities"]["saved"]["verbs"] = "save"
    wrong["activities"]["submitted"]["verb"] = "hand in"
    wrong["routes"][0]["cost_centre"] = "成本中心"

    assert set(problems(tmp_path, **wrong)) == {
        "roles.STAFF.login",
        "activities.saved.verbs",
        "activities.submitted.verb",
        "routes[0].cost_centre",
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"claimant": "NOBODY"}, "claimant: there is no role 'NOBODY'"),
        ({"finance": "NOBODY"}, "finance: there is no role 'NOBODY'"),
        ({"ends": {"gone": "paid"}}, "ends: there is no activity 'gone'"),
        (
            {"routes": [{"cost_centre": "1", "steps": ["MISSING"]}]},
            "routes[0].steps: 'MISSING' is no role that approves",
        ),
        ({"routes": [{"cost_centre": "1", "steps": ["BOSS"]}] * 2}, "routes: cost_centre '1' is there twice"),
        (
            {"routes": [{"cost_centre": "1", "steps": ["BOSS", "ADMIN", "BOSS"]}]},
            "routes[0].steps: role 'BOSS' is there twice",
        ),
        (
            {
                "impossible": [
                    {"activity": PAID, "while": "payable", "reason": {"zh": "不能", "en": "it cannot"}}
                ]
            },
            "impossible[0]: paid is possible while payable",
        ),
        (
            {"roles": {**a_mapping()["roles"], "ADMIN": {"login": "school-admin", "name": "行政"}}},
            "roles.ADMIN: post is missing",
        ),
        (
            {"roles": {**a_mapping()["roles"], "ADMIN": a_role("boss", "行政")}},
            "roles: login 'school-boss' is there twice",
        ),
    ],
)
def test_what_does_not_fit_together_is_said(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    assert said in "".join(problems(tmp_path, **changes).values())


@pytest.mark.parametrize("content", [b"title: [", b"\xff\xfe\x00"])
def test_what_cannot_be_read_at_all_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_bytes(content)

    with pytest.raises(MappingNotReadable):
        read_mapping(path)
    with pytest.raises(MappingNotReadable):
        read_mapping(tmp_path / "nowhere.yaml")
