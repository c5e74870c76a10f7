"""The process starter: requests for approval and news of documents, from the bus into cases."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from chassis.bus.jetstream import Bus
from chassis.bus.subscription import Subscription
from chassis.postgres.database import Database
from chassis.transaction.envelope import Envelope
from kernel.clock import Clock
from services.approval.mapping import events
from services.approval.store.unit_of_work import ApprovalStore
from services.approval.use_cases import starting
from zhupi.approval.v1.events_pb2 import CaseFact, CaseRequested

# The durable consumer's name: another one would read everything anew.
NAME: Final = "approval-starter"


def starter(bus: Bus, database: Database, units: Callable[[], ApprovalStore], clock: Clock) -> Subscription:
    handlers = {
        CaseRequested: partial(start_case, clock=clock),
        CaseFact: partial(take_fact, clock=clock),
    }
    return Subscription(bus, NAME, handlers, database=database, uow=units)


async def start_case(message: CaseRequested, *, uow: ApprovalStore, envelope: Envelope, clock: Clock) -> None:
    """Raises NotNow while the document's former case has not ended."""
    await starting.start_case(
        events.start_case(message),
        uow=uow,
        actor=envelope.actor,
        clock=clock,
        read_fact=events.stored_fact,
    )


async def take_fact(message: CaseFact, *, uow: ApprovalStore, envelope: Envelope, clock: Clock) -> None:
    await starting.take_fact(events.take_fact(message), uow=uow, actor=envelope.actor, clock=clock)
