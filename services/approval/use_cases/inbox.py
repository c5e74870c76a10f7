"""People's lists: read, counted, marked as read; copies of cases to others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.postgres.paging import PageRequest
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.errors import FailedPrecondition, PermissionDenied
from kernel.text import Text
from services.approval import permissions
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import CaseName
from services.approval.domain.cases.notices import Notice, NoticeKind
from services.approval.domain.people.directory import OrganisationId, PersonId
from services.approval.use_cases.events import CarbonCopied, about
from services.approval.use_cases.items import must_be_person
from services.approval.use_cases.ports.inbox import Whose
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.queries import AskItems, Order
from services.approval.use_cases.sight import sight_of
from services.approval.use_cases.views import Counts, Inbox
from zhupi.approval.v1.events_pb2 import InboxChanged

COPY = Text("抄送给您", "A copy for you")


class MayNotCopy(PermissionDenied):
    zh = "只有申请人、审批过程中的处理人和管理员可以抄送"
    en = "Only the requester, whoever was asked to decide, and administrators send copies"


class CannotCopyTo(FailedPrecondition):
    zh = "不能抄送给 {person}：不在职，或就是您本人"
    en = "{person} cannot be sent a copy: not active, or yourself"


@dataclass(frozen=True, slots=True)
class SendCopy:
    """`of` is a case, or a work item of one."""

    of: CaseName | UUID
    people: tuple[PersonId, ...]
    comment: str = ""


async def whose_lists(person: PersonId, uow: ApprovalUnitOfWork, at: datetime) -> Whose:
    """The person's, and what there is to do for those whom they stand in for now."""
    return Whose(person, await uow.absences.standings(person, at))


async def list_items(
    query: tuple[AskItems, PageRequest], *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> Inbox:
    """One of the caller's folders."""
    asked, page = query
    person, now = must_be_person(actor), clock.now()
    async with uow:
        whose, narrowed = await whose_lists(person, uow, now), asked.narrowed
        if asked.organisation:
            below = await _with_all_below(asked.organisation, uow, now)
            narrowed = replace(narrowed, organisations=below)
        order = asked.order or Order.NEWEST
        found = await uow.inboxes.page(asked.folder, whose, narrowed, order, page, now)
        if asked.with_counts:
            found = replace(found, counts=await uow.inboxes.counts(whose, now))
        return found


async def _with_all_below(
    organisation: OrganisationId, uow: ApprovalUnitOfWork, at: datetime
) -> tuple[OrganisationId, ...]:
    """The organisation and everything below it; what stood there and is gone counts as long as its place is known."""
    today = (await uow.directories.current()).as_of(local_date(at))
    below = (
        id
        for id in today.directory.index.organisations
        if any(above.id == organisation for above in today.upwards(id))
    )
    return tuple(sorted({organisation, *below}))


async def count_inbox(query: None, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Counts:
    person, now = must_be_person(actor), clock.now()
    async with uow:
        return await uow.inboxes.counts(await whose_lists(person, uow, now), now)


async def mark_read(ids: Sequence[UUID], *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> int:
    """How many had not been read before. Reading is no act on the case: it moves nothing, and its timeline hears nothing.

    Raises NotFound where one is in none of the caller's lists.
    """
    person, now = must_be_person(actor), clock.now()
    async with uow:
        marked = await uow.inboxes.mark_read(ids, await whose_lists(person, uow, now), now)
        uow.tell(*(InboxChanged(notice=f"notices/{id}", people=[f"people/{person}"]) for id in ids))
        return await uow.commit(marked)


async def carbon_copy(
    cmd: SendCopy, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> tuple[Notice, tuple[PersonId, ...]]:
    """Tells people of a case. Raises NotFound, MayNotCopy, CannotCopyTo."""
    person, now = must_be_person(actor), clock.now()
    async with uow:
        sight = await sight_of(actor, uow, clock)
        of = cmd.of if isinstance(cmd.of, CaseName) else (await uow.items.find(cmd.of, sight)).step.case
        case = (await uow.cases.find(of, sight)).case
        await must_let_copy(case, person, uow, actor)
        people = await _recipients(cmd.people, person, uow, now)
        notice = uow.notices.tell(
            people, NoticeKind.COPY, case, COPY, by=person, at=now, comment=cmd.comment.strip()
        )
        assert notice is not None
        uow.record(CarbonCopied(**about(case, actor, now), people=people, comment=notice.comment))
        return await uow.commit((notice, people))


async def must_let_copy(case: Case, person: PersonId, uow: ApprovalUnitOfWork, actor: Actor) -> None:
    """Raises MayNotCopy."""
    if permissions.may_on(actor, "CopyCase", case) or await uow.inboxes.was_asked(case.name, person):
        return
    raise MayNotCopy


async def _recipients(
    asked: tuple[PersonId, ...], caller: PersonId, uow: ApprovalUnitOfWork, at: datetime
) -> tuple[PersonId, ...]:
    today = (await uow.directories.current()).as_of(local_date(at))
    people = tuple(dict.fromkeys(asked))
    for person in people:
        if person == caller or today.person(person) is None:
            raise CannotCopyTo(field="people", person=person)
    return people
