"""Renewals of licences over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol, TypeVar

import grpc

from chassis.cases.commands import Decided, Reopened, Undecided
from chassis.cases.ports import Attachments, Plan, Planner
from chassis.postgres.paging import Page, PageRequest
from chassis.rpc.servicer import Servicer
from chassis.rpc.values import id_in
from chassis.transaction.requests import Answering
from kernel.clock import Clock
from kernel.errors import NotFound
from kernel.fields import within
from services.customer.domain.renewal import Renewal
from services.customer.licence_mapping import licence_of
from services.customer.mapping import number_in
from services.customer.renewal_mapping import STATES_BACK, renewal_to_message
from services.customer.use_cases import renewal_case, renewals
from services.customer.use_cases.ports import Directory
from services.customer.use_cases.renewal_ports import RenewalWork
from services.customer.use_cases.request_ports import RequestQuery
from services.customer.use_cases.requests import ListRequests, Seen
from zhupi.customer.v1 import renewal_pb2 as pb
from zhupi.customer.v1 import renewal_pb2_grpc

A = TypeVar("A")
Context = grpc.aio.ServicerContext[Any, Awaitable[A]]
Answer = Context[pb.LicenceRenewal]


class Unit(RenewalWork, Answering, Protocol):
    """A transaction that also keeps what was answered."""


class RenewalServicer(Servicer[Unit], renewal_pb2_grpc.LicenceRenewalServiceServicer):
    def __init__(
        self,
        units: Callable[[], Unit],
        directory: Directory,
        planner: Planner,
        attachments: Attachments,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(units, clock)
        self._create = partial(renewals.create_renewal, directory=directory)
        self._update = partial(renewals.update_renewal, directory=directory, attachments=attachments)
        self._delete = partial(renewals.ASKING.delete, directory=directory)
        self._submit = partial(renewals.submit_renewal, directory=directory, planner=planner)
        self._preview = partial(renewals.ASKING.preview, directory=directory, planner=planner)
        self._get = partial(renewals.get_renewal, directory=directory)
        self._list = partial(renewals.ASKING.page, directory=directory)

    async def CreateLicenceRenewal(
        self, request: pb.CreateLicenceRenewalRequest, context: Answer
    ) -> pb.LicenceRenewal:
        customer = number_in(request.customer, "customer")
        with within("licence"):
            licence = licence_of(customer, _renews(request.renews, request.customer), request.licence)
        command = renewals.CreateRenewal(licence, request.note)
        return await self.write(context, self._create, command, renewal_to_message)

    async def UpdateLicenceRenewal(
        self, request: pb.UpdateLicenceRenewalRequest, context: Answer
    ) -> pb.LicenceRenewal:
        with within("licence"):
            licence = licence_of("", "", request.licence)
        command = renewals.UpdateRenewal(_number(request.name), request.etag, licence, request.note)
        return await self.write(context, self._update, command, renewal_to_message)

    async def DeleteLicenceRenewal(
        self, request: pb.DeleteLicenceRenewalRequest, context: Answer
    ) -> pb.LicenceRenewal:
        command = Seen(_number(request.name), request.etag)
        return await self.write(context, self._delete, command, renewal_to_message)

    async def SubmitLicenceRenewal(
        self, request: pb.SubmitLicenceRenewalRequest, context: Answer
    ) -> pb.LicenceRenewal:
        command = Seen(_number(request.name), request.etag)
        return await self.write(context, self._submit, command, renewal_to_message)

    async def GetLicenceRenewal(
        self, request: pb.GetLicenceRenewalRequest, context: Answer
    ) -> pb.LicenceRenewal:
        return await self.read(context, self._get, _number(request.name), renewal_to_message)

    async def ListLicenceRenewals(
        self, request: pb.ListLicenceRenewalsRequest, context: Context[pb.ListLicenceRenewalsResponse]
    ) -> pb.ListLicenceRenewalsResponse:
        query = RequestQuery(
            state=STATES_BACK.get(request.state),
            customer=number_in(request.customer, "customer"),
            requester=request.requester and id_in(request.requester, "people", "requester"),
            organisation=request.organisation
            and id_in(request.organisation, "organisations", "organisation"),
            words=request.query,
        )
        command = ListRequests(query, PageRequest.of(request))
        return await self.read(context, self._list, command, _listed)

    async def PreviewLicenceRenewalRoute(
        self,
        request: pb.PreviewLicenceRenewalRouteRequest,
        context: Context[pb.PreviewLicenceRenewalRouteResponse],
    ) -> pb.PreviewLicenceRenewalRouteResponse:
        return await self.read(context, self._preview, _number(request.name), _previewed)


class RenewalCaseServicer(Servicer[Unit], renewal_pb2_grpc.LicenceRenewalCaseServiceServicer):
    async def ApproveLicenceRenewal(
        self, request: pb.ApproveLicenceRenewalRequest, context: Answer
    ) -> pb.LicenceRenewal:
        command = Decided(_number(request.name), request.version, request.request_id)
        return await self.write(context, renewal_case.approve_renewal, command, renewal_to_message)

    async def ReturnLicenceRenewal(
        self, request: pb.ReturnLicenceRenewalRequest, context: Answer
    ) -> pb.LicenceRenewal:
        command = Undecided(_number(request.name), request.reason, request.request_id)
        return await self.write(context, renewal_case.return_renewal, command, renewal_to_message)

    async def RejectLicenceRenewal(
        self, request: pb.RejectLicenceRenewalRequest, context: Answer
    ) -> pb.LicenceRenewal:
        command = Undecided(_number(request.name), request.reason, request.request_id)
        return await self.write(context, renewal_case.reject_renewal, command, renewal_to_message)

    async def WithdrawLicenceRenewal(
        self, request: pb.WithdrawLicenceRenewalRequest, context: Answer
    ) -> pb.LicenceRenewal:
        command = Undecided(_number(request.name), request.reason, request.request_id)
        return await self.write(context, renewal_case.withdraw_renewal, command, renewal_to_message)

    async def ReopenLicenceRenewal(
        self, request: pb.ReopenLicenceRenewalRequest, context: Answer
    ) -> pb.LicenceRenewal:
        number = _number(request.name)
        command = Reopened(number, request.version, request.reason, request.request_id)
        return await self.write(context, renewal_case.reopen_renewal, command, renewal_to_message)


def _number(name: str) -> str:
    with within("name"):
        return id_in(name, "licenceRenewals")


def _renews(name: str, customer: str) -> str:
    """The id of the licence; the contract has checked its shape. Raises NotFound where it is another customer's."""
    if not name:
        return ""
    of, _, id = name.rpartition("/licences/")
    if of != customer:
        raise NotFound(name=name)
    return id


def _listed(page: Page[Renewal]) -> pb.ListLicenceRenewalsResponse:
    found = map(renewal_to_message, page.items)
    return pb.ListLicenceRenewalsResponse(licence_renewals=found, next_page_token=page.next_page_token)


def _previewed(plan: Plan) -> pb.PreviewLicenceRenewalRouteResponse:
    return pb.PreviewLicenceRenewalRouteResponse(policy=plan.policy, routes=plan.routes)
