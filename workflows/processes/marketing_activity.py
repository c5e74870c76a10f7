"""Marketing activities (活动): from the request to the day after which nothing can be claimed on it any more."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Final

from google.type.date_pb2 import Date
from temporalio import workflow

from kernel.clock import SHANGHAI, local_date
from workflows.case_workflow import CaseWorkflow, ends_with_its_case
from workflows.contracts import (
    ACTIVITY_CANCELLED,
    ALL_CLAIMED,
    CLOSURE_SUBMITTED,
    ENDED_EARLY,
    TERMS_CHANGED,
    CaseOutcome,
    CaseResult,
    CaseStart,
    Fact,
)
from workflows.policy.walk import Decided
from workflows.verbs.activities import Activities
from workflows.verbs.allotments import Allotments, is_reserved
from zhupi.marketing.v1.activity_pb2 import Activity

# When people begin to work, they are reminded.
MORNING: Final = time(9)


@workflow.defn(name="marketing-activity")
class MarketingActivityCase(CaseWorkflow):
    """An activity has its budget reserved, is decided on, takes place, and is closed with what it has cost; then that may be
    claimed, until all of it is or the time is over.

    Until it begins its requester may take it back. Where a moment and a person meet, the activity's owner says who was first:
    the case looks before it goes on.
    """

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)
        self.activities = Activities(self.case)
        self.allotments = Allotments(self.case)

    @workflow.run
    @ends_with_its_case
    async def run(self, start: CaseStart) -> CaseResult:
        return await self.until_decided(self.activities, self.live, undo=self.release)

    async def live(self) -> Decided | CaseOutcome | None:
        if not await self.has_budget():
            return None
        decided, agreed = await self.case.walk("request", then=self.agree)
        if agreed is None:
            await self.release()
            return decided
        if not await self.begins():
            await self.release()
            return CaseOutcome.WITHDRAWN
        await self.case.seal("execution", steerable=True)
        await self.ends()
        return await self.close()

    async def has_budget(self) -> bool:
        activity = await self.activities.look()
        return await is_reserved(
            (activity.state, activity.version) == (Activity.STATE_IN_APPROVAL, self.submitted),
            partial(self.allotments.reserve, activity),
            partial(self.activities.refuse_reservation, self.submitted),
        )

    async def agree(self, decided: Decided) -> Activity:
        activity = await self.activities.approve(decided)
        await self.allotments.commit(self.case.document, decided.document_version)
        return activity

    async def begins(self) -> bool:
        """On its first day, unless it is cancelled before."""
        while (activity := await self.activities.look()).state == Activity.STATE_APPROVED:
            first = moment(activity.terms.start_date)
            if await self.case.first_of((ACTIVITY_CANCELLED, TERMS_CHANGED), until=first) is None:
                await self.activities.start(activity)
        return activity.state != Activity.STATE_CANCELLED

    async def ends(self) -> None:
        """After its last day, unless it is ended before."""
        while (activity := await self.activities.look()).state == Activity.STATE_RUNNING:
            over = moment(activity.terms.end_date) + timedelta(days=1)
            if await self.case.first_of((ENDED_EARLY, TERMS_CHANGED), until=over) is None:
                await self.activities.end(activity)

    async def close(self) -> Decided | CaseOutcome:
        while True:
            activity = await self.covered_closure()
            decided, settled = await self.case.walk("closure", then=partial(self.settle, activity))
            if settled is not None:
                await self.is_claimed(settled)
                return decided
            if decided.rejected:
                await self.release()
                await self.activities.reject_closure(decided)
                return CaseOutcome.REJECTED
            await self.allotments.abandon_change(self.case.document)
            await self.activities.return_closure(decided)

    async def covered_closure(self) -> Activity:
        """A closure whose overrun, if there is one, is reserved. Others go back."""
        while True:
            submitted = (await self.closure_submitted()).document_version
            activity = await self.activities.look()
            if await is_reserved(
                (activity.state, activity.version) == (Activity.STATE_CLOSURE_IN_APPROVAL, submitted),
                partial(self.cover, activity),
                partial(self.activities.refuse_overrun, submitted),
            ):
                return activity

    async def closure_submitted(self) -> Fact:
        """Those who are waited for are told so, ever again."""
        said = local_date(workflow.now())
        while True:
            reminder = await self.activities.next_reminder(said)
            morning = moment(reminder.day, MORNING)
            fact = await self.case.first_of((CLOSURE_SUBMITTED,), until=morning)
            if fact is not None:
                return fact
            await self.activities.remind(reminder)
            said = day_of(reminder.day)

    async def cover(self, activity: Activity) -> None:
        if activity.closure.overrun.units or activity.closure.overrun.nanos:
            await self.allotments.reserve_overrun(activity)

    async def settle(self, activity: Activity, decided: Decided) -> Activity:
        await self.allotments.settle(activity, decided.document_version)
        return await self.activities.settle(decided)

    async def is_claimed(self, settled: Activity) -> None:
        """All of it, or as much as was until the last day for that is over."""
        over = moment(settled.claimable_until) + timedelta(days=1)
        await self.case.first_of((ALL_CLAIMED,), until=over)
        await self.allotments.close(self.case.document)
        await self.activities.close()

    async def release(self) -> None:
        await self.allotments.release(self.case.document)


def day_of(day: Date) -> date:
    return date(day.year, day.month, day.day)


def moment(day: Date, at: time = time()) -> datetime:
    """That time of the day where the business is."""
    return datetime.combine(day_of(day), at, SHANGHAI).astimezone(UTC)
