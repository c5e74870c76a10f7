"""What every act on a work item has in common: the whole write, visible on one screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TypeAlias, TypedDict
from uuid import UUID

from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.text import Text
from kernel.timeline import Event
from services.approval.domain.cases.case import Case
from services.approval.domain.people.directory import AsOf, PersonId
from services.approval.domain.policies.settings.privileges import Privilege
from services.approval.domain.steps.refusals import ActWithheld, NotACandidate, NotYourWorkItem
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.work_items import WorkItem
from services.approval.use_cases.copying import send_copies
from services.approval.use_cases.events import About, about
from services.approval.use_cases.item_acts.chained import followed
from services.approval.use_cases.items import OnItem, expect, item_view, must_be_active, must_be_person
from services.approval.use_cases.messages import (
    inbox_changes,
    signal_workflow,
    step_completed,
    tell_timers,
)
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.separation import keep_apart
from services.approval.use_cases.step_events import StepEnded
from services.approval.use_cases.upcoming import see_ended
from services.approval.use_cases.views import ItemView
from workflows.contracts import STEP_COMPLETED


class AboutItem(About):
    item: str
    step: str
    title: Text
    on_behalf_of: PersonId


class Tools(TypedDict):
    """What every use case is given."""

    uow: ApprovalUnitOfWork
    actor: Actor
    clock: Clock


@dataclass(frozen=True, slots=True)
class Acting:
    """One act under way. The case is locked; `step` is as it is at that moment, `stored` as it was last written down.

    `person` is in whose name it is done: the caller's own, or that of somebody whom they stand in for.
    """

    case: Case
    stored: Step
    step: Step
    item: UUID
    actor: Actor
    person: PersonId
    at: datetime
    uow: ApprovalUnitOfWork

    @property
    def on_behalf_of(self) -> PersonId:
        return self.person if self.person != self.actor.person else ""

    @property
    def about(self) -> AboutItem:
        """What the event of the act begins with."""
        return AboutItem(
            **about(self.case, self.actor, self.at),
            item=self.step.item(self.item).name,
            step=str(self.step.name),
            title=self.step.title,
            on_behalf_of=self.on_behalf_of,
        )

    async def today(self) -> AsOf:
        return (await self.uow.directories.current()).as_of(local_date(self.at))


# What is done, and what the timeline says of it; what else is to be written stands in the verb's own hands.
Verb: TypeAlias = Callable[[Acting], Awaitable[Step] | Step]
Said: TypeAlias = Callable[[Acting, Step], Event]
Finish: TypeAlias = Callable[[Acting, Step], Awaitable[ItemView | None]]
Whose: TypeAlias = Callable[[Step, WorkItem], frozenset[PersonId]]


def those_who_have_it(step: Step, item: WorkItem) -> frozenset[PersonId]:
    """Who may do something with the item: in whose list it stands, who waits for it, and who has delegated it."""
    return item.audience | set(item.owners) | ({item.assignee} - {""})


@dataclass(frozen=True, slots=True)
class Deed:
    """What may be done with an item, as a question: what the step becomes by it. Asking changes nothing.

    `whose`: who may do it, or have it done in their place. `needs` is what the policy must not have withheld.
    """

    verb: Verb
    whose: Whose = those_who_have_it
    needs: Privilege | None = None


def nobodys(_: Step, __: WorkItem) -> frozenset[PersonId]:
    """For what is done by right of a role, or by whoever sees the case: in nobody's place."""
    return frozenset()


async def act_on_item(
    cmd: OnItem,
    deed: Deed,
    said: Said,
    *,
    joins: Iterable[PersonId] = (),
    finish: Finish | None = None,
    uow: ApprovalUnitOfWork,
    actor: Actor,
    clock: Clock,
) -> ItemView:
    """Raises what `allowed` does. `joins` take part in the case from now on. `finish` is done in the same transaction when all else is; what it answers
    is what the caller goes on with.
    """
    must_be_person(actor)
    async with uow:
        act = await begun(cmd.item, deed.whose, uow=uow, actor=actor, clock=clock)
        after = await _told_why_not(act, allowed(act, deed, cmd))
        if after == act.step:
            return await uow.commit(item_view(act.case, after, cmd.item))
        after = await followed(act.case, act.step, after, actor, uow, act.at)
        # Whoever has acted for another sees what has become of it, also when they no longer stand in.
        uow.cases.join(act.case.name, {*joins, *({actor.person} if act.on_behalf_of else ())})
        write(act, after, said(act, after))
        await send_copies(act.stored, after, act.case, uow, act.at)
        if after.is_delivered and not act.stored.is_delivered:
            await see_ended(after, act.case, uow, act.at)
        following = await finish(act, after) if finish else None
        return await uow.commit(replace(item_view(act.case, after, cmd.item), next=following))


async def allowed(act: Acting, deed: Deed, seen: OnItem) -> Step:
    """What the step becomes by it. Every act asks this before it writes; whoever wants to know what they may do asks the same.

    Raises what the verb does: the caller's rights first, then whether it is still open, then what was seen. ActWithheld,
    SeparationOfDuties.
    """
    done = deed.verb(act)
    after = done if isinstance(done, Step) else await done
    if deed.needs in act.step.rules.privileges.withheld:
        raise ActWithheld(act=deed.needs)
    act.case.must_allow_decision(seen.document_version or act.case.document_version)
    expect(act.step.item(act.item), seen.etag)
    await keep_apart(act.case, act.step, after, act.uow)
    return after


async def begun(item: UUID, whose: Whose, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Acting:
    """Locks the case, and finds out in whose name the caller acts.

    Raises NotFound, NotActive, AlreadySigns, RequesterMayNotDecide.
    """
    case, stored = await uow.cases.lock_with_item(item)
    now = clock.now()
    step = stored.woken(now)
    is_theirs = actor.person in whose(step, step.item(item))
    for_whom = (
        frozenset()
        if is_theirs
        else await uow.absences.stood_in_for(actor.person, case.name.process, case.organisation, now)
    )
    return await in_whose_name(
        Acting(case, stored, step, item, actor, actor.person, now, uow), whose, for_whom
    )


async def in_whose_name(act: Acting, whose: Whose, for_whom: frozenset[PersonId]) -> Acting:
    """In the caller's own name where they may; else in that of one of these people, for whom they may act in this case.

    Raises NotActive, AlreadySigns, RequesterMayNotDecide.
    """
    caller, people = act.actor.person, whose(act.step, act.step.item(act.item))
    person = caller if caller in people else min(for_whom & people, default=caller)
    if person in people:  # else whatever a role allows, which is the issuer's business
        await must_be_active(caller, act.uow, act.at)
    if person != caller:
        act.step.must_let_stand_in(act.item, caller)
    return replace(act, person=person)


async def _told_why_not(act: Acting, asked: Awaitable[Step]) -> Step:
    """Raises what was raised, and StandInExpired where the caller did stand in for somebody and no longer does."""
    try:
        return await asked
    except (NotYourWorkItem, NotACandidate):
        people = act.step.item(act.item).people
        await act.uow.absences.refuse_expired(act.actor.person, people, act.at)
        raise


def write(act: Acting, after: Step, event: Event) -> None:
    """The step as it has become, the row of the timeline, a hint to whoever watches, and what the workflow must know."""
    uow = act.uow
    uow.steps.save(act.stored, after, act.at)
    uow.record(event)
    uow.tell(*inbox_changes(act.stored.items, after.items))
    if after.completion is not None and after.completion != act.stored.completion:
        uow.record(_ended(act, after))
    if after.is_delivered and not act.stored.is_delivered:
        signal_workflow(uow, act.case, STEP_COMPLETED, asdict(step_completed(after)))
    else:
        tell_timers(uow, act.case, act.stored, after)


def _ended(act: Acting, step: Step) -> StepEnded:
    assert step.completion is not None
    return StepEnded(
        **about(act.case, act.actor, act.at),
        step=str(step.name),
        title=step.title,
        outcome=step.completion.outcome,
        return_to=step.completion.return_to,
        resume=step.completion.resume,
    )
