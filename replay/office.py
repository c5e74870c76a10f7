"""What all who walk cases share: everybody's desks and stubs, the ERP's switches, and how long things took."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from cli.session import Session
from replay.cast import Cast
from replay.desks import Desk
from replay.latencies import Latencies
from replay.mapping import Mapping
from replay.waiting import Experience, insist
from replay.writing import Run
from zhupi.approval.v1.case_pb2_grpc import CaseServiceStub
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub
from zhupi.common.v1.timeline_pb2_grpc import TimelineServiceStub
from zhupi.erp.v1.erp_pb2 import Faults, GetFaultsRequest, SetFaultsRequest
from zhupi.erp.v1.erp_pb2_grpc import ErpSandboxServiceStub
from zhupi.expense.v1.claim_pb2_grpc import ClaimServiceStub

# Which component keeps the timelines of what.
KEPT_BY: Final = {"claims": "expense", "cases": "approval"}
REFUSAL: Final = "收款账户有误 · The payee's account is wrong"


class Office:
    def __init__(
        self,
        mapping: Mapping,
        run: Run,
        claimant: Session,
        desks: dict[str, Desk],
        erp: ErpSandboxServiceStub,
    ) -> None:
        self.mapping = mapping
        self.run = run
        self.claimant = claimant
        self.claims = claimant.stub(ClaimServiceStub)
        self.cases = claimant.stub(CaseServiceStub)
        self.timelines = {
            collection: claimant.stub(TimelineServiceStub, component)
            for collection, component in KEPT_BY.items()
        }
        self.desks = desks
        self.latencies = Latencies()
        self.experience = Experience()
        self._erp = erp
        self._erp_is_switched = asyncio.Lock()

    @classmethod
    async def of(cls, cast: Cast, run: Run) -> Office:
        mapping = cast.mapping
        desks = {
            role: Desk((await cast.person(role)).stub(WorkItemServiceStub)) for role in mapping.approvers
        }
        erp = (await cast.steward()).stub(ErpSandboxServiceStub)
        return cls(mapping, run, await cast.claimant(), desks, erp)

    @property
    def finance(self) -> Desk:
        return self.desks[self.mapping.finance]

    def nobody_has(self, document: str) -> None:
        """The document was taken back: what was said of its work items is old news."""
        for desk in self.desks.values():
            desk.drop(document)

    @asynccontextmanager
    async def erp_that_refuses(self, document: str) -> AsyncIterator[None]:
        """The ERP refuses the next payment for this document; one document at a time, since it has one set of switches."""
        async with self._erp_is_switched:
            before = await insist(lambda: self._erp.GetFaults(GetFaultsRequest()))
            await self._switch(Faults(refuse_reason=REFUSAL, only_next=1, only_document=document))
            try:
                yield
            finally:
                await self._switch(before)

    async def _switch(self, faults: Faults) -> None:
        await insist(lambda: self._erp.SetFaults(SetFaultsRequest(faults=faults)))
