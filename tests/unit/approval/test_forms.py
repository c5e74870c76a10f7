"""Forms as they are published: read, bounded, and held against their policy."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from services.approval.domain.forms.filling_in import ValuesNotValid, check_values
from services.approval.domain.forms.fitting import misfits
from services.approval.domain.forms.form import FieldType
from services.approval.domain.forms.reading import published_form, read_form
from services.approval.domain.policies.facts import FactType
from services.approval.policy_text.reading import read_policy
from tests.builders.approval import TODAY, a_directory
from tests.builders.forms import (
    FORM,
    POLICY,
    a_form,
    a_schema,
    label,
    problems_of,
    the_seal_use_form,
    with_fields,
)

LIST = {"type": "array", "maxItems": 3}
CLOSED: dict[str, Any] = {"type": "object", "additionalProperties": False}


def test_the_form_of_the_demo_is_read_field_by_field() -> None:
    assert problems_of(FORM) == []
    form = the_seal_use_form()
    assert (form.process, form.prefix, form.title.zh) == ("seal-use", "SU", "用章申请")
    papers = [one for one in form.fields if one.path.startswith("papers")]
    assert [(one.path, one.is_required) for one in papers] == [
        ("papers", True),
        ("papers[].name", True),
        ("papers[].pages", True),
    ]
    assert [choice.title.zh for choice in form.by_path["seal"].choices] == ["公章", "合同专用章", "法人章"]


def test_every_kind_of_field_is_known_by_its_schema() -> None:
    form = a_form(
        with_fields(
            text={"type": "string", "maxLength": 10},
            money={"type": "string", "format": "money"},
            date={"type": "string", "format": "date"},
            person={"type": "string", "format": "person"},
            organisation={"type": "string", "format": "organisation"},
            whole={"type": "integer"},
            number={"type": "number"},
            flag={"type": "boolean"},
            texts={**LIST, "items": {"type": "string", "maxLength": 10}},
            people={**LIST, "items": {"type": "string", "format": "person"}},
            group={
                **CLOSED,
                "properties": {"city": {"type": "string", "maxLength": 9, "x-label": label("city")}},
            },
            table={
                **LIST,
                "items": {**CLOSED, "properties": {"n": {"type": "integer", "x-label": label("n")}}},
            },
        )
    )
    kinds = {one.path: one.type for one in form.fields}
    assert {kind: kinds[kind] for kind in FieldType} == {kind: kind for kind in FieldType}
    assert kinds["group.city"] is FieldType.TEXT
    assert kinds["table[].n"] is FieldType.WHOLE


def test_a_field_may_be_described_once_and_used_twice() -> None:
    form = a_form(
        {
            **with_fields(first={"$ref": "#/$defs/place"}, second={"$ref": "#/$defs/place"}),
            "$defs": {"place": {"type": "string", "maxLength": 20}},
        }
    )
    assert [form.by_path[path].type for path in ("first", "second")] == [FieldType.TEXT, FieldType.TEXT]


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ("{", ("", "NOT_JSON")),
        ("[]", ("", "NOT_AN_OBJECT")),
        ('{"a": 1, "a": 2}', ("", "DUPLICATE_KEY")),
        ('{"minimum": NaN}', ("", "NOT_JSON")),
        ('{"minimum": 1e999999}', ("", "NUMBER_TOO_LARGE")),
        ("[" * 5000, ("", "TOO_DEEP")),
        ("[" * 5000 + "]" * 5000, ("", "TOO_DEEP")),
        (" " * 200_000, ("", "TOO_LARGE")),
        (a_schema(**{"$schema": "http://json-schema.org/draft-07/schema#"}), ("$schema", "UNKNOWN_DIALECT")),
        (a_schema(**{"x-label": label("a\u202eb")}), ("x-label.zh", "TEXT_CHARACTER_REFUSED")),
        (a_schema(**{"x-label": {"zh": "章"}}), ("x-label", "NOT_A_TITLE")),
        (a_schema(**{"x-prefix": "S1"}), ("x-prefix", "NOT_A_PREFIX")),
        (a_schema(**{"x-process": "Seal Use"}), ("x-process", "NOT_A_PROCESS")),
        (a_schema(**{"x-title-field": "nothing"}), ("x-title-field", "NO_SUCH_FIELD")),
        (a_schema(**{"x-title-field": "copies"}), ("x-title-field", "TITLE_NOT_FIT")),
        (a_schema(required=[]), ("x-title-field", "TITLE_NOT_FIT")),
        (a_schema(**{"x-amount-field": "copies"}), ("x-amount-field", "AMOUNT_NOT_FIT")),
        (a_schema(additionalProperties=None), ("additionalProperties", "NOT_CLOSED")),
        (a_schema(requird=["purpose"]), ("requird", "UNKNOWN_KEYWORD")),
        (with_fields(Big={"type": "integer"}), ("properties.Big", "NOT_A_KEY")),
        (with_fields(x={"type": "null"}), ("properties.x.type", "UNKNOWN_TYPE")),
        (with_fields(x={"type": "string"}), ("properties.x.maxLength", "NO_LIMIT")),
        (
            with_fields(x={"type": "string", "maxLength": 10**6}),
            ("properties.x.maxLength", "LIMIT_TOO_LARGE"),
        ),
        (
            with_fields(x={"type": "array", "items": {"type": "string", "maxLength": 5}}),
            ("properties.x.maxItems", "NO_LIMIT"),
        ),
        (with_fields(x={"type": "string", "enum": ["a"]}), ("properties.x.x-choices", "CHOICES_DIFFER")),
        (with_fields(x={"type": "integer", "x-widget": "date"}), ("properties.x.x-widget", "NOT_A_CHOICE")),
        (with_fields(x={"type": "number", "x-fact": "x"}), ("properties.x.x-fact", "FACT_NOT_POSSIBLE")),
        (
            with_fields(x={"type": "integer", "x-fact": "n"}, y={"type": "integer", "x-fact": "n"}),
            ("properties.y.x-fact", "DUPLICATE_FACT"),
        ),
        (with_fields(x={"type": "integer", "minimum": "1"}), ("properties.x.minimum", "NOT_A_SCHEMA")),
        (
            with_fields(x={"type": "string", "maxLength": 5, "format": "uri"}),
            ("properties.x.format", "NOT_A_CHOICE"),
        ),
        (with_fields(x={"$ref": "http://example.com/a.json"}), ("properties.x.$ref", "REMOTE_REFERENCE")),
        (with_fields(x={"$ref": "#"}), ("properties.x.$ref", "REMOTE_REFERENCE")),
        (with_fields(x={"$ref": "#/$defs/none"}), ("properties.x.$ref", "UNKNOWN_REFERENCE")),
    ],
    ids=lambda value: str(value)[-60:] if isinstance(value, tuple) else "",
)
def test_what_is_wrong_with_a_form_is_said_with_its_place(schema: Any, problem: tuple[str, str]) -> None:
    assert problem in problems_of(schema)


def test_a_reference_that_leads_to_itself_is_refused() -> None:
    schema = with_fields(x={"$ref": "#/$defs/a"})
    schema["$defs"] = {"a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {"not": {"$ref": "#/$defs/a"}}}
    assert ("$defs.b.not.$ref", "REFERENCE_LOOP") in problems_of(schema)


def test_references_that_multiply_are_counted_as_often_as_they_are_followed() -> None:
    """Twenty definitions, each naming the next one twice: a million schemas."""
    schema = with_fields(x={"$ref": "#/$defs/d0"})
    twice = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(20)}
    schema["$defs"] = {**twice, "d20": {"type": "string", "maxLength": 5}}
    assert "TOO_MANY" in {rule for _, rule in problems_of(schema)}


@pytest.mark.parametrize("pattern", ["(?=a)b", "(a)\\1", "(", "(a{1000}){1000}{1000}"])
def test_a_pattern_that_could_run_away_is_no_pattern(pattern: str) -> None:
    schema = with_fields(x={"type": "string", "maxLength": 50, "pattern": pattern})
    assert ("properties.x.pattern", "NOT_A_SCHEMA") in problems_of(schema)


def test_a_pattern_takes_time_in_proportion_to_the_text() -> None:
    """With an engine that tries again from where it failed this would outlast the house."""
    form = a_form(with_fields(x={"type": "string", "maxLength": 5000, "pattern": "^(a|aa)+(b|bb)+a*a*a*c$"}))
    began = time.process_time()
    with pytest.raises(ValuesNotValid):
        check_values(form, {"purpose": "章", "x": "a" * 5000}, a_directory().as_of(TODAY), complete=True)
    assert time.process_time() - began < 1


def test_the_policy_of_the_demo_fits_its_form() -> None:
    policy, problems = read_policy(POLICY)
    assert not problems
    assert policy is not None
    assert misfits(the_seal_use_form(), policy) == ()


@pytest.mark.parametrize(
    ("facts", "misfit"),
    [
        ("weight: {type: whole, title: {zh: 重, en: weight}}", ("facts.weight", "FACT_WITHOUT_FIELD")),
        ("seal: {type: whole, title: {zh: 章, en: seal}}", ("facts.seal.type", "FACT_TYPE_DIFFERS")),
        ("amount: {type: money, title: {zh: 额, en: amount}}", ("facts.amount", "FACT_MAY_BE_MISSING")),
        ("requester: {type: text, title: {zh: 人, en: who}}", ("facts.requester.type", "FACT_TYPE_DIFFERS")),
    ],
)
def test_a_fact_that_the_form_does_not_give_is_named(facts: str, misfit: tuple[str, str]) -> None:
    begin, end = POLICY.index("facts:"), POLICY.index("administrators:")
    policy, _ = read_policy(f"{POLICY[:begin]}facts:\n  {facts}\n{POLICY[end:]}")
    assert policy is not None
    assert [(found.path, found.rule) for found in misfits(the_seal_use_form(), policy)] == [misfit]


def test_a_policy_of_another_process_does_not_fit() -> None:
    policy, _ = read_policy(POLICY.replace("process: seal-use", "process: car-use"))
    assert policy is not None
    assert [found.rule for found in misfits(the_seal_use_form(), policy)] == ["PROCESS_DIFFERS"]


def test_every_document_gives_its_requester_and_organisation_as_facts() -> None:
    facts = a_form().facts_of({"purpose": "章"}, "wangfang", "henan")
    assert {key: fact.type for key, fact in facts.items()} == {
        "requester": FactType.PERSON,
        "organisation": FactType.ORGANISATION,
    }


def test_several_people_of_a_form_are_a_fact_from_which_a_requester_may_choose() -> None:
    people = {**LIST, "items": {"type": "string", "format": "person"}, "x-fact": "reviewers"}
    form = a_form(with_fields(reviewers=people))
    facts = form.facts_of(
        {"purpose": "章", "reviewers": ["people/lihua", "people/sunli"]}, "wangfang", "henan"
    )
    assert (facts["reviewers"].type, facts["reviewers"].value) == (FactType.PEOPLE, ("lihua", "sunli"))


def test_what_was_published_stays_readable_whatever_the_rules_have_become() -> None:
    strict = json.dumps(with_fields(x={"type": "string", "x-widget": "hologram"}))
    assert read_form(strict)[0] is None
    form = published_form(strict, 7)
    assert (form.version, form.by_path["x"].type) == (7, FieldType.TEXT)
