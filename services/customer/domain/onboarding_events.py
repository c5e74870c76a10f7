"""What happens to onboardings, in the past tense: the rows of their timelines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from kernel.actor import Actor
from kernel.text import Text
from kernel.timeline import Event
from services.customer.domain.onboarding import Onboarding, Terms


class OnboardingEvent(Event):
    """Something happened to an onboarding."""

    @classmethod
    def of(cls, onboarding: Onboarding, by: Actor, **own: Any) -> Self:
        """`onboarding` as it is afterwards."""
        name, version = onboarding.name, onboarding.version
        return cls(document=name, version=version, by=by, at=onboarding.update_time, **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingCreated(OnboardingEvent):
    customer: str
    terms: Terms

    def sentence(self) -> Text:
        return Text("新建转正申请", "Drafted")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingEdited(OnboardingEvent):
    terms: Terms

    def sentence(self) -> Text:
        return Text("修改转正申请", "Edited")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingDeleted(OnboardingEvent):
    def sentence(self) -> Text:
        return Text("删除转正申请", "Deleted")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingSubmitted(OnboardingEvent):
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
class OnboardingApproved(OnboardingEvent):
    def sentence(self) -> Text:
        return Text("审批通过，向 ERP 登记", "Approved; the ERP is asked for a code")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingReturned(OnboardingEvent):
    reason: str

    def sentence(self) -> Text:
        return Text("退回修改：{reason}", "Returned: {reason}").format(reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingRejected(OnboardingEvent):
    reason: str

    def sentence(self) -> Text:
        return Text("拒绝：{reason}", "Rejected: {reason}").format(reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingWithdrawn(OnboardingEvent):
    reason: str

    def sentence(self) -> Text:
        return Text("撤回转正申请", "Withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingReopened(OnboardingEvent):
    reason: str

    def sentence(self) -> Text:
        return Text("重新审批：{reason}", "Reopened: {reason}").format(reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRegistered(OnboardingEvent):
    erp_code: str
    formal_time: datetime

    def sentence(self) -> Text:
        return Text("已转正，ERP 编码 {erp_code}", "Formal, registered as {erp_code}").format(
            erp_code=self.erp_code
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRefused(OnboardingEvent):
    reason: str

    def sentence(self) -> Text:
        return Text(
            "ERP 拒绝登记，退回申请人：{reason}", "Not registered, back to the requester: {reason}"
        ).format(reason=self.reason)
