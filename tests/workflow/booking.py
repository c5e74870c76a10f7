"""A second process: it books something that can be undone, before people decide. Made of the same parts as any other."""

from __future__ import annotations

from temporalio import workflow

from workflows.activities.erp import ErpActivities
from workflows.calls import call_outside
from workflows.case_workflow import CaseWorkflow, ends_with_its_case
from workflows.contracts import CaseOutcome, CaseResult, CaseStart
from workflows.memory import Withdrawn
from zhupi.erp.v1.erp_pb2 import Payment, PayRequest


@workflow.defn(name="booking")
class BookingCase(CaseWorkflow):
    """A room is booked, the manager agrees, and it is kept; otherwise the booking is undone."""

    @workflow.run
    @ends_with_its_case
    async def run(self, start: CaseStart) -> CaseResult:
        try:
            await self.case.outside("book", self.book, Payment)
            decided = await self.case.decision("claim")
            if decided.approved:
                return await self.case.close(CaseOutcome.APPROVED)
            await self.case.outside("unbook", self.book, Payment)
            return await self.case.close(CaseOutcome.REJECTED)
        except Withdrawn:
            await self.case.outside("unbook", self.book, Payment)
            return await self.case.close(CaseOutcome.WITHDRAWN)

    async def book(self, key: str, is_first: bool) -> Payment:
        return await call_outside(ErpActivities.pay, [PayRequest(key=key, payee="people/room"), is_first])
