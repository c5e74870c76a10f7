"""What happens to a case as a whole, to the directory, the policies and attachments: the rows of their timelines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypedDict

from kernel.actor import Actor
from kernel.money import Money
from kernel.text import Text, counted
from kernel.timeline import Event
from services.approval.domain.cases.case import Case, CaseOutcome
from services.approval.domain.cases.workflows import WORDS, WorkflowStatus
from services.approval.domain.people.directory import OrganisationId, PersonId


class About(TypedDict):
    document: str
    version: int
    by: Actor
    at: datetime


def about(case: Case, by: Actor, at: datetime) -> About:
    """What every event of a case begins with."""
    return About(document=case.name.resource, version=case.version, by=by, at=at)


CASE_OUTCOMES: Final = {
    CaseOutcome.APPROVED: Text("通过", "approved"),
    CaseOutcome.REJECTED: Text("拒绝", "rejected"),
    CaseOutcome.WITHDRAWN: Text("撤回", "withdrawn"),
    CaseOutcome.TERMINATED: Text("终止", "terminated"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStarted(Event):
    subject: str
    document_version: int
    requester: PersonId
    organisation: OrganisationId
    policy: int
    title: str
    amount: Money | None

    def sentence(self) -> Text:
        number = self.subject.rpartition("/")[2]
        return Text(f"{number} 提交审批", f"Approval of {number} was requested")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTold(Event):
    """News of the document has arrived."""

    fact: str
    fact_id: str
    document_version: int

    def sentence(self) -> Text:
        said = {
            "resubmitted": Text("重新提交", "The document was submitted again"),
            "document_changed": Text("单据已更改", "The document was changed"),
        }
        known = said.get(self.fact, Text(f"单据消息：{self.fact}", f"News of the document: {self.fact}"))
        if not self.document_version:
            return known
        return Text(
            f"{known.zh}（版本 {self.document_version}）", f"{known.en} (version {self.document_version})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A step as it was planned, for the timeline."""

    key: str
    skipped: str
    why: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePlanned(Event):
    stage: str
    title: Text
    round: int
    policy: str
    directory_version: int
    steps: tuple[Planned, ...]

    def sentence(self) -> Text:
        asked = sum(1 for step in self.steps if not step.skipped)
        return Text(
            f"规划“{self.title.zh}”第 {self.round} 轮：{asked} 个步骤",
            f"{self.title.en}, round {self.round}, was planned: {counted(asked, 'step')}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCommented(Event):
    text: str

    def sentence(self) -> Text:
        return Text(f"评论：{self.text}", f"Comment: {self.text}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonCopied(Event):
    people: tuple[PersonId, ...]
    comment: str

    def sentence(self) -> Text:
        people = ", ".join(self.people)
        return Text(f"抄送给 {people}", f"A copy was sent to {people}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalAsked(Event):
    """`told` are those who had approved: they hear that it was in vain."""

    reason: str
    told: tuple[PersonId, ...] = ()

    def sentence(self) -> Text:
        return Text("申请人撤回", "The requester took it back")


# Points of no return, as the processes name them.
POINTS: Final[Mapping[str, Text]] = {
    "payment": Text("付款", "payment"),
    "execution": Text("执行", "execution"),
    "registration": Text("登记", "registration"),
    "rejection": Text("拒绝", "rejection"),
    "approval": Text("生效", "taking effect"),
}


def point_text(point: str) -> Text:
    """What people call a point of no return; of one that nobody has named here, its own name."""
    return POINTS.get(point, Text(point, point))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSealed(Event):
    point: str

    def sentence(self) -> Text:
        point = point_text(self.point)
        return Text(f"进入不可撤销的环节：{point.zh}", f"Can no longer be withdrawn from here on: {point.en}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseUnsealed(Event):
    point: str

    def sentence(self) -> Text:
        point = point_text(self.point)
        said = f"{point.en} did not happen; can be withdrawn again"
        return Text(f"离开不可撤销的环节：{point.zh}", said[0].upper() + said[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectNoted(Event):
    key: str
    state: str
    reason: str
    next_attempt_at: datetime | None

    def sentence(self) -> Text:
        said = {
            "running": Text("进行中", "is under way"),
            "waiting": Text("对方无应答，等待重试", "waits: the other side does not answer"),
            "done": Text("已完成", "is done"),
            "refused": Text("被对方拒绝", "was refused"),
        }[self.state]
        reason = f"：{self.reason}" if self.reason else "", f": {self.reason}" if self.reason else ""
        return Text(f"{self.key} {said.zh}{reason[0]}", f"{self.key} {said.en}{reason[1]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryAsked(Event):
    keys: tuple[str, ...]

    def sentence(self) -> Text:
        keys = ", ".join(self.keys)
        return Text(f"立即重试 {keys}", f"{keys} is to be tried at once")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowBegunAgain(Event):
    """The workflow of an open case was gone. A new one finds out from here how far the case has come."""

    was: WorkflowStatus

    def sentence(self) -> Text:
        was = WORDS[self.was]
        return Text(f"工作流{was.zh}，已重新启动", f"The workflow {was.en}; it has begun again")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEnded(Event):
    outcome: CaseOutcome
    subject: str
    document_version: int

    def sentence(self) -> Text:
        said = CASE_OUTCOMES[self.outcome]
        return Text(f"审批结束：{said.zh}", f"The case has ended: {said.en}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryImported(Event):
    organisations: int
    people: int

    def sentence(self) -> Text:
        return Text(
            f"导入目录：{self.organisations} 个组织，{self.people} 人",
            f"The directory was imported: {counted(self.organisations, 'organisation')}, "
            f"{counted(self.people, 'person', 'people')}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPublished(Event):
    sha256: str

    def sentence(self) -> Text:
        return Text(
            f"发布 {self.document} 第 {self.version} 版",
            f"{self.document} version {self.version} was published",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRetired(Event):
    reason: str

    def sentence(self) -> Text:
        return Text(
            f"停用 {self.document} 第 {self.version} 版",
            f"{self.document} version {self.version} was retired",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentUploaded(Event):
    """Names no file: what a file is called may say who somebody is."""

    subject: str
    content_type: str
    size: int
    sha256: str

    def sentence(self) -> Text:
        return Text(f"为 {self.subject} 上传附件", f"A file was attached to {self.subject}")
