"""Changes of approved activities (活动变更): what is agreed holds on until people have agreed to something else."""

from __future__ import annotations

from functools import partial

from temporalio import workflow

from workflows.case_workflow import CaseWorkflow, ends_with_its_case
from workflows.contracts import CaseOutcome, CaseResult, CaseStart
from workflows.policy.walk import Decided
from workflows.verbs.activities import Changes
from workflows.verbs.allotments import Allotments, is_reserved
from zhupi.marketing.v1.activity_change_pb2 import ActivityChange


@workflow.defn(name="activity-change")
class ActivityChangeCase(CaseWorkflow):
    """What the new terms ask for in addition is reserved, people decide, and the activity has the new terms.

    An activity that has ended meanwhile keeps the old ones. Until people have decided the requester may take it back.
    """

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)
        self.changes = Changes(self.case)
        self.allotments = Allotments(self.case)
        # Known from the first look on, before anything is reserved for it.
        self.activity = ""

    @workflow.run
    @ends_with_its_case
    async def run(self, start: CaseStart) -> CaseResult:
        return await self.until_decided(self.changes, self.change, undo=self.abandon)

    async def change(self) -> Decided | CaseOutcome | None:
        if not await self.has_budget():
            return None
        decided, change = await self.case.walk("change", then=self.changes.approve_for_good)
        if change is not None and change.state == ActivityChange.STATE_APPLIED:
            await self.allotments.commit(self.activity, decided.document_version)
            return decided
        await self.abandon()
        return decided if change is None else CaseOutcome.REJECTED

    async def has_budget(self) -> bool:
        change = await self.changes.look()
        self.activity = change.activity
        return await is_reserved(
            (change.state, change.version) == (ActivityChange.STATE_IN_APPROVAL, self.submitted),
            partial(self.allotments.reserve_change, change),
            partial(self.changes.refuse_reservation, self.submitted),
        )

    async def abandon(self) -> None:
        if self.activity:
            await self.allotments.abandon_change(self.activity)
