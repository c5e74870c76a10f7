"""What a case says to its activity, or to its change of one, beside what it says to any document."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, TypeVar

from google.protobuf.message import Message
from google.type.date_pb2 import Date

from kernel.writing import cleaned
from workflows.contracts import CHANGED
from workflows.memory import Refused
from workflows.policy.walk import Decided
from workflows.verbs.owner import LONGEST_REASON, Owned, Verbs
from zhupi.marketing.v1.activity_case_pb2 import (
    ApproveActivityRequest,
    CloseActivityRequest,
    ClosureReminder,
    EndActivityRequest,
    GetNextReminderRequest,
    LookAtActivityRequest,
    RefuseOverrunRequest,
    RefuseReservationRequest,
    RejectActivityRequest,
    RejectClosureRequest,
    RemindToCloseRequest,
    ReopenActivityRequest,
    ReturnActivityRequest,
    ReturnClosureRequest,
    SettleActivityRequest,
    StartActivityRequest,
    WithdrawActivityRequest,
)
from zhupi.marketing.v1.activity_change_pb2 import (
    ActivityChange,
    ApplyActivityChangeRequest,
    LookAtActivityChangeRequest,
    RefuseActivityChangeReservationRequest,
    RejectActivityChangeRequest,
    ReopenActivityChangeRequest,
    ReturnActivityChangeRequest,
    WithdrawActivityChangeRequest,
)
from zhupi.marketing.v1.activity_pb2 import Activity

D = TypeVar("D", bound=Message)

# A verb that was done under this key was done in other words: by a former life of the workflow.
DONE_BEFORE: Final = "REQUEST_ID_REUSED"
# There is nothing (any more) that could be refused.
NOTHING_TO_REFUSE: Final = (CHANGED, "ILLEGAL_TRANSITION")


class Budgeted(Owned[D]):
    """A document that is decided on once its budget is reserved, and goes back where it is not."""

    async def _refuse(self, effect: str, asked: Any) -> bool:
        """Whether that was done, now or in a former life of the workflow."""
        try:
            await self._move(effect, asked, (DONE_BEFORE, *NOTHING_TO_REFUSE))
        except Refused as refused:
            return refused.reason == DONE_BEFORE
        return True


class Activities(Budgeted[Activity]):
    verbs = Verbs(
        Activity,
        approve=ApproveActivityRequest,
        give_back=ReturnActivityRequest,
        reject=RejectActivityRequest,
        withdraw=WithdrawActivityRequest,
        reopen=ReopenActivityRequest,
        not_reopened=(
            *("DOCUMENT_HAS_CASE", "START_IN_PAST", "OVERLAPPING_ACTIVITY"),
            *("TERMS_INCOMPLETE", "NO_BUDGET_LINES", "OVER_CLASS_LIMIT"),
        ),
    )

    async def look(self) -> Activity:
        """As it stands. Before whatever depends on it: between two looks people may have done something to it."""
        return await self._case.inside(
            "look", lambda _: LookAtActivityRequest(name=self._case.document), Activity
        )

    async def refuse_reservation(self, version: int, words: str) -> bool:
        """Back to the requester, in the words of expense. Whether it is: there may be nothing that could be refused."""
        asked = RefuseReservationRequest(version=version, reason=_words(words))
        return await self._refuse(f"refuse-reservation-{version}", asked)

    async def start(self, activity: Activity) -> None:
        """The first day that it was known to have has come."""
        day = activity.terms.start_date
        await self._move(f"start-{_iso(day)}", StartActivityRequest(start_date=day))

    async def end(self, activity: Activity) -> None:
        """The last day that it was known to have is over."""
        day = activity.terms.end_date
        await self._move(f"end-{_iso(day)}", EndActivityRequest(end_date=day))

    async def next_reminder(self, after: date) -> ClosureReminder:
        day = Date(year=after.year, month=after.month, day=after.day)
        return await self._case.inside(
            "next-reminder",
            lambda _: GetNextReminderRequest(name=self._case.document, after=day),
            ClosureReminder,
        )

    async def remind(self, reminder: ClosureReminder) -> None:
        asked = RemindToCloseRequest(n=reminder.n, escalate=reminder.escalate)
        await self._move(f"remind-{reminder.n}-{_iso(reminder.day)}", asked)

    async def refuse_overrun(self, version: int, words: str) -> bool:
        """The closure goes back, in the words of expense. Whether it does: there may be nothing that could be refused."""
        asked = RefuseOverrunRequest(version=version, reason=_words(words))
        return await self._refuse(f"refuse-overrun-{version}", asked)

    async def return_closure(self, decided: Decided) -> None:
        await self._move("return-closure", ReturnClosureRequest(reason=_words(decided.comment)))

    async def reject_closure(self, decided: Decided) -> None:
        """Nothing can be claimed on it."""
        await self._move("reject-closure", RejectClosureRequest(reason=_words(decided.comment)))

    async def settle(self, decided: Decided) -> Activity:
        """What its closure says may be claimed. Raises Refused, DOCUMENT_CHANGED."""
        return await self._decide("settle", SettleActivityRequest(version=decided.document_version))

    async def close(self) -> None:
        """Nothing can be claimed on it any more."""
        await self._move("close-activity", CloseActivityRequest())


class Changes(Budgeted[ActivityChange]):
    verbs = Verbs(
        ActivityChange,
        approve=ApplyActivityChangeRequest,
        give_back=ReturnActivityChangeRequest,
        reject=RejectActivityChangeRequest,
        withdraw=WithdrawActivityChangeRequest,
        reopen=ReopenActivityChangeRequest,
        not_reopened=(
            *("DOCUMENT_HAS_CASE", "CHANGE_OPEN", "CHANGE_AFTER_END", "CHANGE_IN_CLOSURE"),
            *("CHANGE_NOT_APPROVED_YET", "TERMS_CHANGED_SINCE", "NOTHING_CHANGED", "OVERLAPPING_ACTIVITY"),
            *("START_PASSED", "START_IN_PAST", "END_IN_PAST", "TERMS_INCOMPLETE", "NO_BUDGET_LINES"),
            "OVER_CLASS_LIMIT",
        ),
    )

    async def look(self) -> ActivityChange:
        """As it stands."""
        return await self._case.inside(
            "look", lambda _: LookAtActivityChangeRequest(name=self._case.document), ActivityChange
        )

    async def refuse_reservation(self, version: int, words: str) -> bool:
        """Back to the requester, in the words of expense. Whether it is: there may be nothing that could be refused."""
        asked = RefuseActivityChangeReservationRequest(version=version, reason=_words(words))
        return await self._refuse(f"refuse-reservation-{version}", asked)


def _words(reason: str) -> str:
    return cleaned(reason, LONGEST_REASON)


def _iso(day: Date) -> str:
    return date(day.year, day.month, day.day).isoformat()
