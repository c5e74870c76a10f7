"""Customers over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, Final

from chassis.files.downloads import pieces
from chassis.files.sheet_messages import FORMATS
from chassis.postgres.paging import Page, PageRequest
from chassis.rpc.servicer import caller_request
from kernel.clock import Clock
from kernel.fields import within
from services.customer import mapping, view_mapping
from services.customer.domain.customer import Customer
from services.customer.domain.file import File
from services.customer.file_mapping import file_from_message
from services.customer.grpc_api_verbs import Context, Unit, VerbServicer, id_of
from services.customer.use_cases import customer_queries, files, reports
from services.customer.use_cases.ports import CustomerQuery, Directory, HasLicences
from zhupi.common.v1.sheet_pb2 import FileChunk
from zhupi.customer.v1 import customer_pb2 as pb
from zhupi.customer.v1 import customer_pb2_grpc

Asked = pb.ListCustomersRequest

SORTS: Final = {
    Asked.SORT_UNSPECIFIED: "number",
    Asked.SORT_NAME: "name",
    Asked.SORT_UPDATE_TIME: "update_time",
}
LICENCES: Final = {
    Asked.LICENCES_NONE: HasLicences.NONE,
    Asked.LICENCES_EXPIRED: HasLicences.EXPIRED,
    Asked.LICENCES_EXPIRING: HasLicences.EXPIRING,
}
BLOCKED: Final = {Asked.BLOCKED_YES: True, Asked.BLOCKED_NO: False}


class CustomerServicer(VerbServicer, customer_pb2_grpc.CustomerServiceServicer):
    def __init__(self, units: Callable[[], Unit], directory: Directory, clock: Clock | None = None) -> None:
        super().__init__(units, directory, clock)
        self._create = partial(files.create_customer, directory=directory)
        self._update = partial(files.update_customer, directory=directory)
        self._get = partial(customer_queries.get_customer, directory=directory)
        self._list = partial(customer_queries.list_customers, directory=directory)
        self._downstream = partial(customer_queries.list_downstream, directory=directory)
        self._levels = partial(customer_queries.list_level_changes, directory=directory)
        self._view = partial(customer_queries.view_customer, directory=directory)
        self._report = partial(reports.report_customers, directory=directory)

    async def CreateCustomer(
        self, request: pb.CreateCustomerRequest, context: Context[pb.Customer]
    ) -> pb.Customer:
        command = files.CreateCustomer(
            _file(request.file),
            organisation=id_of(request.organisation, "organisations", "organisation"),
            salesperson=id_of(request.salesperson, "people", "salesperson"),
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
        organisation = id_of(request.organisation, "organisations", "organisation")
        command = customer_queries.ListCustomers(query_of(request), PageRequest.of(request), organisation)
        return await self.read(context, self._list, command, _listed)

    async def ListDownstream(
        self, request: pb.ListDownstreamRequest, context: Context[pb.ListDownstreamResponse]
    ) -> pb.ListDownstreamResponse:
        number = mapping.number_in(request.customer, "customer")
        command = customer_queries.Around(number, PageRequest.of(request))
        return await self.read(context, self._downstream, command, view_mapping.downstream_to_message)

    async def ListLevelChanges(
        self, request: pb.ListLevelChangesRequest, context: Context[pb.ListLevelChangesResponse]
    ) -> pb.ListLevelChangesResponse:
        number = mapping.number_in(request.customer, "customer")
        command = customer_queries.Around(number, PageRequest.of(request))
        return await self.read(context, self._levels, command, view_mapping.level_changes_to_message)

    async def GetCustomerView(
        self, request: pb.GetCustomerViewRequest, context: Context[pb.CustomerView]
    ) -> pb.CustomerView:
        number = mapping.number_in(request.name)
        return await self.read(context, self._view, number, view_mapping.view_to_message)

    async def GetCustomerReport(
        self, request: pb.GetCustomerReportRequest, context: Context[pb.CustomerReport]
    ) -> pb.CustomerReport:
        asked = _report(request)
        return await self.read(
            context, self._report, asked, partial(view_mapping.report_to_message, asked.by)
        )

    async def ExportCustomerReport(
        self, request: pb.ExportCustomerReportRequest, context: Any
    ) -> AsyncIterator[FileChunk]:
        command = reports.ExportReport(_report(request), FORMATS[request.format])
        content = await reports.export_report(
            command,
            uow=self.units(),
            actor=caller_request().caller,
            clock=self.clock,
            directory=self.directory,
        )
        for piece in pieces(content):
            yield piece


def _report(
    request: pb.GetCustomerReportRequest | pb.ExportCustomerReportRequest,
) -> reports.Report:
    organisation = id_of(request.organisation, "organisations", "organisation")
    return reports.Report(view_mapping.REPORTS[request.by], organisation)


def query_of(request: pb.ListCustomersRequest) -> CustomerQuery:
    return CustomerQuery(
        state=mapping.STATES_BACK.get(request.state),
        kind=mapping.KINDS_BACK.get(request.kind),
        trade=mapping.TRADES_BACK.get(request.trade),
        level=request.level,
        salesperson=id_of(request.salesperson, "people", "salesperson"),
        province=request.province,
        city=request.city,
        blocked=BLOCKED.get(request.blocked),
        words=request.query,
        merged=request.merged,
        sort=SORTS[request.sort],
        licences=LICENCES.get(request.licences),
    )


def _file(message: pb.CustomerFile) -> File:
    with within("file"):
        return file_from_message(message)


def _numbers(names: Any) -> frozenset[str]:
    return frozenset(mapping.number_in(name, "despite") for name in names)


def _listed(page: Page[Customer]) -> pb.ListCustomersResponse:
    customers = map(mapping.customer_to_message, page.items)
    return pb.ListCustomersResponse(customers=customers, next_page_token=page.next_page_token)
