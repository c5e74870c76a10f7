"""The approval service as the owner of documents: the verbs by which a case moves one of a process that needs no code."""

from __future__ import annotations

from temporalio import activity

from workflows.activities.refusals import told_to_the_workflow
from zhupi.approval.v1.document_pb2 import (
    ApproveDocumentRequest,
    Document,
    GetStagesRequest,
    GetStagesResponse,
    RejectDocumentRequest,
    ReopenDocumentRequest,
    ReturnDocumentRequest,
    WithdrawDocumentRequest,
)
from zhupi.approval.v1.document_pb2_grpc import DocumentCaseServiceStub


class DocumentActivities:
    """All answer what a case needs of the document; what was filled in stays where it is."""

    def __init__(self, stub: DocumentCaseServiceStub) -> None:
        self._stub = stub

    @activity.defn(name="approval.GetStages")
    async def stages(self, request: GetStagesRequest) -> GetStagesResponse:
        with told_to_the_workflow():
            return await self._stub.GetStages(request)

    @activity.defn(name="approval.ApproveDocument")
    async def approve(self, request: ApproveDocumentRequest) -> Document:
        with told_to_the_workflow():
            return _needed(await self._stub.ApproveDocument(request))

    @activity.defn(name="approval.ReturnDocument")
    async def give_back(self, request: ReturnDocumentRequest) -> Document:
        with told_to_the_workflow():
            return _needed(await self._stub.ReturnDocument(request))

    @activity.defn(name="approval.RejectDocument")
    async def reject(self, request: RejectDocumentRequest) -> Document:
        with told_to_the_workflow():
            return _needed(await self._stub.RejectDocument(request))

    @activity.defn(name="approval.WithdrawDocument")
    async def withdraw(self, request: WithdrawDocumentRequest) -> Document:
        with told_to_the_workflow():
            return _needed(await self._stub.WithdrawDocument(request))

    @activity.defn(name="approval.ReopenDocument")
    async def reopen(self, request: ReopenDocumentRequest) -> Document:
        with told_to_the_workflow():
            return _needed(await self._stub.ReopenDocument(request))


def _needed(document: Document) -> Document:
    return Document(name=document.name, state=document.state, version=document.version)
