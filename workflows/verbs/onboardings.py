"""What a case says to its onboarding beside what it says to any document."""

from __future__ import annotations

from kernel.writing import cleaned
from workflows.verbs.owner import LONGEST_REASON, Owned, Verbs
from zhupi.customer.v1.onboarding_pb2 import (
    ApproveOnboardingRequest,
    Onboarding,
    RecordRegistrationRequest,
    RefuseRegistrationRequest,
    RejectOnboardingRequest,
    ReopenOnboardingRequest,
    ReturnOnboardingRequest,
    WithdrawOnboardingRequest,
)
from zhupi.erp.v1.erp_pb2 import Registration


class Onboardings(Owned[Onboarding]):
    verbs = Verbs(
        Onboarding,
        approve=ApproveOnboardingRequest,
        give_back=ReturnOnboardingRequest,
        reject=RejectOnboardingRequest,
        withdraw=WithdrawOnboardingRequest,
        reopen=ReopenOnboardingRequest,
        not_reopened=(
            "DOCUMENT_HAS_CASE",
            "ONBOARDING_OPEN",
            "ALREADY_FORMAL",
            "NOT_DIRECT",
            "CUSTOMER_MERGED",
        ),
    )

    async def record_registration(self, registration: Registration) -> Onboarding:
        """The customer is formal."""
        asked = RecordRegistrationRequest(erp_code=registration.code, formal_time=registration.register_time)
        return await self._move("record-registration", asked)

    async def refuse_registration(self, registration: Registration) -> Onboarding:
        """Back to the requester, in the words of the ERP."""
        reason = cleaned(registration.refusal, LONGEST_REASON)
        return await self._move("refuse-registration", RefuseRegistrationRequest(reason=reason))
