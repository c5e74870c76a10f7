"""Policies of a scenario's own, as a publisher would write them: YAML, of which JSON is a part."""

from __future__ import annotations

import json
from typing import Any

Step = dict[str, Any]


def said(word: str) -> dict[str, str]:
    return {"zh": word, "en": word}


def step(key: str, *approvers: dict[str, Any], **settings: Any) -> Step:
    """A step of a policy. `step("sign", person("heli"), mode="all")`."""
    asked = {"approvers": list(approvers)} if approvers else {}
    return {"key": key, "title": said(key)} | asked | settings


def person(login: str, **settings: Any) -> dict[str, Any]:
    return {"person": login} | settings


def post(key: str, **settings: Any) -> dict[str, Any]:
    return {"post": key} | settings


def policy(process: str, stages: dict[str, list[Step]], **settings: Any) -> str:
    """`settings` go into the first stage where they are settings of a stage, else into the policy."""
    of_stage = {
        key: settings.pop(key) for key in ("repeated_approver", "may_be_empty", "one_hand") if key in settings
    }
    written = {key: {"title": said(key), "steps": steps} for key, steps in stages.items()}
    next(iter(written.values())).update(of_stage)
    facts = {"amount": {"type": "money", "title": said("amount")}} | settings.pop("facts", {})
    return json.dumps(
        {
            "process": process,
            "title": said(process),
            "facts": facts,
            "administrators": [post("process-administrator")],
            "stages": written,
        }
        | settings,
        ensure_ascii=False,
    )
