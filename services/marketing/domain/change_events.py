"""What happens to changes of activities, in the past tense: the rows of their timelines."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.decided_events import DecidableEvent, Deleted, Rejected, Reopened, Returned, Withdrawn
from kernel.text import Text
from services.marketing.domain.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reasoned(DecidableEvent):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written(DecidableEvent):
    activity: str
    terms: Terms
    purpose: str


class ChangeDrafted(_Written):
    def sentence(self) -> Text:
        return Text("起草变更：{purpose}", "Drafted: {purpose}").format(purpose=self.purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEdited(_Written):
    attachments: tuple[str, ...]

    def sentence(self) -> Text:
        return Text("修改变更", "Edited")


class ChangeDeleted(Deleted):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSubmitted(_Written):
    """Keeps what was submitted and what held then: what deciders will have seen."""

    before: Terms
    attachments: tuple[str, ...]
    policy: str

    def sentence(self) -> Text:
        return Text("提交变更审批", "Submitted")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeApplied(DecidableEvent):
    def sentence(self) -> Text:
        return Text("变更生效", "Approved, and in effect")


class ChangeReturned(Returned):
    pass


class ChangeReservationRefused(_Reasoned):
    def sentence(self) -> Text:
        return Text("预算不足，退回申请人：{reason}", "Not reserved, back to the requester: {reason}").format(
            reason=self.reason
        )


class ChangeRejected(Rejected):
    pass


class ChangeWithdrawn(Withdrawn):
    pass


class ChangeReopened(Reopened):
    pass
