"""Documents that are decided in cases, whichever they are: what they have in common, and what each of them refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, Self

from kernel.errors import Aborted, EtagMismatch, FailedPrecondition
from kernel.text import Text
from kernel.transitions import move


class DocumentChanged(Aborted):
    zh = "{name} 已有新版本 {current}，须按新版本重新决定"
    en = "{name} is at version {current} now and has to be decided on anew"


class DocumentHasCase(FailedPrecondition):
    zh = "{name} 的审批尚未结束，请先撤回"
    en = "The approval of {name} has not ended; withdraw it first"


class EditedSince(FailedPrecondition):
    zh = "{name} 在提交后又有修改，请由申请人重新提交"
    en = "{name} was edited since it was submitted; its requester may submit it again"


@dataclass(frozen=True, slots=True)
class Life:
    """The states of one kind of document, as a table; what people call states and verbs; the verbs by their values."""

    transitions: Mapping[tuple[Any, Any], Any]
    words: Mapping[Enum, Text]
    verbs: type[Enum]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decidable:
    """A document from draft to decision. `requester` and `organisation` are ids.

    `version` is what deciders see: it grows with every submission. `revision` grows with every change. `case_open` is true from
    the first submission until the end of its case; `edited` while it does not say what was submitted last. `reason` is why it was
    returned, rejected, withdrawn or decided anew.
    """

    collection: ClassVar[str]
    life: ClassVar[Life]

    number: str
    requester: str
    organisation: str
    state: Enum
    version: int = 0
    revision: int = 1
    case_open: bool = False
    edited: bool = False
    reason: str = ""
    create_time: datetime
    update_time: datetime
    submit_time: datetime | None = None

    @property
    def name(self) -> str:
        return f"{self.collection}/{self.number}"

    @property
    def etag(self) -> str:
        return str(self.revision)

    def expecting(self, etag: str) -> Self:
        if etag != self.etag:
            raise EtagMismatch(name=self.name, current=self.etag)
        return self

    def deciding_on(self, version: int) -> Self:
        """The document, if `version` is what is to be decided on."""
        if version != self.version:
            raise DocumentChanged(name=self.name, current=self.version)
        return self

    def delete(self, *, at: datetime) -> Self:
        """Raises DocumentHasCase: a case that waits for it would wait for ever."""
        moved = self.moved("delete", at)
        if self.case_open:
            raise DocumentHasCase(name=self.name)
        return moved

    def give_back(self, reason: str, *, at: datetime) -> Self:
        return replace(self.moved("return", at), reason=reason)

    def reject(self, reason: str, *, at: datetime) -> Self:
        return replace(self.moved("reject", at), reason=reason, case_open=False)

    def withdraw(self, reason: str, *, at: datetime) -> Self:
        return replace(self.moved("withdraw", at), reason=reason, case_open=False)

    def edited_at(self, at: datetime) -> Self:
        """No longer what was submitted."""
        return replace(self.moved("edit", at), edited=True)

    def submitted_at(self, at: datetime) -> Self:
        """A version that may be decided on."""
        return replace(
            self.moved("submit", at),
            version=self.version + 1,
            case_open=True,
            edited=False,
            submit_time=at,
            reason="",
        )

    def reopened_at(self, at: datetime, reason: str) -> Self:
        """To be decided anew as it is. Raises DocumentHasCase, EditedSince."""
        moved = self.moved("reopen", at)
        if self.case_open:
            raise DocumentHasCase(name=self.name)
        if self.edited:
            raise EditedSince(name=self.name)
        return replace(moved, reason=reason, case_open=True)

    def moved(self, verb: str, at: datetime) -> Self:
        """Raises IllegalTransition."""
        state = move(self.life.transitions, self.name, self.state, self.life.verbs(verb), self.life.words)
        return replace(self, state=state, revision=self.revision + 1, update_time=at)
