"""What happens to documents that are decided in cases, in the past tense; each kind of document has rows of its own names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from kernel.actor import Actor
from kernel.decided import Decidable
from kernel.text import Text
from kernel.timeline import Event


class DecidableEvent(Event):
    """Something happened to a document."""

    @classmethod
    def of(cls, document: Decidable, by: Actor, **own: Any) -> Self:
        """`document` as it is afterwards."""
        at = document.update_time
        return cls(document=document.name, version=document.version, by=by, at=at, **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted(DecidableEvent):
    def sentence(self) -> Text:
        return Text("删除草稿", "Deleted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(DecidableEvent):
    reason: str

    def sentence(self) -> Text:
        return Text("退回修改：{reason}", "Returned: {reason}").format(reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(DecidableEvent):
    reason: str

    def sentence(self) -> Text:
        return Text("拒绝：{reason}", "Rejected: {reason}").format(reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(DecidableEvent):
    reason: str

    def sentence(self) -> Text:
        return Text("撤回申请", "Withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened(DecidableEvent):
    reason: str

    def sentence(self) -> Text:
        return Text("重新审批：{reason}", "Reopened: {reason}").format(reason=self.reason)
