"""A careless change to a process with open cases: finance decides before the chain does."""

from __future__ import annotations

from temporalio import workflow

from workflows.case_workflow import CaseWorkflow
from workflows.contracts import CaseOutcome, CaseResult, CaseStart
from workflows.verbs.claims import Claims


@workflow.defn(name="expense-claim")
class CarelessCase(CaseWorkflow):
    @workflow.run
    async def run(self, start: CaseStart) -> CaseResult:
        claims = Claims(self.case)
        await self.case.walk("finance", then=claims.pass_)
        await self.case.walk("claim", then=claims.approve)
        return await self.case.close(CaseOutcome.APPROVED)
