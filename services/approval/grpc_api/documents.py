"""DocumentService and DocumentCaseService."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, TypeAlias, TypeVar

import grpc

from chassis.cases.commands import Decided, Reopened, Undecided
from chassis.files.downloads import pieces
from chassis.postgres.paging import Page, PageRequest
from chassis.rpc.servicer import Servicer, caller_request
from services.approval.domain.cases.names import CaseName
from services.approval.domain.documents.document import Document
from services.approval.known_names import KnownNames
from services.approval.mapping import documents as mapping
from services.approval.mapping.routes import route_to_message
from services.approval.use_cases import document_case, document_export, documents
from services.approval.use_cases.documents import CreateDocument, OnDocument, UpdateDocument
from services.approval.use_cases.policies import Previewed
from services.approval.use_cases.ports.documents import References
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from zhupi.approval.v1 import document_pb2 as pb
from zhupi.approval.v1 import document_pb2_grpc
from zhupi.common.v1 import sheet_pb2

A = TypeVar("A")
Context: TypeAlias = grpc.aio.ServicerContext[Any, Awaitable[A]]


class _Encoding(Servicer[ApprovalUnitOfWork]):
    """Documents are told with the title of their process."""

    def __init__(self, units: Callable[[], ApprovalUnitOfWork], names: KnownNames) -> None:
        super().__init__(units)
        self._names = names

    def _encode(self, document: Document) -> pb.Document:
        return mapping.document_to_message(document, self._names.process(document.process))


class DocumentServicer(_Encoding, document_pb2_grpc.DocumentServiceServicer):
    def __init__(
        self, units: Callable[[], ApprovalUnitOfWork], names: KnownNames, references: References
    ) -> None:
        super().__init__(units, names)
        self._submit = partial(documents.submit_document, others=references)

    async def CreateDocument(
        self, request: pb.CreateDocumentRequest, context: Context[pb.Document]
    ) -> pb.Document:
        command = CreateDocument(request.process, request.values)
        return await self.write(context, documents.create_document, command, self._encode)

    async def UpdateDocument(
        self, request: pb.UpdateDocumentRequest, context: Context[pb.Document]
    ) -> pb.Document:
        command = UpdateDocument(mapping.number_in(request.name), request.etag, request.values)
        return await self.write(context, documents.update_document, command, self._encode)

    async def DeleteDocument(
        self, request: pb.DeleteDocumentRequest, context: Context[pb.Document]
    ) -> pb.Document:
        command = OnDocument(mapping.number_in(request.name), request.etag)
        return await self.write(context, documents.delete_document, command, self._encode)

    async def SubmitDocument(
        self, request: pb.SubmitDocumentRequest, context: Context[pb.Document]
    ) -> pb.Document:
        command = OnDocument(mapping.number_in(request.name), request.etag)
        return await self.write(context, self._submit, command, self._encode)

    async def GetDocument(self, request: pb.GetDocumentRequest, context: Context[pb.Document]) -> pb.Document:
        number = mapping.number_in(request.name)
        return await self.read(context, documents.get_document, number, self._encode)

    async def ListDocuments(
        self, request: pb.ListDocumentsRequest, context: Context[pb.ListDocumentsResponse]
    ) -> pb.ListDocumentsResponse:
        query = (mapping.asked(request), PageRequest.of(request))
        return await self.read(context, documents.list_documents, query, self._listed)

    async def PreviewDocumentRoute(
        self, request: pb.PreviewDocumentRouteRequest, context: Context[pb.PreviewDocumentRouteResponse]
    ) -> pb.PreviewDocumentRouteResponse:
        encode = partial(_previewed, names=self._names)
        return await self.read(context, documents.preview_document, mapping.number_in(request.name), encode)

    async def ExportDocuments(
        self, request: pb.ExportDocumentsRequest, context: Any
    ) -> AsyncIterator[sheet_pb2.FileChunk]:
        content = await document_export.export_documents(
            mapping.asked(request), uow=self.units(), actor=caller_request().caller, clock=self.clock
        )
        for piece in pieces(content):
            yield piece

    def _listed(self, page: Page[Document]) -> pb.ListDocumentsResponse:
        found = map(self._encode, page.items)
        return pb.ListDocumentsResponse(documents=found, next_page_token=page.next_page_token)


class DocumentCaseServicer(_Encoding, document_pb2_grpc.DocumentCaseServiceServicer):
    async def GetStages(
        self, request: pb.GetStagesRequest, context: Context[pb.GetStagesResponse]
    ) -> pb.GetStagesResponse:
        query = (CaseName.parse(request.case), request.round)
        return await self.read(
            context, document_case.get_stages, query, lambda stages: pb.GetStagesResponse(stages=stages)
        )

    async def ApproveDocument(
        self, request: pb.ApproveDocumentRequest, context: Context[pb.Document]
    ) -> pb.Document:
        command = Decided(mapping.number_in(request.name), request.version, request.request_id)
        return await self.write(context, document_case.approve_document, command, self._encode)

    async def ReturnDocument(
        self, request: pb.ReturnDocumentRequest, context: Context[pb.Document]
    ) -> pb.Document:
        return await self.write(context, document_case.return_document, _why(request), self._encode)

    async def RejectDocument(
        self, request: pb.RejectDocumentRequest, context: Context[pb.Document]
    ) -> pb.Document:
        return await self.write(context, document_case.reject_document, _why(request), self._encode)

    async def WithdrawDocument(
        self, request: pb.WithdrawDocumentRequest, context: Context[pb.Document]
    ) -> pb.Document:
        return await self.write(context, document_case.withdraw_document, _why(request), self._encode)

    async def ReopenDocument(
        self, request: pb.ReopenDocumentRequest, context: Context[pb.Document]
    ) -> pb.Document:
        command = Reopened(
            mapping.number_in(request.name), request.version, request.reason, request.request_id
        )
        return await self.write(context, document_case.reopen_document, command, self._encode)


def _why(
    request: pb.ReturnDocumentRequest | pb.RejectDocumentRequest | pb.WithdrawDocumentRequest,
) -> Undecided:
    return Undecided(mapping.number_in(request.name), request.reason, request.request_id)


def _previewed(previewed: Previewed, names: KnownNames) -> pb.PreviewDocumentRouteResponse:
    routes = [route_to_message(route, 1, names) for route in previewed.routes]
    return pb.PreviewDocumentRouteResponse(policy=previewed.policy, routes=routes)
