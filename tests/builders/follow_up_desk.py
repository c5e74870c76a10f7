"""Cases about customers that come to their end, at a desk that hears of it on the bus."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import uuid4

from chassis.bus.jetstream import MESSAGE_ID, STREAM, Bus
from chassis.bus.subscription import Subscription
from chassis.cases.ports import Filled
from kernel.actor import Actor
from services.customer.deciding import NAME, deciding
from services.customer.domain.follow_up import FollowUp
from services.customer.use_cases.follow_ups import OnFollowUp, retry_follow_up, settle_follow_up
from services.customer.use_cases.ports import EVERYTHING
from tests.builders.approval_bus import QUICK
from tests.builders.asking import FilledIn
from tests.builders.customer_desk import KEEPER, Desk
from tests.notes.waiting import until
from zhupi.approval.v1.case_pb2 import CASE_OUTCOME_APPROVED, CaseOutcome
from zhupi.approval.v1.events_pb2 import CaseClosed

LEVEL = "customer-level-change"
AGREEMENT = "customer-agreement"
WIN_BACK = "customer-win-back"
PREFIXES = {LEVEL: "LC", AGREEMENT: "CA", WIN_BACK: "WB"}


@dataclass
class Approvals:
    """Approval and its bus, as this service sees them."""

    desk: Desk
    bus: Bus
    documents: FilledIn = field(default_factory=FilledIn)
    counted: int = 0

    def document(self, process: str, **values: Any) -> Filled:
        """Approved, and asked for by the boss."""
        self.counted += 1
        filled = Filled(
            name=f"documents/{PREFIXES.get(process, 'SU')}-2026-{self.counted:06}",
            process=process,
            title="年度评审",
            requester="boss",
            version=1,
            values=values,
            is_approved=True,
        )
        self.documents.by_name[filled.name] = filled
        return filled

    async def close(
        self,
        document: Filled,
        outcome: CaseOutcome = CASE_OUTCOME_APPROVED,
        *,
        id: str = "",
        version: int = 1,
    ) -> str:
        """As approval's relay tells it; the id of the message."""
        number = document.name.rpartition("/")[2]
        message = CaseClosed(
            case=f"cases/{document.process}/{number}/1",
            process=document.process,
            document=document.name,
            document_version=version,
            outcome=outcome,
        )
        headers = {MESSAGE_ID: id or str(uuid4()), "Zhupi-Document": message.case}
        stream = self.bus.jetstream(await self.bus.ready())
        subject = message.DESCRIPTOR.full_name
        await stream.publish(subject, message.SerializeToString(), stream=STREAM, headers=headers)
        return headers[MESSAGE_ID]

    async def approved(self, process: str, **values: Any) -> FollowUp:
        """What became of it."""
        document = self.document(process, **values)
        await self.close(document)
        return await self.followed(document)

    async def followed(self, document: Filled) -> FollowUp:
        number = document.name.rpartition("/")[2]

        async def there() -> FollowUp | None:
            async with self.desk.uow() as uow:
                known = await uow.follow_ups.exists(number)
                return await uow.follow_ups.get(number, EVERYTHING) if known else None

        found = await until(there)
        assert found is not None
        return found

    async def retry(self, one: FollowUp, by: Actor = KEEPER) -> FollowUp:
        use_case = partial(retry_follow_up, directory=self.desk.directory)
        after: FollowUp = await self.desk.do(use_case, OnFollowUp(one.number, one.etag), by)
        return after

    async def settle(self, one: FollowUp, reason: str, by: Actor = KEEPER) -> FollowUp:
        use_case = partial(settle_follow_up, directory=self.desk.directory)
        after: FollowUp = await self.desk.do(use_case, OnFollowUp(one.number, one.etag, reason), by)
        return after

    def hearing(self) -> Subscription:
        desk = self.desk
        heard = deciding(
            self.bus,
            desk.database,
            desk.uow,
            desk.clock,
            documents=self.documents,
            attachments=desk.files,
        )
        return Subscription(
            self.bus, NAME, heard.handlers, database=desk.database, uow=desk.uow, settings=QUICK
        )


@asynccontextmanager
async def approvals_at(desk: Desk, bus: Bus) -> AsyncIterator[Approvals]:
    """While the service hears of them."""
    approvals, stopping = Approvals(desk, bus), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(approvals.hearing().run(stopping))
        try:
            yield approvals
        finally:
            stopping.set()
