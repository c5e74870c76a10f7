"""Event logs and their mapping, as small as a test needs them."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from replay.mapping import Mapping
from replay.script import Script, Scripted, script
from replay.xes import Trace

SUBMITTED, SAVED, BACK = "submitted", "saved", "taken back"
CHECKED, APPROVED = "approved by ADMIN", "final approval by BOSS"
ADMIN_RETURNS, BOSS_RETURNS, FINANCE_RETURNS = (
    "rejected by ADMIN",
    "rejected by BOSS",
    "rejected by MISSING",
)
ASKED, PAID = "payment asked", "payment made"
THROUGH = (SUBMITTED, CHECKED, APPROVED, ASKED, PAID)


def a_mapping(**changes: Any) -> dict[str, Any]:
    """A mapping as its file says it: an employee, an administration, a boss and finance; two routes."""
    mapping: dict[str, Any] = {
        "title": {"zh": "某校报销", "en": "Claims of a school"},
        "log": {"case": "id", "amount": {"attribute": "amount"}},
        "organisation": {"key": "school", "title": {"zh": "学校", "en": "School"}},
        "expense_type": {"key": "errand", "title": {"zh": "公干", "en": "Errand"}},
        "claimant": "STAFF",
        "finance": "MISSING",
        "roles": {
            "STAFF": {"login": "school-staff", "name": "教师"},
            "ADMIN": a_role("admin", "行政"),
            "BOSS": a_role("boss", "校长"),
            "MISSING": a_role("finance", "财务"),
        },
        "activities": {
            SAVED: {"verb": "save"},
            SUBMITTED: {"verb": "submit"},
            BACK: {"verb": "take_back"},
            CHECKED: {"verb": "approve", "role": "ADMIN"},
            APPROVED: {"verb": "approve_last", "role": "BOSS"},
            ADMIN_RETURNS: {"verb": "return", "role": "ADMIN"},
            BOSS_RETURNS: {"verb": "return", "role": "BOSS"},
            FINANCE_RETURNS: {"verb": "finance_return"},
            ASKED: {"verb": "ask_payment"},
            PAID: {"verb": "paid"},
        },
        "routes": [
            {"cost_centre": "1000", "steps": ["ADMIN", "BOSS"]},
            {"cost_centre": "2000", "steps": ["BOSS"]},
        ],
        "ends": {PAID: "paid", BACK: "draft", SAVED: "draft", FINANCE_RETURNS: "returned"},
        "impossible": [
            {"activity": ASKED, "while": "draft", "reason": {"zh": "从未提交", "en": "never submitted"}}
        ],
    }
    return {**mapping, **changes}


def a_role(key: str, name: str) -> dict[str, Any]:
    title = {"zh": name, "en": key.capitalize()}
    return {"login": f"school-{key}", "name": name, "post": {"key": f"school-{key}", "title": title}}


def mapped(**changes: Any) -> Mapping:
    return Mapping.model_validate(a_mapping(**changes))


def write_mapping(folder: Path, **changes: Any) -> Path:
    path = folder / "mapping.yaml"
    path.write_text(yaml.safe_dump(a_mapping(**changes), allow_unicode=True), "utf-8")
    return path


def a_trace(*activities: str, case: str = "case 1", amount: str = "12.3456", number: int = 1) -> Trace:
    events = [{"concept:name": activity, "amount": amount} for activity in activities]
    return Trace(number, {"id": case}, events)


def scripted(*activities: str, **changes: Any) -> Scripted:
    return script(a_trace(*activities, **changes), mapped())


def walkable(*activities: str, **changes: Any) -> Script:
    found = scripted(*activities, **changes)
    assert isinstance(found, Script), found
    return found


def write_log(path: Path, traces: Iterable[Trace]) -> Path:
    """As XES; compressed where the name says so."""
    text = f'<log xmlns="http://www.xes-standard.org/">{"".join(map(_trace, traces))}</log>'
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def _trace(trace: Trace) -> str:
    events = "".join(f"<event>{_attributes(event)}</event>" for event in trace.events)
    return f"<trace>{_attributes(trace.attributes)}{events}</trace>"


def _attributes(attributes: dict[str, str]) -> str:
    return "".join(f'<string key="{key}" value="{value}"/>' for key, value in attributes.items())
