"""Finding customers over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

from chassis.files.downloads import pieces
from chassis.files.sheet_messages import FORMATS
from chassis.postgres.paging import PageRequest
from chassis.rpc.servicer import Servicer, caller_request
from kernel.clock import Clock
from services.customer import finding_mapping as mapping
from services.customer.grpc_api import query_of
from services.customer.grpc_api_verbs import Context, Unit, id_of
from services.customer.use_cases import exporting, finding
from services.customer.use_cases.customer_queries import ListCustomers
from services.customer.use_cases.ports import Directory
from zhupi.common.v1.sheet_pb2 import FileChunk
from zhupi.customer.v1 import finding_pb2 as pb
from zhupi.customer.v1 import finding_pb2_grpc


class FindingServicer(Servicer[Unit], finding_pb2_grpc.FindingServiceServicer):
    def __init__(self, units: Callable[[], Unit], directory: Directory, clock: Clock | None = None) -> None:
        super().__init__(units, clock)
        self._directory = directory
        self._search = partial(finding.search_customers, directory=directory)

    async def SearchCustomers(
        self, request: pb.SearchCustomersRequest, context: Context[pb.SearchCustomersResponse]
    ) -> pb.SearchCustomersResponse:
        query = mapping.query_from_message(request)
        return await self.read(
            context, self._search, query, lambda found: mapping.hits_to_message(found, query.words)
        )

    async def FindDuplicates(
        self, request: pb.FindDuplicatesRequest, context: Context[pb.FindDuplicatesResponse]
    ) -> pb.FindDuplicatesResponse:
        wanted = mapping.sought_from_message(request)
        return await self.read(context, finding.find_duplicates, wanted, mapping.candidates_to_message)

    async def ExportCustomers(
        self, request: pb.ExportCustomersRequest, context: Any
    ) -> AsyncIterator[FileChunk]:
        organisation = id_of(request.asked.organisation, "organisations", "organisation")
        asked = ListCustomers(query_of(request.asked), PageRequest(), organisation)
        content = await exporting.export_customers(
            (asked, FORMATS[request.format]),
            uow=self.units(),
            actor=caller_request().caller,
            clock=self.clock,
            directory=self._directory,
        )
        for piece in pieces(content):
            yield piece
