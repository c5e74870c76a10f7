"""Every process that needs no code: the stages of its policy, one after the other."""

from __future__ import annotations

from temporalio import workflow

from workflows.case_workflow import CaseWorkflow, ends_with_its_case
from workflows.contracts import GENERIC, CaseResult, CaseStart
from workflows.policy.walk import Decided
from workflows.verbs.documents import Documents


@workflow.defn(name=GENERIC)
class GenericCase(CaseWorkflow):
    """A document passes the stages of its policy in their order and is approved.

    Submitted again after a return it begins with the first stage. Until the last stage has approved, the requester may
    take it back. What the approval means outside, others do: they hear CaseClosed.
    """

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)
        self.documents = Documents(self.case)

    @workflow.run
    @ends_with_its_case
    async def run(self, start: CaseStart) -> CaseResult:
        return await self.until_decided(self.documents, self.walk_all)

    async def walk_all(self) -> Decided:
        """The decision of the first stage that does not approve, or of the last."""
        *earlier, last = await self.documents.stages()
        for stage in earlier:
            decided = await self.case.decision(stage)
            if not decided.approved:
                return decided
        decided, _ = await self.case.walk(last, then=self.documents.approve_for_good)
        return decided
