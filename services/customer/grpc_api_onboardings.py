"""Onboardings over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol, TypeVar

import grpc

from chassis.cases.commands import Decided, Reopened, Undecided
from chassis.cases.ports import Attachments, Plan, Planner
from chassis.postgres.paging import Page, PageRequest
from chassis.rpc.servicer import Servicer
from chassis.rpc.values import id_in, time_from_message
from chassis.transaction.requests import Answering
from kernel.clock import Clock
from kernel.fields import within
from services.customer.domain.onboarding import Onboarding
from services.customer.mapping import number_in
from services.customer.onboarding_mapping import (
    STATES_BACK,
    onboarding_to_message,
    terms_from_message,
    whole_to_message,
)
from services.customer.use_cases import onboarding_case, onboardings
from services.customer.use_cases.onboarding_ports import OnboardingWork
from services.customer.use_cases.ports import Directory
from services.customer.use_cases.request_ports import RequestQuery
from services.customer.use_cases.requests import ListRequests, Seen
from zhupi.customer.v1 import onboarding_pb2 as pb
from zhupi.customer.v1 import onboarding_pb2_grpc

A = TypeVar("A")
Context = grpc.aio.ServicerContext[Any, Awaitable[A]]
Answer = Context[pb.Onboarding]


class Unit(OnboardingWork, Answering, Protocol):
    """A transaction that also keeps what was answered."""


class OnboardingServicer(Servicer[Unit], onboarding_pb2_grpc.OnboardingServiceServicer):
    def __init__(
        self,
        units: Callable[[], Unit],
        directory: Directory,
        planner: Planner,
        attachments: Attachments,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(units, clock)
        self._create = partial(onboardings.create_onboarding, directory=directory)
        self._update = partial(onboardings.update_onboarding, directory=directory, attachments=attachments)
        self._delete = partial(onboardings.ASKING.delete, directory=directory)
        self._submit = partial(onboardings.submit_onboarding, directory=directory, planner=planner)
        self._preview = partial(onboardings.ASKING.preview, directory=directory, planner=planner)
        self._get = partial(onboardings.get_onboarding, directory=directory)
        self._list = partial(onboardings.ASKING.page, directory=directory)

    async def CreateOnboarding(self, request: pb.CreateOnboardingRequest, context: Answer) -> pb.Onboarding:
        customer = number_in(request.customer, "customer")
        command = onboardings.CreateOnboarding(customer, terms_from_message(request.terms))
        return await self.write(context, self._create, command, whole_to_message)

    async def UpdateOnboarding(self, request: pb.UpdateOnboardingRequest, context: Answer) -> pb.Onboarding:
        terms = terms_from_message(request.terms)
        command = onboardings.UpdateOnboarding(_number(request.name), request.etag, terms)
        return await self.write(context, self._update, command, whole_to_message)

    async def DeleteOnboarding(self, request: pb.DeleteOnboardingRequest, context: Answer) -> pb.Onboarding:
        command = Seen(_number(request.name), request.etag)
        return await self.write(context, self._delete, command, whole_to_message)

    async def SubmitOnboarding(self, request: pb.SubmitOnboardingRequest, context: Answer) -> pb.Onboarding:
        command = Seen(_number(request.name), request.etag)
        return await self.write(context, self._submit, command, whole_to_message)

    async def GetOnboarding(self, request: pb.GetOnboardingRequest, context: Answer) -> pb.Onboarding:
        return await self.read(context, self._get, _number(request.name), _looked)

    async def ListOnboardings(
        self, request: pb.ListOnboardingsRequest, context: Context[pb.ListOnboardingsResponse]
    ) -> pb.ListOnboardingsResponse:
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

    async def PreviewOnboardingRoute(
        self,
        request: pb.PreviewOnboardingRouteRequest,
        context: Context[pb.PreviewOnboardingRouteResponse],
    ) -> pb.PreviewOnboardingRouteResponse:
        return await self.read(context, self._preview, _number(request.name), _previewed)


class OnboardingCaseServicer(Servicer[Unit], onboarding_pb2_grpc.OnboardingCaseServiceServicer):
    async def ApproveOnboarding(self, request: pb.ApproveOnboardingRequest, context: Answer) -> pb.Onboarding:
        command = Decided(_number(request.name), request.version, request.request_id)
        return await self.write(context, onboarding_case.approve_onboarding, command, onboarding_to_message)

    async def ReturnOnboarding(self, request: pb.ReturnOnboardingRequest, context: Answer) -> pb.Onboarding:
        command = _refused(request)
        return await self.write(context, onboarding_case.return_onboarding, command, onboarding_to_message)

    async def RejectOnboarding(self, request: pb.RejectOnboardingRequest, context: Answer) -> pb.Onboarding:
        command = _refused(request)
        return await self.write(context, onboarding_case.reject_onboarding, command, onboarding_to_message)

    async def WithdrawOnboarding(
        self, request: pb.WithdrawOnboardingRequest, context: Answer
    ) -> pb.Onboarding:
        command = _refused(request)
        return await self.write(context, onboarding_case.withdraw_onboarding, command, onboarding_to_message)

    async def ReopenOnboarding(self, request: pb.ReopenOnboardingRequest, context: Answer) -> pb.Onboarding:
        number = _number(request.name)
        command = Reopened(number, request.version, request.reason, request.request_id)
        return await self.write(context, onboarding_case.reopen_onboarding, command, onboarding_to_message)

    async def RecordRegistration(
        self, request: pb.RecordRegistrationRequest, context: Answer
    ) -> pb.Onboarding:
        number = _number(request.name)
        with within("formal_time"):
            formal = time_from_message(request.formal_time)
        command = onboarding_case.Registered(number, request.erp_code, formal, request.request_id)
        return await self.write(context, onboarding_case.record_registration, command, onboarding_to_message)

    async def RefuseRegistration(
        self, request: pb.RefuseRegistrationRequest, context: Answer
    ) -> pb.Onboarding:
        command = _refused(request)
        return await self.write(context, onboarding_case.refuse_registration, command, onboarding_to_message)


Refusing = (
    pb.ReturnOnboardingRequest
    | pb.RejectOnboardingRequest
    | pb.WithdrawOnboardingRequest
    | pb.RefuseRegistrationRequest
)


def _refused(request: Refusing) -> Undecided:
    return Undecided(_number(request.name), request.reason, request.request_id)


def _number(name: str) -> str:
    with within("name"):
        return id_in(name, "onboardings")


def _looked(looked: onboardings.Looked) -> pb.Onboarding:
    return whole_to_message(looked.onboarding, looked.since)


def _listed(page: Page[Onboarding]) -> pb.ListOnboardingsResponse:
    found = map(onboarding_to_message, page.items)
    return pb.ListOnboardingsResponse(onboardings=found, next_page_token=page.next_page_token)


def _previewed(plan: Plan) -> pb.PreviewOnboardingRouteResponse:
    return pb.PreviewOnboardingRouteResponse(policy=plan.policy, routes=plan.routes)
