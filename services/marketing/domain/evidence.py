"""Evidence (执行证据): what proves that an activity took place, and what is taken in as such."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self
from uuid import UUID

from chassis.files.intake import TYPES, Intake
from kernel.actor import Actor
from kernel.errors import FailedPrecondition, InvalidArgument
from kernel.text import Text
from kernel.timeline import Event
from services.marketing.domain.activity import Activity
from services.marketing.domain.configuration import EvidenceKind

MOST: Final = 500  # pieces an activity
# Telephones run ahead of us.
AHEAD: Final = timedelta(minutes=5)


class EvidenceTooLarge(InvalidArgument):
    zh = "证据文件超过 {limit} 字节"
    en = "The evidence is larger than {limit} bytes"


class EvidenceEmpty(InvalidArgument):
    zh = "证据文件没有内容"
    en = "The evidence is empty"


class EvidenceTypeRefused(InvalidArgument):
    zh = "{file_name} 不能作为此类证据（{why_zh}）"
    en = "{file_name} is not accepted as evidence of this kind ({why_en})"


class TakenInFuture(InvalidArgument):
    zh = "拍摄时间 {taken} 晚于现在"
    en = "It cannot have been taken on {taken}, which is yet to come"


class WithoutPlace(InvalidArgument):
    zh = "须填写地点或提供定位"
    en = "It needs a place, in words or as a position"


class EvidenceSeenBefore(FailedPrecondition):
    zh = "同一文件已是 {activity} 的证据"
    en = "The same file proves {activity} already"


class EvidenceSubmitted(FailedPrecondition):
    zh = "{name} 已随结案提交，不能删除"
    en = "{name} was submitted with a closure and cannot be deleted"


class EvidenceInClosure(FailedPrecondition):
    zh = "结案引用了 {name}，请先从结案中移除"
    en = "The closure names {name}; write the closure without it first"


class TooMuchEvidence(FailedPrecondition):
    zh = "一个活动最多 {most} 份证据"
    en = "{most} pieces of evidence are the most for one activity"


def _of(*endings: str) -> Intake:
    return Intake(frozenset(endings), EvidenceTypeRefused, EvidenceEmpty, EvidenceTooLarge)


PICTURES: Final = ("jpg", "jpeg", "png", "webp", "heic")
INTAKES: Final[Mapping[EvidenceKind, Intake]] = {
    EvidenceKind.PHOTO: _of(*PICTURES),
    EvidenceKind.SIGN_IN_SHEET: _of(*PICTURES, "pdf", "xlsx"),
    EvidenceKind.VISIT_NOTE: _of(*PICTURES, "pdf", "docx"),
    EvidenceKind.OTHER: _of(*TYPES),
}


@dataclass(frozen=True, slots=True)
class Position:
    """WGS 84, in millionths of a degree."""

    latitude_e6: int
    longitude_e6: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`activity` is a number, `uploader` a person's id, `sha256` (hex) where the content lies. It never changes."""

    id: UUID
    activity: str
    kind: EvidenceKind
    file_name: str
    content_type: str
    size: int
    sha256: str
    taken_time: datetime
    place: str
    position: Position | None
    note: str
    uploader: str
    create_time: datetime

    @property
    def name(self) -> str:
        return f"evidence/{self.id}"

    def may_be_deleted_from(self, activity: Activity) -> None:
        """Raises EvidenceSubmitted, EvidenceInClosure."""
        submitted = activity.closure_submit_time
        if submitted is not None and self.create_time <= submitted:
            raise EvidenceSubmitted(name=self.name)
        if activity.closure is not None and self.name in activity.closure.evidence:
            raise EvidenceInClosure(name=self.name)


def must_be_placed_in_time(taken: datetime, place: str, position: Position | None, now: datetime) -> None:
    """Raises TakenInFuture, WithoutPlace."""
    if taken > now + AHEAD:
        raise TakenInFuture(field="header.taken_time", taken=taken)
    if not place and position is None:
        raise WithoutPlace(field="header.place")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceKept(Event):
    """`evidence` is its name. The hash stands in the ledger: what was shown cannot be exchanged later."""

    evidence: str
    evidence_kind: EvidenceKind
    file_name: str
    size: int
    sha256: str
    taken_time: datetime
    place: str
    position: Position | None
    note: str

    @classmethod
    def of(cls, evidence: Evidence, activity: Activity, by: Actor) -> Self:
        return cls(
            document=activity.name,
            version=activity.version,
            by=by,
            at=evidence.create_time,
            evidence=evidence.name,
            evidence_kind=evidence.kind,
            file_name=evidence.file_name,
            size=evidence.size,
            sha256=evidence.sha256,
            taken_time=evidence.taken_time,
            place=evidence.place,
            position=evidence.position,
            note=evidence.note,
        )

    def sentence(self) -> Text:
        return Text("上传证据：{file_name}", "Evidence brought: {file_name}").format(file_name=self.file_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDeleted(Event):
    evidence: str
    file_name: str
    sha256: str

    def sentence(self) -> Text:
        return Text("删除证据：{file_name}", "Evidence deleted: {file_name}").format(file_name=self.file_name)
