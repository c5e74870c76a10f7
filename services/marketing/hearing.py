"""What this service hears on the bus: how the budget behind its activities stands in expense."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from google.protobuf.message import Message

from chassis.bus.jetstream import Bus
from chassis.bus.receiving import Handler
from chassis.bus.subscription import Subscription
from chassis.postgres.database import Database
from chassis.transaction.envelope import Envelope
from kernel.clock import Clock
from services.marketing.books import allotment_from_message
from services.marketing.store.unit_of_work import MarketingUnitOfWork
from services.marketing.use_cases import allotments
from zhupi.expense.v1.events_pb2 import AllotmentChanged

# The durable consumer's name: another one would hear of everything anew.
NAME: Final = "marketing-allotments"


def hearing(
    bus: Bus, database: Database, units: Callable[[], MarketingUnitOfWork], clock: Clock
) -> Subscription:
    handlers: dict[type[Message], Handler] = {AllotmentChanged: partial(take_allotment, clock=clock)}
    return Subscription(bus, NAME, handlers, database=database, uow=units)


async def take_allotment(
    message: AllotmentChanged, *, uow: MarketingUnitOfWork, envelope: Envelope, clock: Clock
) -> None:
    told = allotment_from_message(message)
    await allotments.take_allotment(told, uow=uow, actor=envelope.actor, clock=clock)
