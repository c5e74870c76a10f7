"""Customers over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, Protocol, TypeVar

import grpc

from chassis.postgres.paging import Page, PageRequest
from chassis.rpc.servicer import Servicer
from chassis.rpc.values import id_in
from chassis.transaction.requests import Answering
from kernel.clock import Clock
from kernel.fields import within
from services.customer import mapping
from services.customer.domain.customer import Customer
from services.customer.domain.file import File
from services.customer.file_mapping import file_from_message
from services.customer.use_cases import customer_queries, files
from services.customer.use_cases.ports import CustomerQuery, Directory, Work
from zhupi.customer.v1 import customer_pb2 as pb
from zhupi.customer.v1 import customer_pb2_grpc

A = TypeVar("A")
Context = grpc.aio.ServicerContext[Any, Awaitable[A]]
Asked = pb.ListCustomersRequest

SORTS: Final = {
    Asked.SORT_UNSPECIFIED: "number",
    Asked.SORT_NAME: "name",
    Asked.SORT_UPDATE_TIME: "update_time",
}
BLOCKED: Final = {Asked.BLOCKED_YES: True, Asked.BLOCKED_NO: False}


class Unit(Work, Answering, Protocol):
    """A transaction that also keeps what was answered."""


class CustomerServicer(Servicer[Unit], customer_pb2_grpc.CustomerServiceServicer):
    def __init__(self, units: Callable[[], Unit], directory: Directory, clock: Clock | None = None) -> None:
        super().__init__(units, clock)
        self._create = partial(files.create_customer, directory=directory)
        self._update = partial(files.update_customer, directory=directory)
        self._get = partial(customer_queries.get_customer, directory=directory)
        self._list = partial(customer_queries.list_customers, directory=directory)

    async def CreateCustomer(
        self, request: pb.CreateCustomerRequest, context: Context[pb.Customer]
    ) -> pb.Customer:
        command = files.CreateCustomer(
            _file(request.file),
            organisation=_id(request.organisation, "organisations", "organisation"),
            salesperson=_id(request.salesperson, "people", "salesperson"),
            upstream=mapping.number_in(request.upstream, "upstream"),
            despite=_numbers(request.despite),
        )
        return await self.write(context, self._create, command, mapping.customer_to_message)

    async def UpdateCustomer(
        self, request: pb.UpdateCustomerRequest, context: Context[pb.Customer]
    ) -> pb.Customer:
        command = files.UpdateCustomer(
            mapping.number_in(request.name), request.etag, _file(request.file), _numbers(request.despite)
        )
        return await self.write(context, self._update, command, mapping.customer_to_message)

    async def GetCustomer(self, request: pb.GetCustomerRequest, context: Context[pb.Customer]) -> pb.Customer:
        number = mapping.number_in(request.name)
        return await self.read(context, self._get, number, mapping.customer_to_message)

    async def ListCustomers(
        self, request: pb.ListCustomersRequest, context: Context[pb.ListCustomersResponse]
    ) -> pb.ListCustomersResponse:
        organisation = _id(request.organisation, "organisations", "organisation")
        command = customer_queries.ListCustomers(query_of(request), PageRequest.of(request), organisation)
        return await self.read(context, self._list, command, _listed)


def query_of(request: pb.ListCustomersRequest) -> CustomerQuery:
    return CustomerQuery(
        state=mapping.STATES_BACK.get(request.state),
        kind=mapping.KINDS_BACK.get(request.kind),
        trade=mapping.TRADES_BACK.get(request.trade),
        level=request.level,
        salesperson=_id(request.salesperson, "people", "salesperson"),
        province=request.province,
        city=request.city,
        blocked=BLOCKED.get(request.blocked),
        words=request.query,
        merged=request.merged,
        sort=SORTS[request.sort],
    )


def _file(message: pb.CustomerFile) -> File:
    with within("file"):
        return file_from_message(message)


def _id(name: str, collection: str, field: str) -> str:
    return name and id_in(name, collection, field)


def _numbers(names: Any) -> frozenset[str]:
    return frozenset(mapping.number_in(name, "despite") for name in names)


def _listed(page: Page[Customer]) -> pb.ListCustomersResponse:
    customers = map(mapping.customer_to_message, page.items)
    return pb.ListCustomersResponse(customers=customers, next_page_token=page.next_page_token)
