"""What people do with one expense claim."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from google.type.date_pb2 import Date
from google.type.money_pb2 import Money

from tests.chaos.desk import Desk
from tests.chaos.people import Client
from zhupi.expense.v1 import claim_pb2 as pb
from zhupi.expense.v1.claim_pb2_grpc import ClaimServiceStub


class ClaimDesk(Desk[pb.Claim]):
    final = pb.Claim.STATE_PAID

    def __init__(self, client: Client, author: str) -> None:
        super().__init__(client, author)
        self.document = pb.Claim()

    async def create(self, title: str, *amounts: int) -> None:
        lines = [self._line(amount) for amount in amounts]
        request = pb.CreateClaimRequest(title=title, lines=lines)
        self.document = await self._write("CreateClaim", request)

    def _line(self, yuan: int) -> pb.ClaimLine:
        today = datetime.now(UTC).date()
        day = Date(year=today.year, month=today.month, day=today.day)
        amount = Money(currency_code="CNY", units=yuan)
        number = f"{self.random.randrange(10**20):020d}"
        invoice = pb.Invoice(seller="会务有限公司", number=number, date=day, amount=amount)
        return pb.ClaimLine(expense_type="meeting", date=day, amount=amount, city="西安", invoice=invoice)

    async def submit(self) -> None:
        request = pb.SubmitClaimRequest(name=self.document.name, etag=self.document.etag)
        self.document = await self._write("SubmitClaim", request)

    async def edit(self, words: str) -> None:
        lines = list(self.document.lines)
        lines[0].description = words
        request = pb.UpdateClaimRequest(
            name=self.document.name, etag=self.document.etag, title=self.document.title, lines=lines
        )
        self.document = await self._write("UpdateClaim", request)

    async def delete(self) -> None:
        request = pb.DeleteClaimRequest(name=self.document.name, etag=self.document.etag)
        self.document = await self._write("DeleteClaim", request)

    async def look(self) -> pb.Claim:
        request = pb.GetClaimRequest(name=self.document.name)
        claim: pb.Claim = await self.client.read(self.author, ClaimServiceStub, "GetClaim", request)
        self.document = claim
        return claim

    async def cut(self, who: str, yuan: int) -> None:
        await self.look()
        request = pb.CutClaimLineRequest(
            name=self.document.name,
            etag=self.document.etag,
            line_id=self.document.lines[0].id,
            amount=Money(currency_code="CNY", units=yuan),
            reason="超标准",
        )
        self.document = await self.client.write(who, ClaimServiceStub, "CutClaimLine", request)

    async def business_approves(self) -> None:
        """All but finance approve."""
        await self.approve_until(pb.Claim.STATE_IN_FINANCE_REVIEW, stage="claim")

    async def _write(self, method: str, request: Any) -> pb.Claim:
        answer: pb.Claim = await self.client.write(self.author, ClaimServiceStub, method, request)
        return answer
