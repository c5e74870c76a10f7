"""The way of news into people's inboxes: what any service publishes of its documents."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import structlog
from google.protobuf.message import Message

from chassis.bus.jetstream import Bus
from chassis.bus.receiving import Handler
from chassis.bus.subscription import Subscription
from chassis.postgres.database import Database
from chassis.transaction.envelope import Envelope
from kernel.clock import Clock
from services.approval.mapping import events
from services.approval.store.unit_of_work import ApprovalStore
from services.approval.use_cases import news
from zhupi.approval.v1.events_pb2 import NoticeRequested

log = structlog.get_logger(__name__)

# The durable consumer's name: another one would read everything anew. Not the starter's: no case waits for news.
NAME: Final = "approval-news"


def news_teller(
    bus: Bus, database: Database, units: Callable[[], ApprovalStore], clock: Clock
) -> Subscription:
    handlers: dict[type[Message], Handler] = {NoticeRequested: partial(tell_news, clock=clock)}
    return Subscription(bus, NAME, handlers, database=database, uow=units)


async def tell_news(
    message: NoticeRequested, *, uow: ApprovalStore, envelope: Envelope, clock: Clock
) -> None:
    command = events.tell_news(message)
    told = await news.tell_news(command, uow=uow, actor=envelope.actor, clock=clock)
    log.info("news were told", document=command.document, id=command.id, people=len(told))
