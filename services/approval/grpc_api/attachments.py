"""AttachmentService."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, TypeAlias, TypeVar

import grpc

from chassis.files.intake import LARGEST
from chassis.files.ports import Files
from chassis.files.uploads import once, receive
from chassis.postgres.paging import PageRequest
from chassis.rpc.servicer import Servicer, caller_request
from services.approval.domain.attachments import AttachmentTooLarge
from services.approval.mapping import attachments as mapping
from services.approval.mapping.names import uuid_in
from services.approval.use_cases import attachments
from services.approval.use_cases.attachments import Upload
from services.approval.use_cases.ports.documents import Documents
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from zhupi.approval.v1 import attachment_pb2 as pb
from zhupi.approval.v1 import attachment_pb2_grpc
from zhupi.common.v1 import sheet_pb2

A = TypeVar("A")
Q = TypeVar("Q")
Context: TypeAlias = grpc.aio.ServicerContext[Q, Awaitable[A]]


class AttachmentServicer(Servicer[ApprovalUnitOfWork], attachment_pb2_grpc.AttachmentServiceServicer):
    def __init__(self, units: Callable[[], ApprovalUnitOfWork], files: Files, documents: Documents) -> None:
        super().__init__(units)
        self._files = files
        self._documents = documents

    async def UploadAttachment(
        self,
        request_iterator: AsyncIterator[pb.UploadAttachmentRequest],
        context: Context[Any, pb.Attachment],
    ) -> pb.Attachment:
        header, content = await receive(request_iterator, LARGEST, too_large=AttachmentTooLarge)
        upload = Upload(header.document, header.file_name, header.content_type, header.sha256, content)
        with once(header, content):
            use_case = partial(attachments.upload_attachment, files=self._files, documents=self._documents)
            return await self.write(context, use_case, upload, mapping.attachment_to_message)

    async def GetAttachment(
        self, request: pb.GetAttachmentRequest, context: Context[pb.GetAttachmentRequest, pb.Attachment]
    ) -> pb.Attachment:
        id = uuid_in(request.name, "attachments")
        return await self.read(context, attachments.get_attachment, id, mapping.attachment_to_message)

    async def DownloadAttachment(
        self,
        request: pb.DownloadAttachmentRequest,
        context: grpc.aio.ServicerContext[pb.DownloadAttachmentRequest, AsyncIterator[sheet_pb2.FileChunk]],
    ) -> AsyncIterator[sheet_pb2.FileChunk]:
        id, caller = uuid_in(request.name, "attachments"), caller_request().caller
        pieces = await attachments.download_attachment(
            id, uow=self.units(), actor=caller, clock=self.clock, files=self._files
        )
        async for piece in pieces:
            yield sheet_pb2.FileChunk(content=piece)

    async def ListAttachments(
        self,
        request: pb.ListAttachmentsRequest,
        context: Context[pb.ListAttachmentsRequest, pb.ListAttachmentsResponse],
    ) -> pb.ListAttachmentsResponse:
        query = (request.document, PageRequest.of(request))
        return await self.read(context, attachments.list_attachments, query, mapping.page_to_message)
