"""The approval service as the owner of documents, in these tests: one document, and the stages of each submission."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kernel.errors import IllegalTransition, NotFound, Unavailable
from tests.workflow.desks import DocumentChanged
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
class Papers:
    """`stages` are those of each submission of the case; `log` says what was done, in order."""

    stages: list[list[str]] = field(default_factory=lambda: [["business", "sealing"]])
    state: str = "in approval"
    version: int = 1
    reason: str = ""
    log: list[str] = field(default_factory=list)
    outages: int = 0
    answered: dict[str, Document] = field(default_factory=dict)

    def resubmit(self, *stages: str) -> int:
        assert self.state == "draft"
        self.state, self.version = "in approval", self.version + 1
        self.stages.append(list(stages) or self.stages[-1])
        return self.version

    async def GetStages(self, request: GetStagesRequest) -> GetStagesResponse:
        self._answers()
        if request.round > len(self.stages):
            raise NotFound(name=request.case)
        return GetStagesResponse(stages=self.stages[request.round - 1])

    async def ApproveDocument(self, request: ApproveDocumentRequest) -> Document:
        return self._move("approve", request, request.version)

    async def ReturnDocument(self, request: ReturnDocumentRequest) -> Document:
        return self._move("return", request, reason=request.reason)

    async def RejectDocument(self, request: RejectDocumentRequest) -> Document:
        return self._move("reject", request, reason=request.reason)

    async def WithdrawDocument(self, request: WithdrawDocumentRequest) -> Document:
        return self._move("withdraw", request, reason=request.reason)

    async def ReopenDocument(self, request: ReopenDocumentRequest) -> Document:
        return self._move("reopen", request, request.version, request.reason)

    def _move(self, verb: str, request: Any, version: int = 0, reason: str = "") -> Document:
        self._answers()
        if request.request_id in self.answered:
            return self.answered[request.request_id]
        if version and version != self.version:
            raise DocumentChanged(name=request.name, current=self.version)
        sources, target = MOVES[verb]
        if self.state not in sources:
            raise IllegalTransition(name=request.name, state=self.state, verb=verb)
        self.state, self.reason = target, reason
        self.log.append(verb)
        answer = self.answered[request.request_id] = Document(name=request.name, version=self.version)
        return answer

    def _answers(self) -> None:
        if self.outages:
            self.outages -= 1
            raise Unavailable(what="approval")
