"""Work items: listing, showing, and taking them into one's own list, out of it, into another's."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.errors import EtagMismatch, NotFound
from services.approval.domain.cases.case import Case
from services.approval.domain.people.directory import PersonId
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.work_items import WorkItem
from services.approval.use_cases.events import about
from services.approval.use_cases.messages import inbox_changes
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.refusals import OnlyPeople
from services.approval.use_cases.sight import sight_of
from services.approval.use_cases.step_events import WorkItemClaimed, WorkItemReleased, WorkItemTransferred
from services.approval.use_cases.views import ItemView


@dataclass(frozen=True, slots=True)
class OnItem:
    """`etag` empty: whatever the item has become."""

    item: UUID
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    item: UUID
    to: PersonId
    etag: str
    comment: str = ""


def must_be_person(actor: Actor) -> PersonId:
    """The person who acts, or for whom a service acts. Raises OnlyPeople."""
    if not actor.person:
        raise OnlyPeople
    return actor.person


def expect(item: WorkItem, etag: str) -> None:
    """Raises EtagMismatch."""
    if etag and etag != str(item.version):
        raise EtagMismatch(field="etag", name=item.name, current=item.version)


def item_view(case: Case, step: Step, item: UUID) -> ItemView:
    return ItemView(
        item=step.item(item),
        step=step.name,
        step_title=step.title,
        created_at=step.opened_at,
        document=case.document,
        document_version=case.document_version,
        title=case.title,
        amount=case.amount,
        requester=case.requester,
        organisation=case.organisation,
        policy=case.policy,
    )


async def get_item(item: UUID, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> ItemView:
    """Raises NotFound, also where the policy keeps from the caller with whom it is."""
    async with uow:
        sight = await sight_of(actor, uow, clock)
        found = await uow.items.find(item, sight)
        if sight.person not in found.item.people:
            case = await uow.cases.find(found.step.case, sight)
            if item not in {shown.item.id for shown in case.items}:
                raise NotFound(name=found.item.name)
        return found


async def claim_item(cmd: OnItem, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> ItemView:
    """Takes it from its pool. Raises WorkItemTaken, NotACandidate, WorkItemClosed."""
    person = must_be_person(actor)
    async with uow:
        case, before = await uow.cases.lock_with_item(cmd.item)
        after = before.claim(cmd.item, person)
        case.must_allow_decision(case.document_version)
        expect(before.item(cmd.item), cmd.etag)
        if after == before:
            return await uow.commit(item_view(case, after, cmd.item))
        now = clock.now()
        uow.steps.save(before, after, now)
        item = after.item(cmd.item).name
        claimed = WorkItemClaimed(
            **about(case, actor, now), item=item, step=str(after.name), title=after.title
        )
        uow.record(claimed)
        uow.tell(*inbox_changes(before.items, after.items))
        return await uow.commit(item_view(case, after, cmd.item))


async def release_item(cmd: OnItem, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> ItemView:
    """Puts it back into its pool. Raises NotFromAPool, NotYourWorkItem, WorkItemClosed."""
    person = must_be_person(actor)
    async with uow:
        case, before = await uow.cases.lock_with_item(cmd.item)
        after = before.release(cmd.item, person)
        case.must_allow_decision(case.document_version)
        expect(before.item(cmd.item), cmd.etag)
        now = clock.now()
        uow.steps.save(before, after, now)
        item = after.item(cmd.item).name
        released = WorkItemReleased(
            **about(case, actor, now), item=item, step=str(after.name), title=after.title
        )
        uow.record(released)
        uow.tell(*inbox_changes(before.items, after.items))
        return await uow.commit(item_view(case, after, cmd.item))


async def transfer_item(cmd: Transfer, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> ItemView:
    """Gives it to another person. Raises CannotTransferTo, NotYourWorkItem, WorkItemClosed."""
    person = must_be_person(actor)
    async with uow:
        case, before = await uow.cases.lock_with_item(cmd.item)
        now = clock.now()
        today = (await uow.directories.current()).as_of(local_date(now))
        after = before.transfer(cmd.item, person, cmd.to, today)
        case.must_allow_decision(case.document_version)
        expect(before.item(cmd.item), cmd.etag)
        uow.steps.save(before, after, now)
        uow.cases.join(case.name, [cmd.to])
        transferred = WorkItemTransferred(
            **about(case, actor, now),
            item=after.item(cmd.item).name,
            step=str(after.name),
            title=after.title,
            to=cmd.to,
            comment=cmd.comment.strip(),
        )
        uow.record(transferred)
        uow.tell(*inbox_changes(before.items, after.items))
        return await uow.commit(item_view(case, after, cmd.item))
