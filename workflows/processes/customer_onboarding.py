"""Onboarding of customers (客户转正): agreed on by all who have to, registered with the ERP, formal from then on."""

from __future__ import annotations

from temporalio import workflow

from workflows.case_workflow import CaseWorkflow, ends_with_its_case
from workflows.contracts import CaseResult, CaseStart
from workflows.policy.walk import Decided
from workflows.verbs.erp import Erp
from workflows.verbs.onboardings import Onboardings
from zhupi.erp.v1.erp_pb2 import Registration


@workflow.defn(name="customer-onboarding")
class CustomerOnboardingCase(CaseWorkflow):
    """A potential customer is agreed on, registered with the ERP once, and formal by its code.

    If the ERP refuses, the request goes back to who made it, with its reason. Until the registration is under way they may
    take it back.
    """

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)
        self.onboardings = Onboardings(self.case)
        self.erp = Erp(self.case)

    @workflow.run
    @ends_with_its_case
    async def run(self, start: CaseStart) -> CaseResult:
        return await self.until_decided(self.onboardings, self.approve_and_register)

    async def approve_and_register(self) -> Decided | None:
        decided, onboarding = await self.case.walk("onboarding", then=self.onboardings.approve)
        if onboarding is None:
            return decided
        await self.case.seal("registration")
        registration = await self.erp.register(onboarding)
        if registration.state == Registration.STATE_REGISTERED:
            await self.onboardings.record_registration(registration)
            return decided
        await self.onboardings.refuse_registration(registration)
        await self.case.unseal("registration")
        return None
