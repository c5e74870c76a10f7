"""Imports of customers over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Final

from chassis.bell import Bell
from chassis.files.limits import LARGEST
from chassis.files.uploads import once, receive
from chassis.postgres.paging import PageRequest
from chassis.rpc.servicer import Servicer, caller_request
from chassis.rpc.values import id_in
from kernel.clock import Clock
from services.customer import import_mapping as mapping
from services.customer.grpc_api_verbs import Context, Unit
from services.customer.permissions import require
from services.customer.use_cases import imports
from services.customer.use_cases.import_ports import RowQuery
from zhupi.customer.v1 import import_pb2 as pb
from zhupi.customer.v1 import import_pb2_grpc

IMPORTS: Final = "customerImports"


class ImportServicer(Servicer[Unit], import_pb2_grpc.CustomerImportServiceServicer):
    """`started` rings whenever there is something to do."""

    def __init__(
        self, units: Callable[[], Unit], clock: Clock | None = None, started: Bell | None = None
    ) -> None:
        super().__init__(units, clock)
        self._started = started or Bell()

    async def UploadImport(
        self, request_iterator: AsyncIterator[pb.UploadImportRequest], context: Context[pb.CustomerImport]
    ) -> pb.CustomerImport:
        require(caller_request().caller, "ImportCustomers")  # before anything is taken in
        header, content = await receive(request_iterator, LARGEST)
        command = imports.UploadImport(header.file_name, header.sheet, content)
        with once(header, content):
            return await self.write(context, imports.upload_import, command, mapping.import_to_message)

    async def MapColumns(
        self, request: pb.MapColumnsRequest, context: Context[pb.CustomerImport]
    ) -> pb.CustomerImport:
        columns = tuple((one.title, mapping.FIELDS_BACK[one.field]) for one in request.columns)
        command = imports.MapColumns(id_in(request.name, IMPORTS, "name"), request.etag, columns)
        return await self.write(context, imports.map_columns, command, mapping.import_to_message)

    async def StartImport(
        self, request: pb.StartImportRequest, context: Context[pb.CustomerImport]
    ) -> pb.CustomerImport:
        command = imports.StartImport(id_in(request.name, IMPORTS, "name"), request.etag, request.dry_run)
        started = await self.write(context, imports.start_import, command, mapping.import_to_message)
        self._started.ring()
        return started

    async def StopImport(
        self, request: pb.StopImportRequest, context: Context[pb.CustomerImport]
    ) -> pb.CustomerImport:
        number = id_in(request.name, IMPORTS, "name")
        return await self.write(context, imports.stop_import, number, mapping.import_to_message)

    async def GetImport(
        self, request: pb.GetImportRequest, context: Context[pb.CustomerImport]
    ) -> pb.CustomerImport:
        number = id_in(request.name, IMPORTS, "name")
        return await self.read(context, imports.get_import, number, mapping.import_to_message)

    async def ListImports(
        self, request: pb.ListImportsRequest, context: Context[pb.ListImportsResponse]
    ) -> pb.ListImportsResponse:
        page = PageRequest.of(request)
        return await self.read(context, imports.list_imports, page, mapping.imports_to_message)

    async def ListImportRows(
        self, request: pb.ListImportRowsRequest, context: Context[pb.ListImportRowsResponse]
    ) -> pb.ListImportRowsResponse:
        number = id_in(request.customer_import, IMPORTS, "customer_import")
        query = RowQuery(number, mapping.OUTCOMES_BACK.get(request.outcome))
        asked = (query, PageRequest.of(request))
        return await self.read(context, imports.list_import_rows, asked, mapping.rows_to_message)
