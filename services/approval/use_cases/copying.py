"""A policy has people told of a step as it opens or ends, and of the end of a stage. They are found as approvers are, at that moment."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from kernel.actor import SYSTEM
from kernel.errors import Refusal
from kernel.text import Text
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.notices import NoticeKind
from services.approval.domain.planning.copying import copies, last_steps, stage_copies
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.policies.settings.copying import PASSED
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.walked import NO_PAST, passed
from services.approval.use_cases.events import about
from services.approval.use_cases.planning import request_at_end, request_now
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.step_events import OUTCOMES, StageCopied, StepCopied

BEGUN: Final = Text("开始审批", "begun")


async def send_copies(
    before: Step | None, after: Step, case: Case, uow: ApprovalUnitOfWork, at: datetime
) -> None:
    """What the step has become is written down already; `before` is None as it opens.

    A decision that may still be taken back is not told of: it is once nobody can take it back any more.
    """
    ends = after.is_delivered and (before is None or not before.is_delivered)
    outcome = after.outcome if ends else None
    if ends:
        await _of_the_stage(after, case, uow, at)
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


async def _of_the_stage(last: Step, case: Case, uow: ApprovalUnitOfWork, at: datetime) -> None:
    """The step may have been the last of its stage: that is turned down or given back by any, and passed by all together."""
    name, policy = last.name, await uow.policies.version(case.name.process, case.policy)
    stage = policy.stage(name.stage)
    if not stage.copying.is_due(opens=False, outcome=last.outcome) or not await _ends_its_stage(last, uow):
        return
    try:
        found = stage_copies(await request_at_end(case, name.stage, uow, at))
    except Refusal:
        return  # as above
    if not found.people:
        return
    uow.notices.tell(found.people, NoticeKind.COPY, case, _text(stage.title, last.outcome), at=at)
    uow.record(
        StageCopied(
            **about(case, SYSTEM, at),
            stage=stage.key,
            title=stage.title,
            people=found.people,
            rule=f"policies/{case.name.process}/versions/{case.policy} {found.rule}",
        )
    )


async def _ends_its_stage(last: Step, uow: ApprovalUnitOfWork) -> bool:
    if last.outcome not in PASSED:
        return last.completion is not None and not last.completion.targets
    name = last.name
    view = await uow.routes.latest(name.case, name.stage)
    if view is None or name.key not in last_steps(view.route):
        return False
    walked = {one.key: one for one in await uow.steps.walked(name.case, name.stage)}
    past = await uow.routes.past(name.case, name.stage, view.round) or NO_PAST
    # What is about to be walked again has been decided, and is not any more.
    over = {
        key
        for key in passed(walked, view.round, past)
        if key not in walked or not (walked[key].is_held and walked[key].round == view.round)
    }
    return last_steps(view.route) - {name.key} <= over


def _text(title: Text, outcome: Outcome | None) -> Text:
    became = BEGUN if outcome is None else OUTCOMES[outcome]
    return Text(f"抄送给您：“{title.zh}”{became.zh}", f"A copy for you: “{title.en}”, {became.en}")
