"""Fields of a form as people type and read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.form_values import read_values, shown_values, with_names, with_typed
from cli.people import caller
from cli.refusals import NotADate, NotAFile, UnknownPerson, UnknownWord
from cli.session import Session
from tests.unit.cli.served import Zhupi
from zhupi.approval.v1.process_pb2 import FormField
from zhupi.common.v1.text_pb2 import Text


def a_field(path: str, type: str, *choices: str) -> FormField:
    return FormField(
        path=path,
        type=FormField.Type.Value(f"TYPE_{type}"),
        title=Text(zh=f"字段{path}", en=f"field {path}"),
        choices=[FormField.Choice(value=one, title=Text(zh=f"选{one}", en=f"the {one}")) for one in choices],
    )


FIELDS = [
    a_field("purpose", "TEXT"),
    a_field("seal", "TEXT", "company", "contract"),
    a_field("copies", "WHOLE"),
    a_field("out", "FLAG"),
    a_field("day", "DATE"),
    a_field("keeper", "PERSON"),
    a_field("reviewers", "PEOPLE"),
    a_field("tags", "TEXTS", "red", "blue"),
    a_field("address", "GROUP"),
    a_field("address.city", "TEXT"),
    a_field("papers", "TABLE"),
    a_field("papers[].name", "TEXT"),
    a_field("papers[].pages", "WHOLE"),
]
TYPED = [
    "purpose=框架合同 = 甲乙",
    "seal=选company",
    "copies=2",
    "out=是",
    "day=2026-11-25",
    "keeper=lihua",
    "reviewers=sunli,lihua",
    "tags=red,选blue",
    "address.city=西安",
    'papers=[{"name": "合同", "pages": 12}]',
]
VALUES: dict[str, Any] = {
    "purpose": "框架合同 = 甲乙",
    "seal": "company",
    "copies": 2,
    "out": True,
    "day": "2026-11-25",
    "keeper": "people/lihua",
    "reviewers": ["people/sunli", "people/lihua"],
    "tags": ["red", "blue"],
    "address": {"city": "西安"},
    "papers": [{"name": "合同", "pages": 12}],
}


def test_what_is_typed_becomes_what_the_form_wants() -> None:
    assert with_typed({}, TYPED, FIELDS) == VALUES


async def test_people_may_be_typed_by_their_names(tmp_path: Path) -> None:
    async with Zhupi(tmp_path).running() as zhupi, Session(zhupi.options()) as session:
        session.caller = await caller(session)
        typed = await with_names(session, ["keeper=孙丽", "reviewers=李华,sunli", "copies=2"], FIELDS)
        assert typed == ["keeper=people/sunli", "reviewers=people/lihua,people/sunli", "copies=2"]
        with pytest.raises(UnknownPerson):
            await with_names(session, ["keeper=无此人"], FIELDS)


def test_an_empty_value_takes_one_away_and_the_rest_stays() -> None:
    assert with_typed({"copies": 2, "purpose": "x"}, ["copies="], FIELDS) == {"purpose": "x"}


@pytest.mark.parametrize("typed", ["colour=red", "copies", "papers[].name=x", "papers=[{"])
def test_what_the_form_does_not_know_is_refused(typed: str) -> None:
    with pytest.raises(UnknownWord):
        with_typed({}, [typed], FIELDS)


def test_a_day_is_a_day() -> None:
    with pytest.raises(NotADate):
        with_typed({}, ["day=soon"], FIELDS)


def test_what_is_no_number_is_sent_as_it_is_and_the_service_says_what_is_wrong() -> None:
    assert with_typed({}, ["copies=two"], FIELDS) == {"copies": "two"}


def test_values_are_shown_by_their_titles_in_the_order_of_the_form() -> None:
    shown = shown_values(VALUES, FIELDS, "zh")
    assert shown[0] == ("字段purpose", "框架合同 = 甲乙")
    assert dict(shown)["字段seal"] == "选company"
    assert dict(shown)["字段out"] == "是"
    assert dict(shown)["字段keeper"] == "lihua"
    assert dict(shown)["字段papers"] == "字段papers[].name 合同, 字段papers[].pages 12"
    assert dict(shown_values(VALUES, FIELDS, "en"))["field tags"] == "the red、the blue"


@pytest.mark.parametrize("name", ["values.yaml", "values.json"])
def test_a_file_says_what_it_says(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    said = "purpose: 合同\nuse_date: 2026-11-25\ncopies: 2\n"
    path.write_text(said if name.endswith("yaml") else json.dumps(VALUES), "utf-8")
    expected = {"purpose": "合同", "use_date": "2026-11-25", "copies": 2}
    assert read_values(path) == (expected if name.endswith("yaml") else VALUES)


@pytest.mark.parametrize("said", ["[]", "a: [", "!!python/object:os.system {}"])
def test_what_is_no_file_of_fields_is_refused(tmp_path: Path, said: str) -> None:
    path = tmp_path / "values.yaml"
    path.write_text(said, "utf-8")
    with pytest.raises(NotAFile):
        read_values(path)
