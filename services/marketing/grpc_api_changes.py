"""Changes of activities over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from chassis.cases.commands import Decided, Reopened, Undecided
from chassis.cases.ports import Attachments, Plan, Planner
from chassis.postgres.paging import Page, PageRequest
from chassis.rpc.servicer import Servicer
from kernel.clock import Clock
from services.marketing.change_mapping import STATES_BACK, change_number_in, change_to_message
from services.marketing.domain.change import Change
from services.marketing.grpc_api import Context, Unit
from services.marketing.mapping import number_in
from services.marketing.terms_mapping import terms_from_message
from services.marketing.use_cases import change_case, changes
from services.marketing.use_cases.activity_case import Refused
from services.marketing.use_cases.checking import Around
from services.marketing.use_cases.ports import ChangeQuery, Directory
from zhupi.marketing.v1 import activity_change_pb2 as pb
from zhupi.marketing.v1 import activity_change_pb2_grpc

Answer = Context[pb.ActivityChange]


class ChangeServicer(Servicer[Unit], activity_change_pb2_grpc.ActivityChangeServiceServicer):
    def __init__(
        self,
        units: Callable[[], Unit],
        directory: Directory,
        around: Around,
        planner: Planner,
        attachments: Attachments,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(units, clock)
        self._create = partial(changes.create_change, directory=directory, around=around)
        self._update = partial(
            changes.update_change, directory=directory, around=around, attachments=attachments
        )
        self._delete = partial(changes.delete_change, directory=directory)
        self._submit = partial(changes.submit_change, directory=directory, around=around, planner=planner)
        self._preview = partial(changes.preview_route, directory=directory, planner=planner)
        self._get = partial(changes.get_change, directory=directory)
        self._list = partial(changes.list_changes, directory=directory)

    async def CreateActivityChange(
        self, request: pb.CreateActivityChangeRequest, context: Answer
    ) -> pb.ActivityChange:
        activity = number_in(request.activity, "activity")
        command = changes.CreateChange(activity, terms_from_message(request.terms), request.purpose)
        return await self.write(context, self._create, command, change_to_message)

    async def UpdateActivityChange(
        self, request: pb.UpdateActivityChangeRequest, context: Answer
    ) -> pb.ActivityChange:
        command = changes.UpdateChange(
            change_number_in(request.name),
            request.etag,
            terms_from_message(request.terms),
            request.purpose,
            tuple(request.attachments),
        )
        return await self.write(context, self._update, command, change_to_message)

    async def DeleteActivityChange(
        self, request: pb.DeleteActivityChangeRequest, context: Answer
    ) -> pb.ActivityChange:
        command = changes.NamedChange(change_number_in(request.name), request.etag)
        return await self.write(context, self._delete, command, change_to_message)

    async def SubmitActivityChange(
        self, request: pb.SubmitActivityChangeRequest, context: Answer
    ) -> pb.ActivityChange:
        command = changes.NamedChange(change_number_in(request.name), request.etag)
        return await self.write(context, self._submit, command, change_to_message)

    async def GetActivityChange(
        self, request: pb.GetActivityChangeRequest, context: Answer
    ) -> pb.ActivityChange:
        return await self.read(context, self._get, change_number_in(request.name), change_to_message)

    async def ListActivityChanges(
        self, request: pb.ListActivityChangesRequest, context: Context[pb.ListActivityChangesResponse]
    ) -> pb.ListActivityChangesResponse:
        activity = request.activity and number_in(request.activity, "activity")
        query = ChangeQuery(activity, STATES_BACK.get(request.state))
        command = changes.ListChanges(query, PageRequest.of(request))
        return await self.read(context, self._list, command, _listed)

    async def PreviewActivityChangeRoute(
        self,
        request: pb.PreviewActivityChangeRouteRequest,
        context: Context[pb.PreviewActivityChangeRouteResponse],
    ) -> pb.PreviewActivityChangeRouteResponse:
        return await self.read(context, self._preview, change_number_in(request.name), _previewed)


class ChangeCaseServicer(Servicer[Unit], activity_change_pb2_grpc.ActivityChangeCaseServiceServicer):
    async def ApplyActivityChange(
        self, request: pb.ApplyActivityChangeRequest, context: Answer
    ) -> pb.ActivityChange:
        command = Decided(change_number_in(request.name), request.version, request.request_id)
        return await self.write(context, change_case.apply_change, command, change_to_message)

    async def ReturnActivityChange(
        self, request: pb.ReturnActivityChangeRequest, context: Answer
    ) -> pb.ActivityChange:
        return await self.write(context, change_case.return_change, _undecided(request), change_to_message)

    async def RejectActivityChange(
        self, request: pb.RejectActivityChangeRequest, context: Answer
    ) -> pb.ActivityChange:
        return await self.write(context, change_case.reject_change, _undecided(request), change_to_message)

    async def WithdrawActivityChange(
        self, request: pb.WithdrawActivityChangeRequest, context: Answer
    ) -> pb.ActivityChange:
        return await self.write(context, change_case.withdraw_change, _undecided(request), change_to_message)

    async def ReopenActivityChange(
        self, request: pb.ReopenActivityChangeRequest, context: Answer
    ) -> pb.ActivityChange:
        number = change_number_in(request.name)
        command = Reopened(number, request.version, request.reason, request.request_id)
        return await self.write(context, change_case.reopen_change, command, change_to_message)

    async def RefuseActivityChangeReservation(
        self, request: pb.RefuseActivityChangeReservationRequest, context: Answer
    ) -> pb.ActivityChange:
        number = change_number_in(request.name)
        command = Refused(number, request.version, request.reason, request.request_id)
        return await self.write(context, change_case.refuse_reservation, command, change_to_message)

    async def LookAtActivityChange(
        self, request: pb.LookAtActivityChangeRequest, context: Answer
    ) -> pb.ActivityChange:
        number = change_number_in(request.name)
        return await self.read(context, change_case.look_at_change, number, change_to_message)


Undeciding = (
    pb.ReturnActivityChangeRequest | pb.RejectActivityChangeRequest | pb.WithdrawActivityChangeRequest
)


def _undecided(request: Undeciding) -> Undecided:
    return Undecided(change_number_in(request.name), request.reason, request.request_id)


def _listed(page: Page[Change]) -> pb.ListActivityChangesResponse:
    found = map(change_to_message, page.items)
    return pb.ListActivityChangesResponse(activity_changes=found, next_page_token=page.next_page_token)


def _previewed(plan: Plan) -> pb.PreviewActivityChangeRouteResponse:
    return pb.PreviewActivityChangeRouteResponse(policy=plan.policy, routes=plan.routes)
