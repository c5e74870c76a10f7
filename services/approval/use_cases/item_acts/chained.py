"""What comes to those who wanted to go on with a case, started as soon as it comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kernel.actor import Actor
from services.approval.domain.cases.case import Case
from services.approval.domain.steps.states import OPEN
from services.approval.domain.steps.steps import Step
from services.approval.use_cases.events import about
from services.approval.use_cases.item_events import WorkItemFollowed
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork


async def followed(
    case: Case, before: Step | None, step: Step, actor: Actor, uow: ApprovalUnitOfWork, at: datetime
) -> Step:
    """The step with what has come to those started who wanted to go on with this case. Nothing else is looked at."""
    were_open = {item.id for item in before.items if item.state in OPEN} if before else set()
    came = [item for item in step.items if item.is_vote and item.state in OPEN and item.id not in were_open]
    if not came:
        return step
    for person in await uow.chains.wishes(case.name):
        item = next((one for one in came if person in one.audience and person != step.requester), None)
        if item is None:
            continue
        came.remove(item)
        step = step.start(item.id, person)
        if before is None:
            # Whoever sees it first sees it as it begins.
            step = step.with_items(replace(step.item(item.id), version=item.version))
        uow.chains.fulfil(case.name, person)
        uow.record(
            WorkItemFollowed(
                **about(case, actor, at),
                item=item.name,
                step=str(step.name),
                title=step.title,
                person=person,
            )
        )
    return step
