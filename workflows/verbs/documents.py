"""What a case says to its document, where the approval service itself owns it."""

from __future__ import annotations

from collections.abc import Sequence

from workflows.verbs.owner import Owned, Verbs
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


class Documents(Owned[Document]):
    verbs = Verbs(
        Document,
        approve=ApproveDocumentRequest,
        give_back=ReturnDocumentRequest,
        reject=RejectDocumentRequest,
        withdraw=WithdrawDocumentRequest,
        reopen=ReopenDocumentRequest,
        not_reopened=("DOCUMENT_HAS_CASE",),
    )

    async def stages(self) -> Sequence[str]:
        """What is to be walked after the latest submission: the first call asks about the first one, and so on."""

        def asked(key: str) -> GetStagesRequest:
            return GetStagesRequest(case=self._case.name, round=int(key.rpartition("/")[2]))

        answer = await self._case.inside("stages", asked, GetStagesResponse)
        return tuple(answer.stages)
