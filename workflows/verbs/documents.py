"""What a case says to its document, where the approval service itself owns it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, Final, TypeVar

from kernel.writing import cleaned
from workflows.activities.documents import DocumentActivities
from workflows.case import Case
from workflows.contracts import CHANGED, request_id
from workflows.memory import Withdrawn
from workflows.policy.walk import Decided
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

M = TypeVar("M")
# Why a document cannot be decided anew. Anything else is waited out.
NOT_REOPENED: Final = (CHANGED, "ILLEGAL_TRANSITION", "DOCUMENT_HAS_CASE", "EDITED_SINCE")


class Documents:
    """Verbs that decide something name the version decided on."""

    def __init__(self, case: Case) -> None:
        self._case = case

    async def stages(self) -> Sequence[str]:
        """What is to be walked after the latest submission: the first call asks about the first one, and so on."""

        def asked(key: str) -> GetStagesRequest:
            return GetStagesRequest(case=self._case.name, round=int(key.rpartition("/")[2]))

        answer = await self._case.inside("stages", DocumentActivities.stages, asked, GetStagesResponse)
        return tuple(answer.stages)

    async def approve(self, decided: Decided) -> Document:
        """Raises Refused, DOCUMENT_CHANGED."""
        return await self._move(
            "approve",
            DocumentActivities.approve,
            lambda fields: ApproveDocumentRequest(**fields, version=decided.document_version),
            (CHANGED,),
        )

    async def give_back(self, decided: Decided) -> Document:
        """Back to the requester, in the words of who returned it."""
        return await self._move(
            "return",
            DocumentActivities.give_back,
            lambda fields: ReturnDocumentRequest(**fields, reason=cleaned(decided.comment, 4000)),
        )

    async def reject(self, decided: Decided) -> Document:
        return await self._move(
            "reject",
            DocumentActivities.reject,
            lambda fields: RejectDocumentRequest(**fields, reason=cleaned(decided.comment, 4000)),
        )

    async def reopen(self) -> Document:
        """In approval again, as it was. Raises Refused, seen among the effects of the case."""
        start = self._case.start
        reason = cleaned(start.reopening_reason, 4000)
        return await self._move(
            "reopen",
            DocumentActivities.reopen,
            lambda fields: ReopenDocumentRequest(**fields, version=start.reopened_version, reason=reason),
            NOT_REOPENED,
            noted=True,
        )

    async def withdraw(self, withdrawn: Withdrawn) -> Document:
        return await self._move(
            "withdraw",
            DocumentActivities.withdraw,
            lambda fields: WithdrawDocumentRequest(**fields, reason=cleaned(withdrawn.reason, 4000)),
        )

    async def _move(
        self,
        verb: str,
        act: Callable[[Any, M], Awaitable[Document]],
        request: Callable[[dict[str, str]], M],
        refusals: Collection[str] = (),
        *,
        noted: bool = False,
    ) -> Document:
        def named(key: str) -> M:
            return request({"name": self._case.document, "request_id": request_id(key)})

        return await self._case.inside(verb, act, named, Document, refusals=refusals, noted=noted)
