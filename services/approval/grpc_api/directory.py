"""DirectoryService."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

import grpc

from chassis.files.downloads import pieces
from chassis.files.limits import LARGEST
from chassis.files.sheet_messages import FORMATS
from chassis.files.uploads import once, receive
from chassis.postgres.paging import PageRequest
from chassis.rpc.servicer import Servicer, caller_request
from chassis.rpc.values import id_in, time_from_message
from kernel.fields import within
from services.approval.known_names import KnownNames
from services.approval.mapping import directory as mapping
from services.approval.use_cases import directory
from services.approval.use_cases.directory import ImportDirectory
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from zhupi.approval.v1 import directory_pb2 as pb
from zhupi.approval.v1 import directory_pb2_grpc
from zhupi.common.v1 import sheet_pb2

A = TypeVar("A")
Q = TypeVar("Q")
Context: TypeAlias = grpc.aio.ServicerContext[Q, Awaitable[A]]


class DirectoryServicer(Servicer[ApprovalUnitOfWork], directory_pb2_grpc.DirectoryServiceServicer):
    def __init__(self, units: Callable[[], ApprovalUnitOfWork], names: KnownNames) -> None:
        super().__init__(units)
        self._names = names

    async def GetPerson(
        self, request: pb.GetPersonRequest, context: Context[pb.GetPersonRequest, pb.Person]
    ) -> pb.Person:
        with within("as_of"):
            moment = time_from_message(request.as_of) if request.HasField("as_of") else None
        query = (id_in(request.name, "people", "name"), moment)
        return await self.read(context, directory.get_person, query, mapping.person_to_message)

    async def ListPeople(
        self, request: pb.ListPeopleRequest, context: Context[pb.ListPeopleRequest, pb.ListPeopleResponse]
    ) -> pb.ListPeopleResponse:
        query = (mapping.asked_people(request), PageRequest.of(request))
        return await self.read(context, directory.list_people, query, mapping.people_to_message)

    async def ListOrganisations(
        self,
        request: pb.ListOrganisationsRequest,
        context: Context[pb.ListOrganisationsRequest, pb.ListOrganisationsResponse],
    ) -> pb.ListOrganisationsResponse:
        page = PageRequest.of(request)
        return await self.read(context, directory.list_organisations, page, mapping.organisations_to_message)

    async def ImportDirectory(
        self,
        request_iterator: AsyncIterator[pb.ImportDirectoryRequest],
        context: Context[Any, sheet_pb2.ImportReport],
    ) -> sheet_pb2.ImportReport:
        directory.must_be_allowed_to_import(caller_request().caller)
        header, content = await receive(request_iterator, LARGEST)
        command = ImportDirectory(content, FORMATS[header.format], header.dry_run)
        with once(header, content):
            report = await self.write(context, directory.import_directory, command, mapping.report_to_message)
        await self._names.refresh(self.units)
        return report

    async def ExportDirectory(
        self,
        request: pb.ExportDirectoryRequest,
        context: grpc.aio.ServicerContext[pb.ExportDirectoryRequest, AsyncIterator[sheet_pb2.FileChunk]],
    ) -> AsyncIterator[sheet_pb2.FileChunk]:
        caller = caller_request().caller
        format = FORMATS[request.format]
        content = await directory.export_directory(format, uow=self.units(), actor=caller, clock=self.clock)
        for piece in pieces(content):
            yield piece
