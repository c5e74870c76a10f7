"""Steps that the system decides by their rule: who is told of them, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kernel.text import Text
from services.approval.domain.planning.choosing import who_decides
from services.approval.domain.planning.deferring import told_later
from services.approval.domain.planning.request import Request
from services.approval.domain.planning.route import Deferred, RouteStep, Skipped
from services.approval.domain.policies.policy import PolicyStep
from services.approval.domain.policies.settings.unattended import Automatic

WORDS: Final = {
    Automatic.APPROVE: Text("系统按策略自动同意", "approved by the system, as the policy says"),
    Automatic.REJECT: Text("系统按策略自动拒绝", "rejected by the system, as the policy says"),
    Automatic.NOTIFY: Text("系统知会相关人员后自动通过", "the system tells those concerned, and it passes"),
}


def unattended(planned: RouteStep, step: PolicyStep, request: Request, path: str) -> RouteStep:
    """The step asks nobody; whom it tells may be known only when it is reached. Raises NobodyToApprove where it should tell somebody and nobody is there."""
    automatic = step.rules.unattended.automatic
    assert automatic is not None
    words = WORDS[automatic]
    why = Text(f"{planned.why.zh}：{words.zh}", f"{planned.why.en}: {words.en}")
    told: tuple[str, ...] = ()
    later: tuple[Deferred, ...] = ()
    if automatic is Automatic.NOTIFY:
        found = who_decides(step, request, path)
        if not isinstance(found, Skipped):
            told = tuple(person for one in found for person in one.people)
            later = told_later(step, request)
    return replace(planned, why=why, told=told, deferred=later)
