"""Forms for tests: one with a field of every kind, and the two files of the demo's seal-use."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from chassis.project import PROJECT
from services.approval.domain.forms.form import Form
from services.approval.domain.forms.reading import read_form

SEAL_USE = PROJECT / "services" / "approval" / "policy_files" / "seal-use"
FORM = (SEAL_USE / "form.json").read_text("utf-8")
POLICY = (SEAL_USE / "policy.yaml").read_text("utf-8")
FILLED_IN: dict[str, Any] = {
    "purpose": "华中医院框架合同",
    "seal": "company",
    "copies": 2,
    "use_date": "2026-11-25",
    "papers": [{"name": "框架合同", "pages": 12}],
}


def label(word: str) -> dict[str, str]:
    return {"zh": word, "en": word}


def a_schema(**changes: Any) -> dict[str, Any]:
    """A small form: a purpose and whole copies. `changes` replace what stands at the top; None takes it away."""
    schema: dict[str, Any] = {
        "x-process": "seal-use",
        "x-prefix": "SU",
        "x-label": label("seal"),
        "x-title-field": "purpose",
        "type": "object",
        "additionalProperties": False,
        "required": ["purpose"],
        "properties": {
            "purpose": {"type": "string", "maxLength": 100, "x-label": label("purpose")},
            "copies": {"type": "integer", "x-label": label("copies")},
        },
    }
    changed = {**deepcopy(schema), **changes}
    return {key: value for key, value in changed.items() if value is not None}


def with_fields(**fields: dict[str, Any]) -> dict[str, Any]:
    """The small form with these fields beside its own."""
    schema = a_schema()
    schema["properties"] |= {key: {"x-label": label(key), **field} for key, field in fields.items()}
    return schema


def a_form(schema: dict[str, Any] | None = None) -> Form:
    form, problems = read_form(json.dumps(schema or a_schema(), ensure_ascii=False))
    assert form is not None, problems
    return form


def problems_of(schema: dict[str, Any] | str) -> list[tuple[str, str]]:
    text = schema if isinstance(schema, str) else json.dumps(schema)
    return [(found.path, found.rule) for found in read_form(text)[1]]


def the_seal_use_form() -> Form:
    return a_form(json.loads(FORM))
