"""Expense claims (报销): approved by the chain, reviewed by finance, paid through the ERP."""

from __future__ import annotations

from temporalio import workflow

from workflows.case_workflow import CaseWorkflow, ends_with_its_case
from workflows.contracts import CaseResult, CaseStart
from workflows.policy.walk import Decided
from workflows.verbs.claims import Claims
from workflows.verbs.erp import Erp
from zhupi.erp.v1.erp_pb2 import Payment


@workflow.defn(name="expense-claim")
class ExpenseClaimCase(CaseWorkflow):
    """A claim is approved by its chain, reviewed by finance and paid through the ERP once.

    Submitted again after a return it goes through its chain anew. If the ERP refuses to pay, finance decides anew.
    Until the payment is under way the claimant may take it back.
    """

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)
        self.claims = Claims(self.case)
        self.erp = Erp(self.case)

    @workflow.run
    @ends_with_its_case
    async def run(self, start: CaseStart) -> CaseResult:
        return await self.until_decided(self.claims, self.approve_and_pay)

    async def approve_and_pay(self) -> Decided:
        """Finance reviews until the ERP has paid or finance says no. What the ERP refuses is paid under a new key, if at all."""
        decided, approved = await self.case.walk("claim", then=self.claims.approve)
        while approved:
            decided, claim = await self.case.walk("finance", then=self.claims.pass_)
            if claim is None:
                break
            await self.case.seal("payment")
            payment = await self.erp.pay(claim)
            if payment.state == Payment.STATE_SETTLED:
                await self.claims.record_payment(payment)
                break
            await self.claims.refuse_payment(payment)
            await self.case.unseal("payment")
        return decided
