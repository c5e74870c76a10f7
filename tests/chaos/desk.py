"""What people do with any document that is decided in a case, each act one public RPC: the words in which scripts are written."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from typing import Any, ClassVar, Final, Generic, TypeVar

from google.protobuf.message import Message

from tests.chaos.people import Client, Refused
from zhupi.approval.v1 import case_pb2 as cases
from zhupi.approval.v1 import work_item_pb2 as items
from zhupi.approval.v1.case_pb2_grpc import CaseServiceStub
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub

D = TypeVar("D", bound=Message)
Seen = TypeVar("Seen")
LOOK_AGAIN: Final = 0.5
# What waits for the ERP is tried at once every so many looks.
LOOKS_UNTIL_RETRY: Final = 12
OPEN: Final = (items.WorkItem.STATE_OFFERED, items.WorkItem.STATE_ALLOCATED)
# What somebody hears who was slower than somebody else.
TOO_LATE: Final = (
    "WORK_ITEM_CLOSED", "WORK_ITEM_TAKEN", "NOT_YOUR_WORK_ITEM", "ETAG_MISMATCH", "CASE_WITHDRAWN", "CASE_CLOSED",
)  # fmt: skip


class Desk(ABC, Generic[D]):
    """One document of `author`. `document` is how it was last seen; `final` the state in which it is what was asked for.

    In a state of `refused` the ERP has sent it back to its author.
    """

    final: ClassVar[int]
    refused: ClassVar[Collection[int]] = ()
    document: Any

    def __init__(self, client: Client, author: str) -> None:
        self.client, self.author = client, author
        self.random = client.random

    @abstractmethod
    async def look(self) -> D:
        """The document as it is now."""

    @abstractmethod
    async def submit(self) -> None: ...

    @abstractmethod
    async def edit(self, words: str) -> None: ...

    @abstractmethod
    async def delete(self) -> None: ...

    # The author.

    async def withdraw(self, may_be: Collection[str] = ()) -> None:
        """Raises Refused."""
        case = await self.case()
        request = cases.WithdrawCaseRequest(name=case.name, reason="重复提交")
        await self.client.write(self.author, CaseServiceStub, "WithdrawCase", request, may_be)

    async def comment(self, words: str) -> None:
        case = await self.case()
        request = cases.CommentOnCaseRequest(name=case.name, text=words)
        await self.client.write(self.author, CaseServiceStub, "CommentOnCase", request)

    async def retry(self) -> None:
        case = await self.case()
        if any(effect.state == cases.Effect.STATE_WAITING for effect in case.effects):
            request = cases.RetryEffectRequest(name=case.name)
            with suppress(Refused):
                await self.client.write(
                    self.author, CaseServiceStub, "RetryEffect", request, ("NOTHING_WAITS", "CASE_CLOSED")
                )

    # Whoever decides.

    async def decide(
        self, act: str, item: items.WorkItem, who: str, words: str = "", may_be: Collection[str] = ()
    ) -> Any:
        """`act` is Approve, Reject or Return. Raises Refused."""
        request = getattr(items, f"{act}WorkItemRequest")(
            name=item.name, etag=item.etag, document_version=item.document_version, comment=words
        )
        return await self.client.write(who, WorkItemServiceStub, f"{act}WorkItem", request, may_be)

    async def hand_on(self, item: items.WorkItem, who: str, to: str) -> None:
        request = items.TransferWorkItemRequest(name=item.name, etag=item.etag, person=f"people/{to}")
        await self.client.write(who, WorkItemServiceStub, "TransferWorkItem", request)

    # Looking.

    async def case(self) -> cases.Case:
        """The latest case of the document, once there is one."""

        async def found() -> cases.Case | None:
            request = cases.GetCaseRequest(name=self.document.name)
            try:
                case: cases.Case = await self.client.read(self.author, CaseServiceStub, "GetCase", request)
            except Refused as refused:
                if refused.code != "NOT_FOUND":
                    raise
                return None
            return case

        return await until(found)

    async def open_item(self) -> tuple[items.WorkItem, list[str]] | None:
        """What is to be decided now, as a decider sees it, and who may."""
        case = await self.case()
        open_ = [item for item in case.work_items if item.state in OPEN]
        if not open_ or case.state != cases.Case.STATE_OPEN:
            return None
        deciders = [open_[0].assignee] if open_[0].assignee else list(open_[0].candidates)
        who = [person.removeprefix("people/") for person in deciders]
        self.random.shuffle(who)
        request = items.GetWorkItemRequest(name=open_[0].name)
        item = await self.client.read(who[0], WorkItemServiceStub, "GetWorkItem", request)
        return (item, who) if item.state in OPEN else None

    async def asked(self, stage: str = "") -> tuple[items.WorkItem, list[str]]:
        """What is to be decided, once there is something: in `stage`, if one is named."""

        async def found() -> tuple[items.WorkItem, list[str]] | None:
            asked = await self.open_item()
            return asked if asked and stage in ("", asked[0].stage) else None

        return await until(found)

    async def comes_to(self, *states: int) -> None:
        async def found() -> bool | None:
            await self.look()
            return self.document.state in states or None

        await until(found)

    async def case_ends(self) -> None:
        async def found() -> bool | None:
            return (await self.case()).state == cases.Case.STATE_CLOSED or None

        await until(found)

    async def erp_answers(self) -> None:
        """Wait until it has done what it was asked, or refused to; what waits is tried again."""
        looks = 0
        while True:
            await self.look()
            # The document has the refusal for certain; what effects show is noted without insisting.
            if self.document.state == self.final or self.document.reason:
                return
            looks = await self._be_patient(looks)

    async def _be_patient(self, looks: int) -> int:
        if looks % LOOKS_UNTIL_RETRY == LOOKS_UNTIL_RETRY - 1:
            await self.retry()
        await asyncio.sleep(LOOK_AGAIN)
        return looks + 1

    async def approve_until(self, state: int, stage: str = "") -> None:
        """Whoever is asked approves, until the document is in this state; what waits for the ERP is tried again."""
        looks = 0
        while True:
            await self.look()
            if self.document.state == state:
                return
            if self.document.state in self.refused:
                await self.submit()
            asked = await self.open_item()
            if asked and stage in ("", asked[0].stage):
                await self.decide("Approve", asked[0], asked[1][0])
            else:
                looks = await self._be_patient(looks)


async def until(look: Callable[[], Awaitable[Seen | None]]) -> Seen:
    """What `look` sees, once it sees something. Whoever waits here has a limit of their own."""
    while True:
        seen = await look()
        if seen is not None:
            return seen
        await asyncio.sleep(LOOK_AGAIN)
