"""The routes of a log, in the policy of expense claims beside what it says already.

The log's organisation is decided on by the log's roles, as the cost centre of the claim says; for everybody else the policy stays what it
was: each of its steps keeps its condition, and is not asked for the log's organisation.
"""

from __future__ import annotations

import copy
from typing import Any, Final
from uuid import uuid4

import yaml

from cli.session import Session
from kernel.errors import Code, Refusal
from replay.mapping import Mapping
from zhupi.approval.v1.policy_pb2 import GetPolicyRequest, PublishPolicyRequest
from zhupi.approval.v1.policy_pb2_grpc import PolicyServiceStub

PROCESS: Final = "expense-claim"
EMPTY: Final[dict[str, Any]] = {
    "process": PROCESS,
    "title": {"zh": "费用报销", "en": "Expense claim"},
    "stages": {
        "claim": {"title": {"zh": "业务审批", "en": "Approval"}},
        "finance": {"title": {"zh": "财务审核", "en": "Finance review"}},
    },
}
FACTS: Final = {
    "organisation": {"type": "organisation", "title": {"zh": "部门", "en": "organisation"}},
    "cost_centre": {"type": "text", "title": {"zh": "成本中心", "en": "cost centre"}},
}


async def bring_policy(session: Session, mapping: Mapping) -> bool:
    """Whether the policy in force lacked the log's routes."""
    stub = session.stub(PolicyServiceStub)
    try:
        there = await stub.GetPolicy(GetPolicyRequest(name=f"policies/{PROCESS}"))
        present = yaml.load(there.yaml, Loader=yaml.BaseLoader)  # noqa: S506 - makes text only
    except Refusal as refusal:
        if refusal.code is not Code.NOT_FOUND:
            raise
        present = EMPTY
    wanted = with_routes(present, mapping)
    if wanted == present:
        return False
    text = yaml.safe_dump(wanted, allow_unicode=True, sort_keys=False, width=120)
    await stub.PublishPolicy(PublishPolicyRequest(request_id=str(uuid4()), yaml=text))
    return True


def with_routes(policy: dict[str, Any], mapping: Mapping) -> dict[str, Any]:
    """The policy with the log's routes; the same one where it has them."""
    wanted = copy.deepcopy(policy)
    wanted["facts"] = {**FACTS, **wanted.get("facts", {})}
    for stage, own in (("claim", claim_steps(mapping)), ("finance", [finance_step(mapping)])):
        keys = {step["key"] for step in own}
        others = [step for step in wanted["stages"][stage].get("steps", []) if step["key"] not in keys]
        wanted["stages"][stage]["steps"] = [*(_spared(step, mapping) for step in others), *own]
    return wanted


def claim_steps(mapping: Mapping) -> list[dict[str, Any]]:
    """One row of steps of which every route takes some, in its order; a role stands in it twice where routes disagree."""
    row: list[tuple[str, list[str]]] = []
    for route in mapping.routes:
        place = 0
        for role in route.steps:
            found = next((n for n in range(place, len(row)) if row[n][0] == role), None)
            if found is None:
                row.insert(place, (role, []))
                found = place
            row[found][1].append(route.cost_centre)
            place = found + 1
    times: dict[str, int] = {}
    steps = []
    for role, centres in row:
        times[role] = times.get(role, 0) + 1
        listed = ", ".join(f'"{centre}"' for centre in centres)
        steps.append(_step(mapping, role, times[role], f" && cost_centre in [{listed}]"))
    return steps


def finance_step(mapping: Mapping) -> dict[str, Any]:
    return _step(mapping, mapping.finance, 1, "")


def _step(mapping: Mapping, role: str, time: int, condition: str) -> dict[str, Any]:
    place, post = mapping.organisation.key, mapping.roles[role].post
    assert post is not None, "the mapping was checked"
    return {
        "key": post.key if time == 1 else f"{post.key}-{time}",
        "title": {"zh": post.title.zh, "en": post.title.en},
        "when": f'organisation == "{place}"{condition}',
        "approvers": [{"post": post.key, "in": {"organisation": place}}],
    }


def _spared(step: dict[str, Any], mapping: Mapping) -> dict[str, Any]:
    """Somebody else's step, which is not for the log's organisation."""
    spared, when = f'organisation != "{mapping.organisation.key}"', step.get("when", "")
    if spared in when:
        return step
    return {**step, "when": f"{spared} && ({when})" if when else spared}
