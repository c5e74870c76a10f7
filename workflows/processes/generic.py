"""Every process that needs no code: the stages of its policy, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from temporalio import workflow

from workflows.case_workflow import CaseWorkflow, ends_with_its_case
from workflows.contracts import GENERIC, CaseOutcome, CaseResult, CaseStart
from workflows.memory import Withdrawn
from workflows.policy.walk import Decided
from workflows.verbs.documents import Documents
from zhupi.approval.v1.document_pb2 import Document


@workflow.defn(name=GENERIC)
class GenericCase(CaseWorkflow):
    """A document passes the stages of its policy in their order and is approved.

    One that is decided anew is put into approval again first; where that is refused, the case ends. Whoever returns it sends it back to the requester; submitted again it begins with the first stage, in the same case. Until the last stage has approved, the requester may take it back. What the approval
    means outside, others do: they hear CaseClosed.
    """

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)
        self.documents = Documents(self.case)

    @workflow.run
    @ends_with_its_case
    async def run(self, start: CaseStart) -> CaseResult:
        if not await self.case.may_begin(self.documents.reopen):
            return await self.case.close_unbegun()
        try:
            while True:
                decided = await self.walk_all(await self.documents.stages())
                if decided.approved:
                    return await self.case.close(CaseOutcome.APPROVED)
                if decided.rejected:
                    await self.case.seal("rejection")  # nothing is left to take back
                    await self.documents.reject(decided)
                    return await self.case.close(CaseOutcome.REJECTED)
                await self.documents.give_back(decided)
                await self.case.resubmitted()
        except Withdrawn as withdrawn:
            await self.documents.withdraw(withdrawn)
            return await self.case.close(withdrawn.outcome)

    async def walk_all(self, stages: Sequence[str]) -> Decided:
        """The decision of the first stage that does not approve, or of the last."""
        *earlier, last = stages
        for stage in earlier:
            decided = await self.case.decision(stage)
            if not decided.approved:
                return decided
        decided, _ = await self.case.walk(last, then=self.approve)
        return decided

    async def approve(self, decided: Decided) -> Document:
        await self.case.seal("approval")  # others act on it from now on
        return await self.documents.approve(decided)
