"""What people do with one claim, each act one public RPC: the words in which scripts are written."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from google.type.date_pb2 import Date
from google.type.money_pb2 import Money

from tests.chaos.people import Client, Refused
from zhupi.approval.v1 import case_pb2 as cases
from zhupi.approval.v1 import work_item_pb2 as items
from zhupi.approval.v1.case_pb2_grpc import CaseServiceStub
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub
from zhupi.expense.v1 import claim_pb2 as pb
from zhupi.expense.v1.claim_pb2_grpc import ClaimServiceStub

Seen = TypeVar("Seen")
LOOK_AGAIN: Final = 0.5
# A waiting payment is tried at once every so many looks.
LOOKS_UNTIL_RETRY: Final = 12
OPEN: Final = (items.WorkItem.STATE_OFFERED, items.WorkItem.STATE_ALLOCATED)
ENDED: Final = (pb.Claim.STATE_PAID, pb.Claim.STATE_REJECTED)
# What somebody hears who was slower than somebody else.
TOO_LATE: Final = (
    "WORK_ITEM_CLOSED", "WORK_ITEM_TAKEN", "NOT_YOUR_WORK_ITEM", "ETAG_MISMATCH", "CASE_WITHDRAWN", "CASE_CLOSED",
)  # fmt: skip


class Desk:
    """One claim of `claimant`. `claim` is how it was last seen."""

    def __init__(self, client: Client, claimant: str) -> None:
        self.client, self.claimant = client, claimant
        self.random = client.random
        self.claim = pb.Claim()

    # The claimant.

    async def create(self, title: str, *amounts: int) -> None:
        lines = [self._line(amount) for amount in amounts]
        request = pb.CreateClaimRequest(title=title, lines=lines)
        self.claim = await self._claims("CreateClaim", request)

    def _line(self, yuan: int) -> pb.ClaimLine:
        today = datetime.now(UTC).date()
        day = Date(year=today.year, month=today.month, day=today.day)
        amount = Money(currency_code="CNY", units=yuan)
        number = f"{self.random.randrange(10**20):020d}"
        invoice = pb.Invoice(seller="会务有限公司", number=number, date=day, amount=amount)
        return pb.ClaimLine(expense_type="meeting", date=day, amount=amount, city="西安", invoice=invoice)

    async def submit(self) -> None:
        request = pb.SubmitClaimRequest(name=self.claim.name, etag=self.claim.etag)
        self.claim = await self._claims("SubmitClaim", request)

    async def edit(self, words: str) -> None:
        lines = list(self.claim.lines)
        lines[0].description = words
        request = pb.UpdateClaimRequest(
            name=self.claim.name, etag=self.claim.etag, title=self.claim.title, lines=lines
        )
        self.claim = await self._claims("UpdateClaim", request)

    async def delete(self) -> None:
        request = pb.DeleteClaimRequest(name=self.claim.name, etag=self.claim.etag)
        self.claim = await self._claims("DeleteClaim", request)

    async def withdraw(self, may_be: Collection[str] = ()) -> None:
        """Raises Refused."""
        case = await self.case()
        request = cases.WithdrawCaseRequest(name=case.name, reason="重复提交")
        await self.client.write(self.claimant, CaseServiceStub, "WithdrawCase", request, may_be)

    async def comment(self, words: str) -> None:
        case = await self.case()
        request = cases.CommentOnCaseRequest(name=case.name, text=words)
        await self.client.write(self.claimant, CaseServiceStub, "CommentOnCase", request)

    async def retry(self) -> None:
        case = await self.case()
        if any(effect.state == cases.Effect.STATE_WAITING for effect in case.effects):
            request = cases.RetryEffectRequest(name=case.name)
            with suppress(Refused):
                await self.client.write(
                    self.claimant, CaseServiceStub, "RetryEffect", request, ("NOTHING_WAITS", "CASE_CLOSED")
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

    async def cut(self, who: str, yuan: int) -> None:
        await self.look()
        request = pb.CutClaimLineRequest(
            name=self.claim.name,
            etag=self.claim.etag,
            line_id=self.claim.lines[0].id,
            amount=Money(currency_code="CNY", units=yuan),
            reason="超标准",
        )
        self.claim = await self.client.write(who, ClaimServiceStub, "CutClaimLine", request)

    # Looking.

    async def look(self) -> pb.Claim:
        request = pb.GetClaimRequest(name=self.claim.name)
        self.claim = await self.client.read(self.claimant, ClaimServiceStub, "GetClaim", request)
        return self.claim

    async def case(self) -> cases.Case:
        """The latest case of the claim, once there is one."""

        async def found() -> cases.Case | None:
            request = cases.GetCaseRequest(name=self.claim.name)
            try:
                case: cases.Case = await self.client.read(self.claimant, CaseServiceStub, "GetCase", request)
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

    async def comes_to(self, *states: pb.Claim.State.ValueType) -> pb.Claim:
        async def found() -> pb.Claim | None:
            return self.claim if (await self.look()).state in states else None

        return await until(found)

    async def case_ends(self) -> None:
        async def found() -> bool | None:
            return (await self.case()).state == cases.Case.STATE_CLOSED or None

        await until(found)

    async def erp_answers(self) -> None:
        """Wait until it has paid, or refused to; what waits is tried again."""
        looks = 0
        while (await self.look()).state != pb.Claim.STATE_PAID:
            # The claim has the refusal for certain; what effects show is noted without insisting.
            if self.claim.reason:
                return
            looks = await self._be_patient(looks)

    async def _be_patient(self, looks: int) -> int:
        if looks % LOOKS_UNTIL_RETRY == LOOKS_UNTIL_RETRY - 1:
            await self.retry()
        await asyncio.sleep(LOOK_AGAIN)
        return looks + 1

    async def business_approves(self) -> None:
        """All but finance approve."""
        await self.approve_until(pb.Claim.STATE_IN_FINANCE_REVIEW, stage="claim")

    async def approve_until(self, state: pb.Claim.State.ValueType, stage: str = "") -> None:
        """Whoever is asked approves, until the claim is in this state; waiting payments are tried again."""
        looks = 0
        while (await self.look()).state != state:
            asked = await self.open_item()
            if asked and stage in ("", asked[0].stage):
                await self.decide("Approve", asked[0], asked[1][0])
            else:
                looks = await self._be_patient(looks)

    async def _claims(self, method: str, request: Any) -> pb.Claim:
        answer: pb.Claim = await self.client.write(self.claimant, ClaimServiceStub, method, request)
        return answer


async def until(look: Callable[[], Awaitable[Seen | None]]) -> Seen:
    """What `look` sees, once it sees something. Whoever waits here has a limit of their own."""
    while True:
        seen = await look()
        if seen is not None:
            return seen
        await asyncio.sleep(LOOK_AGAIN)
