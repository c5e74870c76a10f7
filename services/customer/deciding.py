"""What becomes of cases about customers that need no code: their end is heard on the bus, and followed up once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from chassis.bus.jetstream import Bus
from chassis.bus.subscription import Subscription
from chassis.cases.ports import Attachments, Documents, Filled
from chassis.postgres.database import Database
from chassis.transaction.envelope import Envelope
from kernel.clock import Clock
from kernel.decided import DocumentChanged
from kernel.errors import FailedPrecondition, NotFound, Refusal
from services.customer.domain.asked import AGREEMENT, CUSTOMER, PROCESSES
from services.customer.domain.follow_up import FollowUp
from services.customer.store.unit_of_work import CustomerUnitOfWork
from services.customer.use_cases.follow_ups import follow_up
from zhupi.approval.v1.case_pb2 import CASE_OUTCOME_APPROVED
from zhupi.approval.v1.events_pb2 import CaseClosed

# The durable consumer's name: another one would hear of everything anew.
NAME: Final = "customer-deciding"


class NotApproved(FailedPrecondition):
    """The message says so, its document does not."""

    zh = "{name} 并未通过审批"
    en = "{name} was not approved"


def deciding(
    bus: Bus,
    database: Database,
    units: Callable[[], CustomerUnitOfWork],
    clock: Clock,
    *,
    documents: Documents,
    attachments: Attachments,
) -> Subscription:
    handle = partial(take_closed, clock=clock, documents=documents, attachments=attachments)
    return Subscription(bus, NAME, {CaseClosed: handle}, database=database, uow=units)


async def take_closed(
    message: CaseClosed,
    *,
    uow: CustomerUnitOfWork,
    envelope: Envelope,
    clock: Clock,
    documents: Documents,
    attachments: Attachments,
) -> None:
    """Raises Unavailable, Contention: it is brought again, for as long as the outage lasts."""
    if message.outcome != CASE_OUTCOME_APPROVED or message.process not in PROCESSES:
        return
    document = Filled(name=message.document, process=message.process)
    fault: Refusal | None = None
    try:
        document = await documents.get(message.document)
        _must_be_what_was_decided(document, message)
    except (NotFound, NotApproved, DocumentChanged) as refusal:
        fault = refusal
    with_files = message.process == AGREEMENT and fault is None
    files = await attachments.of(message.document) if with_files else frozenset()
    await follow_up(_heard(message, document, files, clock), fault, uow=uow, clock=clock)


def _must_be_what_was_decided(document: Filled, message: CaseClosed) -> None:
    """Raises NotApproved, DocumentChanged. A message carries no authority: what counts is what approval answers."""
    if not document.is_approved or document.process != message.process:
        raise NotApproved(name=document.name)
    if document.version != message.document_version:
        raise DocumentChanged(name=document.name, current=document.version)


def _heard(message: CaseClosed, document: Filled, files: frozenset[str], clock: Clock) -> FollowUp:
    now, said = clock.now(), document.values.get(CUSTOMER, "")
    return FollowUp(
        number=message.document.rpartition("/")[2],
        case=message.case,
        process=message.process,
        title=document.title or message.document,
        requester=document.requester,
        customer=said.removeprefix("customers/") if isinstance(said, str) else "",
        values=document.values,
        files=tuple(sorted(files)),
        create_time=now,
        update_time=now,
    )
