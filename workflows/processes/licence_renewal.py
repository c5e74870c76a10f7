"""Renewal of licences (换证): quality looks at the new licence, which then takes the place of the old one."""

from __future__ import annotations

from temporalio import workflow

from workflows.case_workflow import CaseWorkflow, ends_with_its_case
from workflows.contracts import CaseResult, CaseStart
from workflows.policy.walk import Decided
from workflows.verbs.renewals import Renewals


@workflow.defn(name="licence-renewal")
class LicenceRenewalCase(CaseWorkflow):
    """The new licence of a customer is looked at and, once approved, on record: orders depend on it from then on.

    Until then the requester may take it back.
    """

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)
        self.renewals = Renewals(self.case)

    @workflow.run
    @ends_with_its_case
    async def run(self, start: CaseStart) -> CaseResult:
        return await self.until_decided(self.renewals, self.look)

    async def look(self) -> Decided:
        decided, _ = await self.case.walk("renewal", then=self.renewals.approve_for_good)
        return decided
