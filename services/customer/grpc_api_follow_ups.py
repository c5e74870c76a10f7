"""What becomes of approved cases, over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

from chassis.postgres.paging import Page, PageRequest
from chassis.rpc.servicer import Servicer
from chassis.rpc.values import id_in, text_to_message, time_to_message
from chassis.transaction.requests import Answering
from kernel.clock import Clock
from services.customer.domain.follow_up import FollowUp, FollowUpState
from services.customer.grpc_api_onboardings import Context
from services.customer.mapping import number_in, resource
from services.customer.use_cases import follow_ups
from services.customer.use_cases.follow_up_ports import FollowUpQuery, FollowUpWork
from services.customer.use_cases.ports import Directory
from zhupi.customer.v1 import follow_up_pb2 as pb
from zhupi.customer.v1 import follow_up_pb2_grpc

STATES: Final = {state: pb.FollowUp.State.Value(f"STATE_{state.name}") for state in FollowUpState}
STATES_BACK: Final = {number: state for state, number in STATES.items()}


class Unit(FollowUpWork, Answering, Protocol):
    """A transaction that also keeps what was answered."""


class FollowUpServicer(Servicer[Unit], follow_up_pb2_grpc.FollowUpServiceServicer):
    def __init__(self, units: Callable[[], Unit], directory: Directory, clock: Clock | None = None) -> None:
        super().__init__(units, clock)
        self._get = partial(follow_ups.get_follow_up, directory=directory)
        self._list = partial(follow_ups.list_follow_ups, directory=directory)
        self._retry = partial(follow_ups.retry_follow_up, directory=directory)
        self._settle = partial(follow_ups.settle_follow_up, directory=directory)

    async def GetFollowUp(self, request: pb.GetFollowUpRequest, context: Context[pb.FollowUp]) -> pb.FollowUp:
        return await self.read(context, self._get, _number(request.name), follow_up_to_message)

    async def ListFollowUps(
        self, request: pb.ListFollowUpsRequest, context: Context[pb.ListFollowUpsResponse]
    ) -> pb.ListFollowUpsResponse:
        query = FollowUpQuery(
            STATES_BACK.get(request.state), request.process, number_in(request.customer, "customer")
        )
        command = follow_ups.ListFollowUps(query, PageRequest.of(request))
        return await self.read(context, self._list, command, _listed)

    async def RetryFollowUp(
        self, request: pb.RetryFollowUpRequest, context: Context[pb.FollowUp]
    ) -> pb.FollowUp:
        command = follow_ups.OnFollowUp(_number(request.name), request.etag)
        return await self.write(context, self._retry, command, follow_up_to_message)

    async def SettleFollowUp(
        self, request: pb.SettleFollowUpRequest, context: Context[pb.FollowUp]
    ) -> pb.FollowUp:
        command = follow_ups.OnFollowUp(_number(request.name), request.etag, request.reason)
        return await self.write(context, self._settle, command, follow_up_to_message)


def follow_up_to_message(one: FollowUp) -> pb.FollowUp:
    return pb.FollowUp(
        name=one.name,
        document=one.document,
        case=one.case,
        process=one.process,
        title=one.title,
        requester=f"people/{one.requester}",
        customer=resource(one.customer),
        state=STATES[one.state],
        rule=one.rule,
        why=text_to_message(one.why) if one.rule else None,
        settled_because=one.settled_because,
        etag=one.etag,
        create_time=time_to_message(one.create_time),
        update_time=time_to_message(one.update_time),
    )


def _listed(page: Page[FollowUp]) -> pb.ListFollowUpsResponse:
    return pb.ListFollowUpsResponse(
        follow_ups=map(follow_up_to_message, page.items), next_page_token=page.next_page_token
    )


def _number(name: str) -> str:
    return id_in(name, "followUps", "name")
