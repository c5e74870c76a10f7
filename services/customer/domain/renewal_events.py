"""What happens to renewals of licences, in the past tense: the rows of their timelines."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.decided_events import DecidableEvent, Deleted, Rejected, Reopened, Returned, Withdrawn
from kernel.text import Text
from services.customer.domain.licence import Licence


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalCreated(DecidableEvent):
    customer: str
    licence: Licence

    def sentence(self) -> Text:
        return Text("新建换证申请", "Drafted")


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalEdited(DecidableEvent):
    licence: Licence

    def sentence(self) -> Text:
        return Text("修改换证申请", "Edited")


class RenewalDeleted(Deleted):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalSubmitted(DecidableEvent):
    """Keeps what was submitted: what deciders will have seen."""

    customer: str
    licence: Licence
    previous: Licence | None
    policy: str

    def sentence(self) -> Text:
        return Text("提交换证审批：{number}", "Submitted: {number}").format(number=self.licence.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalApproved(DecidableEvent):
    """`licence` as it is on record from now on."""

    licence: Licence

    def sentence(self) -> Text:
        return Text(
            "审批通过，新证照已登记为 {licence}", "Approved; the new licence is on record as {licence}"
        ).format(licence=self.licence.name)


class RenewalReturned(Returned):
    pass


class RenewalRejected(Rejected):
    pass


class RenewalWithdrawn(Withdrawn):
    pass


class RenewalReopened(Reopened):
    pass
