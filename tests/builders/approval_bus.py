"""The approval service on a bus, and documents' owners who publish there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import uuid4

from chassis.bus.jetstream import MESSAGE_ID, STREAM, Bus, BusSender
from chassis.bus.pull import PullSettings
from chassis.bus.subscription import Subscription, SubscriptionSettings
from chassis.outbox.relay import Relay
from chassis.transaction.unit_of_work import BUS
from kernel.clock import SystemClock
from services.approval.engine import starter
from services.approval.inbox import news
from services.approval.inbox.feed import InboxFeed
from tests.builders.approval_house import House
from zhupi.approval.v1.events_pb2 import CaseFact, CaseRequested, NoticeRequested

QUICK: Final = SubscriptionSettings(
    first_delay=0.01, longest_delay=0.05, most_failures=4, pull=PullSettings(ack_wait=3, heartbeat=0.5)
)


@asynccontextmanager
async def on_the_bus(house: House, bus: Bus) -> AsyncIterator[None]:
    """Starter, news, relay to the bus, and feed of open inboxes, as the component runs them."""
    parts, stopping = house.parts, asyncio.Event()
    starts = starter.starter(bus, parts.database, parts.units, SystemClock())
    tells = news.news_teller(bus, parts.database, parts.units, SystemClock())
    async with asyncio.TaskGroup() as tasks:
        for each in (starts, tells):
            hearing = Subscription(
                bus, each.name, each.handlers, database=parts.database, uow=parts.units, settings=QUICK
            )
            tasks.create_task(hearing.run(stopping))
        tasks.create_task(Relay(parts.database, {BUS: BusSender(bus)}).run(stopping))
        tasks.create_task(InboxFeed(bus, parts.watch).run(stopping))
        try:
            yield
        finally:
            stopping.set()


async def publish(bus: Bus, message: CaseRequested | CaseFact | NoticeRequested, id: str = "") -> str:
    """As the relay of the document's owner does; the id of the message."""
    headers = {
        MESSAGE_ID: id or str(uuid4()),
        "Zhupi-Document": message.document,
        "Zhupi-Version": str(getattr(message, "document_version", 1)),
        "Zhupi-Person": "wangfang",
    }
    stream = bus.jetstream(await bus.ready())
    subject = message.DESCRIPTOR.full_name
    await stream.publish(subject, message.SerializeToString(), stream=STREAM, headers=headers)
    return headers[MESSAGE_ID]
