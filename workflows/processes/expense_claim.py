"""Expense claims (报销): approved by the chain, reviewed by finance, paid through the ERP."""

from __future__ import annotations

from temporalio import workflow

from workflows.case_workflow import CaseWorkflow, ends_with_its_case
from workflows.contracts import CaseOutcome, CaseResult, CaseStart
from workflows.memory import Withdrawn
from workflows.policy.walk import Decided
from workflows.verbs.claims import Claims
from workflows.verbs.erp import Erp
from zhupi.erp.v1.erp_pb2 import Payment


@workflow.defn(name="expense-claim")
class ExpenseClaimCase(CaseWorkflow):
    """A claim is approved by its chain, reviewed by finance and paid through the ERP once.

    Whoever returns it sends it back to the claimant; submitted again it goes through its chain anew, in the same case.
    A claim that is decided anew is put into approval again first; where that is refused, the case ends.
    If the ERP refuses to pay, finance decides anew. Until the payment is under way the claimant may take it back.
    """

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)
        self.claims = Claims(self.case)
        self.erp = Erp(self.case)

    @workflow.run
    @ends_with_its_case
    async def run(self, start: CaseStart) -> CaseResult:
        if not await self.case.may_begin(self.claims.reopen):
            return await self.case.close_unbegun()
        try:
            while True:
                decided, approved = await self.case.walk("claim", then=self.claims.approve)
                if approved:
                    decided = await self.review_and_pay()
                if decided.approved:
                    return await self.case.close(CaseOutcome.APPROVED)
                if decided.rejected:
                    await self.case.seal("rejection")  # nothing is left to take back
                    await self.claims.reject(decided)
                    return await self.case.close(CaseOutcome.REJECTED)
                await self.claims.give_back(decided)
                await self.case.resubmitted()
        except Withdrawn as withdrawn:
            await self.claims.withdraw(withdrawn)
            return await self.case.close(withdrawn.outcome)

    async def review_and_pay(self) -> Decided:
        """Finance reviews until the ERP has paid or finance says no. What the ERP refuses is paid under a new key, if at all."""
        while True:
            reviewed, claim = await self.case.walk("finance", then=self.claims.pass_)
            if claim is None:
                return reviewed
            await self.case.seal("payment")
            payment = await self.erp.pay(claim)
            if payment.state == Payment.STATE_SETTLED:
                await self.claims.record_payment(payment)
                return reviewed
            await self.claims.refuse_payment(payment)
            await self.case.unseal("payment")
