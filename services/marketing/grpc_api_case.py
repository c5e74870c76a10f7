"""The verbs of cases on activities over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from chassis.cases.commands import Decided, Reopened, Undecided
from chassis.rpc.servicer import Servicer
from chassis.rpc.values import date_from_message, date_to_message
from kernel.clock import Clock
from kernel.fields import within
from services.marketing.domain.reminders import Reminder
from services.marketing.grpc_api import Answer, Context, Unit
from services.marketing.mapping import activity_to_message, claimable_from_message, number_in
from services.marketing.use_cases import activity_case, reminders
from services.marketing.use_cases.ports import WorkingDays
from zhupi.marketing.v1 import activity_case_pb2 as pb
from zhupi.marketing.v1 import activity_case_pb2_grpc
from zhupi.marketing.v1.activity_pb2 import Activity

Undeciding = (
    pb.ReturnActivityRequest
    | pb.RejectActivityRequest
    | pb.WithdrawActivityRequest
    | pb.ReturnClosureRequest
    | pb.RejectClosureRequest
)


class ActivityCaseServicer(Servicer[Unit], activity_case_pb2_grpc.ActivityCaseServiceServicer):
    def __init__(
        self, units: Callable[[], Unit], working_days: WorkingDays, clock: Clock | None = None
    ) -> None:
        super().__init__(units, clock)
        self._end = partial(activity_case.end_activity, working_days=working_days)
        self._next_reminder = partial(reminders.next_reminder, working_days=working_days)

    async def ApproveActivity(self, request: pb.ApproveActivityRequest, context: Answer) -> Activity:
        command = Decided(number_in(request.name), request.version, request.request_id)
        return await self.write(context, activity_case.approve_activity, command, activity_to_message)

    async def ReturnActivity(self, request: pb.ReturnActivityRequest, context: Answer) -> Activity:
        return await self.write(
            context, activity_case.return_activity, _undecided(request), activity_to_message
        )

    async def RejectActivity(self, request: pb.RejectActivityRequest, context: Answer) -> Activity:
        return await self.write(
            context, activity_case.reject_activity, _undecided(request), activity_to_message
        )

    async def WithdrawActivity(self, request: pb.WithdrawActivityRequest, context: Answer) -> Activity:
        return await self.write(
            context, activity_case.withdraw_activity, _undecided(request), activity_to_message
        )

    async def ReopenActivity(self, request: pb.ReopenActivityRequest, context: Answer) -> Activity:
        number = number_in(request.name)
        command = Reopened(number, request.version, request.reason, request.request_id)
        return await self.write(context, activity_case.reopen_activity, command, activity_to_message)

    async def RefuseReservation(self, request: pb.RefuseReservationRequest, context: Answer) -> Activity:
        number = number_in(request.name)
        command = activity_case.Refused(number, request.version, request.reason, request.request_id)
        return await self.write(context, activity_case.refuse_reservation, command, activity_to_message)

    async def StartActivity(self, request: pb.StartActivityRequest, context: Answer) -> Activity:
        with within("start_date"):
            day = date_from_message(request.start_date)
        command = activity_case.Come(number_in(request.name), day, request.request_id)
        return await self.write(context, activity_case.start_activity, command, activity_to_message)

    async def EndActivity(self, request: pb.EndActivityRequest, context: Answer) -> Activity:
        with within("end_date"):
            day = date_from_message(request.end_date)
        command = activity_case.Come(number_in(request.name), day, request.request_id)
        return await self.write(context, self._end, command, activity_to_message)

    async def RemindToClose(self, request: pb.RemindToCloseRequest, context: Answer) -> Activity:
        number = number_in(request.name)
        command = activity_case.Remind(number, request.n, request.escalate, request.request_id)
        return await self.write(context, activity_case.remind_to_close, command, activity_to_message)

    async def GetNextReminder(
        self, request: pb.GetNextReminderRequest, context: Context[pb.ClosureReminder]
    ) -> pb.ClosureReminder:
        with within("after"):
            after = date_from_message(request.after)
        query = reminders.NextReminder(number_in(request.name), after)
        return await self.read(context, self._next_reminder, query, _reminder_to_message)

    async def RefuseOverrun(self, request: pb.RefuseOverrunRequest, context: Answer) -> Activity:
        number = number_in(request.name)
        command = activity_case.Refused(number, request.version, request.reason, request.request_id)
        return await self.write(context, activity_case.refuse_overrun, command, activity_to_message)

    async def ReturnClosure(self, request: pb.ReturnClosureRequest, context: Answer) -> Activity:
        return await self.write(
            context, activity_case.return_closure, _undecided(request), activity_to_message
        )

    async def RejectClosure(self, request: pb.RejectClosureRequest, context: Answer) -> Activity:
        return await self.write(
            context, activity_case.reject_closure, _undecided(request), activity_to_message
        )

    async def SettleActivity(self, request: pb.SettleActivityRequest, context: Answer) -> Activity:
        claimable = tuple(claimable_from_message(n, one) for n, one in enumerate(request.claimable))
        number = number_in(request.name)
        command = activity_case.Settle(number, request.version, claimable, request.request_id)
        return await self.write(context, activity_case.settle_activity, command, activity_to_message)

    async def CloseActivity(self, request: pb.CloseActivityRequest, context: Answer) -> Activity:
        command = activity_case.Close(number_in(request.name), request.request_id)
        return await self.write(context, activity_case.close_activity, command, activity_to_message)

    async def LookAtActivity(self, request: pb.LookAtActivityRequest, context: Answer) -> Activity:
        return await self.read(
            context, activity_case.look_at_activity, number_in(request.name), activity_to_message
        )


def _undecided(request: Undeciding) -> Undecided:
    return Undecided(number_in(request.name), request.reason, request.request_id)


def _reminder_to_message(reminder: Reminder) -> pb.ClosureReminder:
    return pb.ClosureReminder(n=reminder.n, day=date_to_message(reminder.day), escalate=reminder.escalate)
