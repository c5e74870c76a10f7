"""What a planned step means, as people read it."""

from __future__ import annotations

from kernel.text import Text
from services.approval.domain.planning.route import RouteStep
from services.approval.domain.policies.ballot import Mode, enough_to_reject, needed_to_pass


def ballot_sentence(step: RouteStep) -> Text:
    """How the decisions of a step are counted, empty where its mode says all."""
    weight = sum(approver.weight for approver in step.approvers)
    if step.mode is Mode.VOTE and weight:
        needed = needed_to_pass(step.mode, step.terms, weight)
        said = Text(f"{weight} 票中 {needed} 票同意即通过", f"passes with {needed} of {weight} votes")
        rejecting = enough_to_reject(step.mode, step.terms, weight)
        if step.terms.rejects and rejecting <= weight:
            said = Text(
                f"{said.zh}，{rejecting} 票拒绝即不通过", f"{said.en}, fails with {rejecting} against"
            )
    else:
        said = Text("", "")
    if not step.terms.waits:
        return said
    heard = Text("所有人表态后才有结果", "everyone is heard first")
    return Text(f"{said.zh}，{heard.zh}", f"{said.en}; {heard.en}") if said.zh else heard
