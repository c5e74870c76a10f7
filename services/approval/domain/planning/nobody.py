"""Nobody is left to decide a step: who was named, what keeps each of them from it, and where somebody else is to be named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from kernel.errors import FailedPrecondition
from kernel.text import Text
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.exclusions import (
    kept_apart,
    rules_about,
    separation_sentence,
)
from services.approval.domain.planning.request import Found, Request
from services.approval.domain.policies.policy import PolicyStep
from services.approval.domain.policies.settings.visibility import USUAL_VISIBILITY

MOST_NAMED: Final = 10
REQUESTER: Final = Text("申请人", "the requester")
EXCEPTED: Final = Text("策略排除", "excepted by the policy")


class NobodyToApprove(FailedPrecondition):
    """`kept` are those who were named, each with what keeps them from it; `sources` where the policy says who decides."""

    zh = "步骤“{title_zh}”没有可以审批的人{why_zh}"
    en = "Nobody could decide the step {title_en!r}{why_en}"


def nobody_for(
    step: PolicyStep, request: Request, looked_in: Mapping[str, Iterable[Found]]
) -> NobodyToApprove:
    """`looked_in` is whom each source of approvers named, by its path, the step's own first."""
    sources = ", ".join(looked_in)
    names = dict.fromkeys(person for found in looked_in.values() for one in found for person in one.people)
    kept = {person: _why_not(person, step, request) for person in list(names)[:MOST_NAMED]}
    # Where a policy keeps names, so does its refusal.
    if step.rules.visibility != USUAL_VISIBILITY:
        kept = {}
    said = [(request.name(person), why) for person, why in kept.items()]
    people_zh = "、".join(f"{name}（{why.zh}）" for name, why in said)
    people_en = ", ".join(f"{name} ({why.en})" for name, why in said)
    return NobodyToApprove(
        step=step.key,
        title_zh=step.title.zh,
        title_en=step.title.en,
        kept=", ".join(kept),
        sources=sources,
        why_zh=f"：{people_zh or '所指岗位目前无人'}。请在组织目录中为 {sources} 指定其他在职人员，然后重试",
        why_en=f": {people_en or 'nobody holds what is named'}. Name somebody else for {sources} in the directory, then try again",
    )


def _why_not(person: PersonId, step: PolicyStep, request: Request) -> Text:
    if person == request.requester.id:
        return REQUESTER
    here = f"{request.stage}/{step.key}"
    for rule in rules_about(request.policy.separation, here):
        if person in kept_apart(rule, here, request.known):
            return separation_sentence(rule)
    return EXCEPTED
