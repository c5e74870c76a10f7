"""Work items: listing and showing them, and what every act on one is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.errors import EtagMismatch, NotFound
from services.approval.domain.cases.case import Case
from services.approval.domain.people.directory import PersonId
from services.approval.domain.steps.refusals import NotActive
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.work_items import WorkItem
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.refusals import OnlyPeople
from services.approval.use_cases.sight import sight_of
from services.approval.use_cases.views import CaseView, ItemView


@dataclass(frozen=True, slots=True)
class OnItem:
    """`etag` empty: whatever the item has become; `document_version` is the one that was shown, 0 where it does not matter."""

    item: UUID
    etag: str = ""
    document_version: int = 0


def must_be_person(actor: Actor) -> PersonId:
    """The person who acts, or for whom a service acts. Raises OnlyPeople."""
    if not actor.person:
        raise OnlyPeople
    return actor.person


async def must_be_active(person: PersonId, uow: ApprovalUnitOfWork, at: datetime) -> None:
    """A token outlives its person by hours. Raises NotActive."""
    if (await uow.directories.current()).as_of(local_date(at)).person(person) is None:
        raise NotActive


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
        due_at=step.due,
        due_is_provisional=bool(step.countdown and step.countdown.provisional),
        held_until=step.held_until,
    )


async def get_item(item: UUID, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> ItemView:
    """Raises NotFound, also where the policy keeps from the caller with whom it is."""
    async with uow:
        sight = await sight_of(actor, uow, clock)
        found = await uow.items.find(item, sight)
        if sight.person not in found.item.people:
            # Whoever sees the case as somebody else sees of it what that person does.
            must_be_shown(found, await uow.cases.find(found.step.case, sight))
        return found


def must_be_shown(item: ItemView, case: CaseView) -> None:
    """Raises NotFound where the case is shown without it."""
    if item.item.id not in {shown.item.id for shown in case.items}:
        raise NotFound(name=item.item.name)
