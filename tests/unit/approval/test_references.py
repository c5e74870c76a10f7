"""Fields that name what other services own: how a form says it, and what is found in values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chassis.project import PROJECT
from services.approval.domain.forms.filling_in import Reference, ValuesNotValid, check_values, references
from services.approval.domain.forms.fitting import misfits, unanswered
from services.approval.domain.forms.reading import read_form
from services.approval.policy_text.reading import examine_policy
from tests.builders.approval import TODAY, a_directory
from tests.builders.forms import a_form, problems_of, with_fields

TEXT: dict[str, Any] = {"type": "string", "maxLength": 50}
CUSTOMER = {**TEXT, "x-reference": "customers"}
ROWS = {
    "type": "array",
    "maxItems": 3,
    "items": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"customer": {**CUSTOMER, "x-label": {"zh": "客户", "en": "Customer"}}},
    },
}
FOLDERS = sorted(path.parent for path in (PROJECT / "services/approval/policy_files").glob("*/form.json"))


def test_a_reference_is_picked_and_not_typed() -> None:
    field = a_form(with_fields(customer=CUSTOMER)).by_path["customer"]
    assert (field.reference, field.widget) == ("customers", "reference")


@pytest.mark.parametrize(
    ("schema", "rule"),
    [
        ({"type": "integer", "x-reference": "customers"}, "NOT_A_REFERENCE"),
        ({**TEXT, "x-reference": "the customers"}, "NOT_A_REFERENCE"),
        ({**TEXT, "x-reference": 7}, "NOT_A_REFERENCE"),
        ({**TEXT, "x-widget": "reference"}, "REQUIRED"),
    ],
)
def test_what_is_no_reference_is_said_where_it_stands(schema: dict[str, Any], rule: str) -> None:
    assert problems_of(with_fields(customer=schema)) == [("properties.customer.x-reference", rule)]


def test_a_collection_that_nobody_answers_for_is_no_reference() -> None:
    form = a_form(with_fields(customer=CUSTOMER, rows=ROWS))
    assert not unanswered(form, {"customers"})
    assert [(found.path, found.rule) for found in unanswered(form, ())] == [
        ("properties.customer.x-reference", "UNKNOWN_COLLECTION"),
        ("properties.rows[].customer.x-reference", "UNKNOWN_COLLECTION"),
    ]


def test_everything_that_is_named_is_found_also_in_lists() -> None:
    form = a_form(with_fields(customer=CUSTOMER, rows=ROWS))
    values: dict[str, Any] = {
        "purpose": "customers/C000009",
        "customer": "customers/C000001",
        "rows": [{"customer": "customers/C000002"}],
    }
    assert references(form, values) == (
        Reference("customer", "customers", "customers/C000001"),
        Reference("rows[0].customer", "customers", "customers/C000002"),
    )


@pytest.mark.parametrize(
    "name", ["C000001", "claims/EC-2026-000001", "customers/", "customers/ 1", "customers"]
)
def test_a_name_of_another_kind_is_refused_in_a_draft_already(name: str) -> None:
    form = a_form(with_fields(customer=CUSTOMER))
    with pytest.raises(ValuesNotValid) as refused:
        check_values(form, {"customer": name}, a_directory().as_of(TODAY), complete=False)
    assert [(one.field, one.rule) for one in refused.value.violations] == [
        ("values.customer", "NOT_A_REFERENCE")
    ]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_processes_that_come_with_zhupi_say_nothing_wrong(folder: Path) -> None:
    """Who holds which post is the group's own matter."""
    form, problems = read_form((folder / "form.json").read_text("utf-8"))
    policy, found = examine_policy((folder / "policy.yaml").read_text("utf-8"), a_directory().as_of(TODAY))
    assert form is not None, problems
    assert form.process == folder.name
    assert {one.rule for one in found} <= {"UNKNOWN_POST"}
    assert policy is None or not misfits(form, policy)
    assert not unanswered(form, {"customers"})
