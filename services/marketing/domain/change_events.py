"""What happens to changes of activities, in the past tense: the rows of their timelines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from kernel.actor import Actor
from kernel.text import Text
from kernel.timeline import Event
from services.marketing.domain.change import Change
from services.marketing.domain.terms import Terms


class ChangeEvent(Event):
    """Something happened to a change."""

    @classmethod
    def of(cls, change: Change, by: Actor, **own: Any) -> Self:
        """`change` as it is afterwards."""
        return cls(document=change.name, version=change.version, by=by, at=change.update_time, **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reasoned(ChangeEvent):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written(ChangeEvent):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDeleted(ChangeEvent):
    def sentence(self) -> Text:
        return Text("删除变更", "Deleted")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSubmitted(_Written):
    """Keeps what was submitted and what held then: what deciders will have seen."""

    before: Terms
    attachments: tuple[str, ...]
    policy: str

    def sentence(self) -> Text:
        return Text("提交变更审批", "Submitted")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeApplied(ChangeEvent):
    def sentence(self) -> Text:
        return Text("变更生效", "Approved, and in effect")


class ChangeReturned(_Reasoned):
    def sentence(self) -> Text:
        return Text("退回修改：{reason}", "Returned: {reason}").format(reason=self.reason)


class ChangeReservationRefused(_Reasoned):
    def sentence(self) -> Text:
        return Text("预算不足，退回申请人：{reason}", "Not reserved, back to the requester: {reason}").format(
            reason=self.reason
        )


class ChangeRejected(_Reasoned):
    def sentence(self) -> Text:
        return Text("拒绝：{reason}", "Rejected: {reason}").format(reason=self.reason)


class ChangeWithdrawn(_Reasoned):
    def sentence(self) -> Text:
        return Text("撤回变更", "Withdrawn")


class ChangeReopened(_Reasoned):
    def sentence(self) -> Text:
        return Text("重新审批：{reason}", "Reopened: {reason}").format(reason=self.reason)
