"""The customer service of these tests, where licences lie: one renewal, and the licence that is on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from kernel.errors import FailedPrecondition
from tests.workflow.keeping import Keeping
from zhupi.customer.v1.renewal_pb2 import (
    ApproveLicenceRenewalRequest,
    LicenceRenewal,
    RejectLicenceRenewalRequest,
    ReopenLicenceRenewalRequest,
    ReturnLicenceRenewalRequest,
    WithdrawLicenceRenewalRequest,
)

MOVES = {
    "approve": (("in approval",), "renewed"),
    "return": (("in approval",), "draft"),
    "reject": (("in approval",), "rejected"),
    "withdraw": (("draft", "in approval"), "draft"),
    "reopen": (("draft", "rejected"), "in approval"),
}


class RenewalOpen(FailedPrecondition):
    zh = "已有审批未结束的换证申请 {renewal}"
    en = "The approval of {renewal} has not ended"


@dataclass
class Cabinet(Keeping[LicenceRenewal]):
    """`asked_elsewhere`: people are asked about the same licence by another renewal."""

    peer: ClassVar[str] = "customer"
    moves: ClassVar[Mapping[str, tuple[tuple[str, ...], str]]] = MOVES

    asked_elsewhere: bool = False

    async def ApproveLicenceRenewal(self, request: ApproveLicenceRenewalRequest) -> LicenceRenewal:
        return self.move("approve", request, request.version)

    async def ReturnLicenceRenewal(self, request: ReturnLicenceRenewalRequest) -> LicenceRenewal:
        return self.move("return", request, reason=request.reason)

    async def RejectLicenceRenewal(self, request: RejectLicenceRenewalRequest) -> LicenceRenewal:
        return self.move("reject", request, reason=request.reason)

    async def WithdrawLicenceRenewal(self, request: WithdrawLicenceRenewalRequest) -> LicenceRenewal:
        return self.move("withdraw", request, reason=request.reason)

    async def ReopenLicenceRenewal(self, request: ReopenLicenceRenewalRequest) -> LicenceRenewal:
        if self.asked_elsewhere:
            raise RenewalOpen(renewal="licenceRenewals/LR-2026-000124")
        return self.move("reopen", request, request.version, request.reason)

    def answer(self, request: Any) -> LicenceRenewal:
        note = "personal words that have no business in a history"
        return LicenceRenewal(name=request.name, version=self.version, note=note)
