"""The approval service as the owner of documents, in these tests: one document, and the stages of each submission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from kernel.errors import NotFound
from tests.workflow.keeping import Keeping
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

MOVES = {
    "approve": (("in approval",), "approved"),
    "return": (("in approval",), "draft"),
    "reject": (("in approval",), "rejected"),
    "reopen": (("draft", "approved", "rejected"), "in approval"),
    "withdraw": (("draft", "in approval", "approved"), "draft"),
}


@dataclass
class Papers(Keeping[Document]):
    """`stages` are those of each submission of the case."""

    peer: ClassVar[str] = "approval"
    moves: ClassVar[Mapping[str, tuple[tuple[str, ...], str]]] = MOVES

    stages: list[list[str]] = field(default_factory=lambda: [["business", "sealing"]])

    def resubmit(self, *stages: str) -> int:
        self.stages.append(list(stages) or self.stages[-1])
        return super().resubmit()

    async def GetStages(self, request: GetStagesRequest) -> GetStagesResponse:
        self.is_there()
        if request.round > len(self.stages):
            raise NotFound(name=request.case)
        return GetStagesResponse(stages=self.stages[request.round - 1])

    async def ApproveDocument(self, request: ApproveDocumentRequest) -> Document:
        return self.move("approve", request, request.version)

    async def ReturnDocument(self, request: ReturnDocumentRequest) -> Document:
        return self.move("return", request, reason=request.reason)

    async def RejectDocument(self, request: RejectDocumentRequest) -> Document:
        return self.move("reject", request, reason=request.reason)

    async def WithdrawDocument(self, request: WithdrawDocumentRequest) -> Document:
        return self.move("withdraw", request, reason=request.reason)

    async def ReopenDocument(self, request: ReopenDocumentRequest) -> Document:
        return self.move("reopen", request, request.version, request.reason)

    def answer(self, request: Any) -> Document:
        return Document(name=request.name, version=self.version)
