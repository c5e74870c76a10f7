"""What happens to onboardings, in the past tense: the rows of their timelines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kernel.decided_events import DecidableEvent, Deleted, Rejected, Reopened, Returned, Withdrawn
from kernel.text import Text
from services.customer.domain.onboarding import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingCreated(DecidableEvent):
    customer: str
    terms: Terms

    def sentence(self) -> Text:
        return Text("新建转正申请", "Drafted")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingEdited(DecidableEvent):
    terms: Terms

    def sentence(self) -> Text:
        return Text("修改转正申请", "Edited")


class OnboardingDeleted(Deleted):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingSubmitted(DecidableEvent):
    """Keeps what was submitted: what deciders will have seen."""

    customer: str
    customer_version: int
    terms: Terms
    frozen: dict[str, Any]
    policy: str

    def sentence(self) -> Text:
        return Text(
            "提交转正审批，客户档案版本 {version}", "Submitted, with version {version} of the customer"
        ).format(version=self.customer_version)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingApproved(DecidableEvent):
    def sentence(self) -> Text:
        return Text("审批通过，向 ERP 登记", "Approved; the ERP is asked for a code")


class OnboardingReturned(Returned):
    pass


class OnboardingRejected(Rejected):
    pass


class OnboardingWithdrawn(Withdrawn):
    pass


class OnboardingReopened(Reopened):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRegistered(DecidableEvent):
    erp_code: str
    formal_time: datetime

    def sentence(self) -> Text:
        return Text("已转正，ERP 编码 {erp_code}", "Formal, registered as {erp_code}").format(
            erp_code=self.erp_code
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRefused(DecidableEvent):
    reason: str

    def sentence(self) -> Text:
        return Text(
            "ERP 拒绝登记，退回申请人：{reason}", "Not registered, back to the requester: {reason}"
        ).format(reason=self.reason)
