"""A step opens of which something was decided before: it takes effect if it still fits, else it is dropped and said so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.actor import Actor
from kernel.errors import Refusal
from services.approval.domain.cases.case import Case
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.work_items import Decision
from services.approval.use_cases.ahead_of_time import NotSurelyAsked
from services.approval.use_cases.events import about
from services.approval.use_cases.item_events import WorkItemDecided
from services.approval.use_cases.items import must_be_active
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.ports.upcoming import Ahead
from services.approval.use_cases.separation import keep_apart
from services.approval.use_cases.step_events import StepEnded
from services.approval.use_cases.upcoming import drop, see_ended


@dataclass(frozen=True, slots=True)
class Heard:
    """The step as it opens, and what has taken effect or not; the rows of both are yet to be written."""

    step: Step
    made: tuple[tuple[Ahead, UUID], ...] = ()
    dropped: tuple[tuple[Ahead, Refusal], ...] = ()


async def hear(step: Step, round: int, case: Case, uow: ApprovalUnitOfWork, now: datetime) -> Heard:
    """One after another, in the order in which they were said."""
    if not step.rules.acting.ahead:
        return Heard(step)
    heard = Heard(step)
    for ahead in await uow.upcoming.kept(case.name):
        if (ahead.stage, ahead.round, ahead.step) != (step.name.stage, round, step.name.key):
            continue
        try:
            after, item = await _decided(ahead, heard.step, case, uow, now)
        except Refusal as refusal:
            heard = Heard(heard.step, heard.made, (*heard.dropped, (ahead, refusal)))
        else:
            heard = Heard(after, (*heard.made, (ahead, item)), heard.dropped)
    return heard


async def write(heard: Heard, case: Case, uow: ApprovalUnitOfWork, now: datetime) -> None:
    """Behind the step itself, of whose items these decisions are."""
    step = heard.step
    for ahead, id in heard.made:
        decision, who = step.item(id).decision, _actor(ahead)
        assert decision is not None
        uow.upcoming.forget(case.name, ahead)
        uow.steps.add_decision(id, step.name, decision, who)
        uow.record(
            WorkItemDecided(
                **about(case, who, now),
                item=step.item(id).name,
                step=str(step.name),
                title=step.title,
                on_behalf_of=ahead.on_behalf_of,
                outcome=decision.outcome,
                document_version=decision.document_version,
                comment=decision.comment,
                return_to="",
                said_at=ahead.at,
            )
        )
    for ahead, refusal in heard.dropped:
        drop(ahead, step.title, refusal.text, case, uow, now)
    if step.completion is not None:
        ended = StepEnded(
            **about(case, _actor(heard.made[-1][0]), now),
            step=str(step.name),
            title=step.title,
            outcome=step.completion.outcome,
            return_to="",
        )
        uow.record(ended)
    if step.is_delivered:
        await see_ended(step, case, uow, now)


async def _decided(
    ahead: Ahead, step: Step, case: Case, uow: ApprovalUnitOfWork, now: datetime
) -> tuple[Step, UUID]:
    """Raises whatever keeps it from taking effect."""
    case.must_allow_decision(ahead.document_version)
    await must_be_active(ahead.by, uow, now)
    if ahead.on_behalf_of:
        stood = await uow.absences.stood_in_for(ahead.by, case.name.process, case.organisation, now)
        if ahead.person not in stood:
            await uow.absences.refuse_expired(ahead.by, frozenset({ahead.person}), now)
            raise NotSurelyAsked(step=ahead.step)
    theirs = (item for item in step.items if item.is_vote and item.people == {ahead.person})
    item = next(theirs, None)
    if item is None:
        raise NotSurelyAsked(step=ahead.step)
    said = Decision(
        ahead.outcome,
        ahead.by,
        now,
        ahead.document_version,
        ahead.comment,
        on_behalf_of=ahead.on_behalf_of,
    )
    after = step.decide(item.id, said)
    await keep_apart(case, step, after, uow)
    return after, item.id


def _actor(ahead: Ahead) -> Actor:
    return Actor(person=ahead.by, service=ahead.service, device=ahead.device)
