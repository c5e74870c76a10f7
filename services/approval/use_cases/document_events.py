"""What happens to processes without code and to their documents: the rows of their timelines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from kernel.actor import Actor
from kernel.money import Money
from kernel.text import Text
from kernel.timeline import Event
from services.approval.domain.documents.document import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessPublished(Event):
    prefix: str
    policy: int
    sha256: str

    def sentence(self) -> Text:
        return Text(f"发布流程第 {self.version} 版", f"Version {self.version} of the process was published")


class DocumentEvent(Event):
    """Something happened to a document."""

    @classmethod
    def of(cls, document: Document, by: Actor, **own: Any) -> Self:
        """`document` as it is afterwards."""
        return cls(document=document.name, version=document.version, by=by, at=document.update_time, **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentCreated(DocumentEvent):
    title: str
    form: str

    def sentence(self) -> Text:
        return Text(f"新建草稿“{self.title}”", f"Drafted: {self.title}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentEdited(DocumentEvent):
    title: str
    form: str

    def sentence(self) -> Text:
        return Text(f"修改为“{self.title}”", f"Edited: {self.title}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDeleted(DocumentEvent):
    def sentence(self) -> Text:
        return Text("删除草稿", "Deleted")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSubmitted(DocumentEvent):
    """Keeps what was submitted: what deciders will have seen."""

    title: str
    form: str
    policy: str
    amount: Money | None
    values: Mapping[str, Any]

    def sentence(self) -> Text:
        return Text(f"提交审批“{self.title}”", f"Submitted: {self.title}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentApproved(DocumentEvent):
    def sentence(self) -> Text:
        return Text("审批通过", "Approved")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReturned(DocumentEvent):
    reason: str

    def sentence(self) -> Text:
        return _because(Text("退回修改", "Returned"), self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRejected(DocumentEvent):
    reason: str

    def sentence(self) -> Text:
        return _because(Text("拒绝", "Rejected"), self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentWithdrawn(DocumentEvent):
    reason: str

    def sentence(self) -> Text:
        return _because(Text("撤回", "Withdrawn"), self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReopened(DocumentEvent):
    reason: str

    def sentence(self) -> Text:
        return _because(Text("重新审批", "Reopened"), self.reason)


def _because(said: Text, reason: str) -> Text:
    return Text(f"{said.zh}：{reason}", f"{said.en}: {reason}") if reason else said
