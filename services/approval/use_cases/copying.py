"""A policy has people told of a step as it opens or ends. They are found as approvers are, at that moment."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from kernel.actor import SYSTEM
from kernel.errors import Refusal
from kernel.text import Text
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.notices import NoticeKind
from services.approval.domain.planning.copying import copies
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.steps.steps import Step
from services.approval.use_cases.events import about
from services.approval.use_cases.planning import request_now
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.step_events import OUTCOMES, StepCopied

BEGUN: Final = Text("开始审批", "begun")


async def send_copies(
    before: Step | None, after: Step, case: Case, uow: ApprovalUnitOfWork, at: datetime
) -> None:
    """What the step has become is written down already; `before` is None as it opens.

    A decision that may still be taken back is not told of: it is once nobody can take it back any more.
    """
    ends = after.is_delivered and (before is None or not before.is_delivered)
    outcome = after.outcome if ends else None
    if not after.rules.copying.is_due(opens=before is None, outcome=outcome):
        return
    try:
        found = copies(after.name.key, await request_now(case, after.name, uow, at))
    except Refusal:
        return  # the requester's organisation is gone: nobody can be named from there, and nobody is held up by that
    if not found.people:
        return
    uow.notices.tell(found.people, NoticeKind.COPY, case, _text(after.title, outcome), at=at)
    uow.record(
        StepCopied(
            **about(case, SYSTEM, at),
            step=str(after.name),
            title=after.title,
            people=found.people,
            rule=f"policies/{case.name.process}/versions/{case.policy} {found.rule}",
        )
    )


def _text(title: Text, outcome: Outcome | None) -> Text:
    became = BEGUN if outcome is None else OUTCOMES[outcome]
    return Text(f"抄送给您：“{title.zh}”{became.zh}", f"A copy for you: “{title.en}”, {became.en}")
