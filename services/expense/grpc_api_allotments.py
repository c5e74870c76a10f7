"""Allotments over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from chassis.cases.ports import Directory
from chassis.postgres.paging import Page, PageRequest
from chassis.rpc.servicer import Servicer
from chassis.rpc.values import id_in
from kernel.clock import Clock
from services.expense import allotment_mapping as mapping
from services.expense.allotment_mapping import allotment_to_message, number_of
from services.expense.domain.allotment import Allotment
from services.expense.grpc_api import Context, Unit
from services.expense.use_cases import allotment_case, allotment_queries
from services.expense.use_cases.allotment_case import Change, Commit, OfCase, Reserve, Settle
from services.expense.use_cases.allotment_ports import AllotmentQuery, Draw
from zhupi.expense.v1 import allotment_pb2 as pb
from zhupi.expense.v1 import allotment_pb2_grpc


class AllotmentServicer(Servicer[Unit], allotment_pb2_grpc.AllotmentServiceServicer):
    def __init__(self, units: Callable[[], Unit], directory: Directory, clock: Clock | None = None) -> None:
        super().__init__(units, clock)
        self._get = partial(allotment_queries.get_allotment, directory=directory)
        self._list = partial(allotment_queries.list_allotments, directory=directory)
        self._draws = partial(allotment_queries.list_draws, directory=directory)

    async def GetAllotment(
        self, request: pb.GetAllotmentRequest, context: Context[pb.Allotment]
    ) -> pb.Allotment:
        number = number_of(request.name, "allotments", "name")
        return await self.read(context, self._get, number, allotment_to_message)

    async def ListAllotments(
        self, request: pb.ListAllotmentsRequest, context: Context[pb.ListAllotmentsResponse]
    ) -> pb.ListAllotmentsResponse:
        query = AllotmentQuery(
            state=mapping.STATES_BACK.get(request.state),
            organisation=request.organisation
            and id_in(request.organisation, "organisations", "organisation"),
            words=request.query,
        )
        command = allotment_queries.ListAllotments(query, PageRequest.of(request))
        return await self.read(context, self._list, command, _listed)

    async def ListAllotmentDraws(
        self, request: pb.ListAllotmentDrawsRequest, context: Context[pb.ListAllotmentDrawsResponse]
    ) -> pb.ListAllotmentDrawsResponse:
        number = number_of(request.allotment, "allotments", "allotment")
        command = allotment_queries.ListDraws(number, PageRequest.of(request))
        return await self.read(context, self._draws, command, _drawn)


class AllotmentCaseServicer(Servicer[Unit], allotment_pb2_grpc.AllotmentCaseServiceServicer):
    async def ReserveAllotment(
        self, request: pb.ReserveAllotmentRequest, context: Context[pb.Allotment]
    ) -> pb.Allotment:
        organisation = id_in(request.organisation, "organisations", "organisation")
        terms = mapping.terms_from_messages(request.lines)
        command = Reserve(*_of_case(request), request.version, organisation, request.title, terms)
        return await self.write(context, allotment_case.reserve_allotment, command, allotment_to_message)

    async def CommitAllotment(
        self, request: pb.CommitAllotmentRequest, context: Context[pb.Allotment]
    ) -> pb.Allotment:
        command = Commit(*_of_case(request), request.version)
        return await self.write(context, allotment_case.commit_allotment, command, allotment_to_message)

    async def ChangeAllotment(
        self, request: pb.ChangeAllotmentRequest, context: Context[pb.Allotment]
    ) -> pb.Allotment:
        terms = mapping.terms_from_messages(request.lines)
        command = Change(*_of_case(request), request.version, terms)
        return await self.write(context, allotment_case.change_allotment, command, allotment_to_message)

    async def AbandonAllotmentChange(
        self, request: pb.AbandonAllotmentChangeRequest, context: Context[pb.Allotment]
    ) -> pb.Allotment:
        command = OfCase(*_of_case(request))
        return await self.write(context, allotment_case.abandon_change, command, allotment_to_message)

    async def ReleaseAllotment(
        self, request: pb.ReleaseAllotmentRequest, context: Context[pb.Allotment]
    ) -> pb.Allotment:
        command = OfCase(*_of_case(request))
        return await self.write(context, allotment_case.release_allotment, command, allotment_to_message)

    async def SettleAllotment(
        self, request: pb.SettleAllotmentRequest, context: Context[pb.Allotment]
    ) -> pb.Allotment:
        costs = mapping.costs_from_messages(request.lines)
        command = Settle(*_of_case(request), request.version, costs)
        return await self.write(context, allotment_case.settle_allotment, command, allotment_to_message)

    async def CloseAllotment(
        self, request: pb.CloseAllotmentRequest, context: Context[pb.Allotment]
    ) -> pb.Allotment:
        command = OfCase(*_of_case(request))
        return await self.write(context, allotment_case.close_allotment, command, allotment_to_message)


OfActivity = (
    pb.ReserveAllotmentRequest
    | pb.CommitAllotmentRequest
    | pb.ChangeAllotmentRequest
    | pb.AbandonAllotmentChangeRequest
    | pb.ReleaseAllotmentRequest
    | pb.SettleAllotmentRequest
    | pb.CloseAllotmentRequest
)


def _of_case(request: OfActivity) -> tuple[str, str]:
    """The activity's number, and the effect."""
    return number_of(request.activity, "activities", "activity"), request.request_id


def _listed(page: Page[Allotment]) -> pb.ListAllotmentsResponse:
    found = map(allotment_to_message, page.items)
    return pb.ListAllotmentsResponse(allotments=found, next_page_token=page.next_page_token)


def _drawn(page: Page[Draw]) -> pb.ListAllotmentDrawsResponse:
    found = map(mapping.draw_to_message, page.items)
    return pb.ListAllotmentDrawsResponse(draws=found, next_page_token=page.next_page_token)
