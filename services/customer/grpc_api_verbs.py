"""The verbs on customers over gRPC, and what master data sets: decode, call, encode."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, Protocol, TypeVar

import grpc

from chassis.rpc.servicer import Servicer
from chassis.rpc.values import id_in
from chassis.transaction.requests import Answering
from kernel.clock import Clock
from kernel.fields import within
from services.customer import mapping
from services.customer.configuration_mapping import configuration_from_message, configuration_to_message
from services.customer.domain.customer import Customer
from services.customer.use_cases import configuring, merging, reassignment, reveals, verbs
from services.customer.use_cases.ports import Belonging, Directory, Work
from zhupi.customer.v1 import configuration_pb2, configuration_pb2_grpc
from zhupi.customer.v1 import customer_pb2 as pb

A = TypeVar("A")
Context = grpc.aio.ServicerContext[Any, Awaitable[A]]
AT_ONCE: Final = 100


class Unit(Work, Answering, Protocol):
    """A transaction that also keeps what was answered."""


class Acted(Protocol):
    """A request of any verb on a customer that was read."""

    @property
    def name(self) -> str: ...
    @property
    def etag(self) -> str: ...


class VerbServicer(Servicer[Unit]):
    """What owners do to customers; the servicer of files and lists stands on it."""

    def __init__(self, units: Callable[[], Unit], directory: Directory, clock: Clock | None = None) -> None:
        super().__init__(units, clock)
        self.directory = directory
        self._merge = partial(merging.merge_customers, directory=directory)
        self._reassign = partial(reassignment.reassign_customers, directory=directory)
        self._reveal = partial(reveals.reveal_phone, directory=directory)

    async def SetProgress(self, request: pb.SetProgressRequest, context: Context[pb.Customer]) -> pb.Customer:
        return await self._act(context, verbs.set_progress, request, request.progress)

    async def MarkOpportunity(
        self, request: pb.MarkOpportunityRequest, context: Context[pb.Customer]
    ) -> pb.Customer:
        return await self._act(context, verbs.mark_opportunity, request)

    async def MarkLost(self, request: pb.MarkLostRequest, context: Context[pb.Customer]) -> pb.Customer:
        return await self._act(context, verbs.mark_lost, request, request.reason)

    async def StopTrading(self, request: pb.StopTradingRequest, context: Context[pb.Customer]) -> pb.Customer:
        return await self._act(context, verbs.stop_trading, request, request.reason)

    async def ResumeTrading(
        self, request: pb.ResumeTradingRequest, context: Context[pb.Customer]
    ) -> pb.Customer:
        return await self._act(context, verbs.resume_trading, request)

    async def CloseDown(self, request: pb.CloseDownRequest, context: Context[pb.Customer]) -> pb.Customer:
        return await self._act(context, verbs.close_down, request, request.reason)

    async def SetUpstream(self, request: pb.SetUpstreamRequest, context: Context[pb.Customer]) -> pb.Customer:
        upstream = mapping.number_in(request.upstream, "upstream")
        return await self._act(context, verbs.set_upstream, request, upstream)

    async def AddAlias(self, request: pb.AddAliasRequest, context: Context[pb.Customer]) -> pb.Customer:
        return await self._act(context, verbs.add_alias, request, request.alias)

    async def RemoveAlias(self, request: pb.RemoveAliasRequest, context: Context[pb.Customer]) -> pb.Customer:
        return await self._act(context, verbs.remove_alias, request, request.alias)

    async def ReassignCustomers(
        self, request: pb.ReassignCustomersRequest, context: Context[pb.ReassignCustomersResponse]
    ) -> pb.ReassignCustomersResponse:
        of = Belonging(
            id_in(request.salesperson, "people", "salesperson"),
            id_of(request.organisation, "organisations", "organisation"),
            tuple(mapping.number_in(name, "customers") for name in request.customers),
        )
        command = reassignment.ReassignCustomers(
            of,
            id_in(request.to_salesperson, "people", "to_salesperson"),
            id_of(request.to_organisation, "organisations", "to_organisation"),
            request.reason,
            request.limit or AT_ONCE,
        )
        return await self.write(context, self._reassign, command, _reassigned)

    async def MergeCustomers(
        self, request: pb.MergeCustomersRequest, context: Context[pb.Customer]
    ) -> pb.Customer:
        command = merging.MergeCustomers(
            mapping.number_in(request.name),
            request.etag,
            mapping.number_in(request.other, "other"),
            request.other_etag,
            request.reason,
        )
        return await self.write(context, self._merge, command, mapping.customer_to_message)

    async def RevealPhone(
        self, request: pb.RevealPhoneRequest, context: Context[pb.RevealPhoneResponse]
    ) -> pb.RevealPhoneResponse:
        number = mapping.number_in(request.name)
        command = reveals.RevealPhone(number, request.phone, request.purpose)
        return await self.write(
            context, self._reveal, command, lambda phone: pb.RevealPhoneResponse(phone=phone)
        )

    async def _act(
        self,
        context: Context[pb.Customer],
        verb: Callable[..., Awaitable[Customer]],
        request: Acted,
        said: str = "",
    ) -> pb.Customer:
        command = verbs.Act(mapping.number_in(request.name), request.etag, said)
        use_case = partial(verb, directory=self.directory)
        return await self.write(context, use_case, command, mapping.customer_to_message)


class ConfigurationServicer(Servicer[Unit], configuration_pb2_grpc.CustomerConfigurationServiceServicer):
    async def GetCustomerConfiguration(
        self,
        request: configuration_pb2.GetCustomerConfigurationRequest,
        context: Context[configuration_pb2.CustomerConfiguration],
    ) -> configuration_pb2.CustomerConfiguration:
        return await self.read(
            context, configuring.get_configuration, request.version, configuration_to_message
        )

    async def PublishCustomerConfiguration(
        self,
        request: configuration_pb2.PublishCustomerConfigurationRequest,
        context: Context[configuration_pb2.CustomerConfiguration],
    ) -> configuration_pb2.CustomerConfiguration:
        with within("configuration"):
            configuration = configuration_from_message(request.configuration)
            configuration.check()
        command = configuring.PublishConfiguration(request.etag, configuration)
        return await self.write(context, configuring.publish_configuration, command, configuration_to_message)


def id_of(name: str, collection: str, field: str) -> str:
    """The id in a resource name; empty for none."""
    return name and id_in(name, collection, field)


def _reassigned(done: reassignment.Reassigned) -> pb.ReassignCustomersResponse:
    return pb.ReassignCustomersResponse(
        customers=[customer.name for customer in done.customers], remaining=done.remaining
    )
