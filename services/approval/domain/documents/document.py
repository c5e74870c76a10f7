"""A document: what somebody has filled in by a form, and how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Final

from kernel.decided import DocumentChanged, DocumentHasCase, EditedSince
from kernel.errors import EtagMismatch
from kernel.money import Money
from kernel.text import Text
from kernel.transitions import Transitions, move, transitions
from services.approval.domain.forms.filling_in import Values
from services.approval.domain.forms.form import Form
from services.approval.domain.people.directory import OrganisationId, PersonId

COLLECTION: Final = "documents"
# How many of what it refers to stand in the title.
MOST_CALLED: Final = 2


class DocumentState(Enum):
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    APPROVED = "approved"
    REJECTED = "rejected"
    DELETED = "deleted"


class DocumentVerb(Enum):
    EDIT = "edit"
    DELETE = "delete"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


WORDS: Final = MappingProxyType(
    {
        DocumentState.DRAFT: Text("草稿", "a draft"),
        DocumentState.IN_APPROVAL: Text("审批中", "in approval"),
        DocumentState.APPROVED: Text("已通过", "approved"),
        DocumentState.REJECTED: Text("已拒绝", "rejected"),
        DocumentState.DELETED: Text("已删除", "deleted"),
        DocumentVerb.EDIT: Text("修改", "editing"),
        DocumentVerb.DELETE: Text("删除", "deleting"),
        DocumentVerb.SUBMIT: Text("提交", "submitting"),
        DocumentVerb.APPROVE: Text("通过", "approving"),
        DocumentVerb.RETURN: Text("退回", "returning"),
        DocumentVerb.REJECT: Text("拒绝", "rejecting"),
        DocumentVerb.WITHDRAW: Text("撤回", "withdrawing"),
        DocumentVerb.REOPEN: Text("重新审批", "reopening"),
    }
)
_S, _V = DocumentState, DocumentVerb

TRANSITIONS: Final[Transitions[DocumentState, DocumentVerb]] = transitions(
    (_S.DRAFT, _V.EDIT, _S.DRAFT),
    (_S.DRAFT, _V.DELETE, _S.DELETED),
    (_S.DRAFT, _V.SUBMIT, _S.IN_APPROVAL),
    (_S.IN_APPROVAL, _V.APPROVE, _S.APPROVED),
    (_S.IN_APPROVAL, _V.RETURN, _S.DRAFT),
    (_S.IN_APPROVAL, _V.REJECT, _S.REJECTED),
    # A returned document is a draft again; one that is approved may be taken back until its case is sealed.
    ((_S.DRAFT, _S.IN_APPROVAL, _S.APPROVED), _V.WITHDRAW, _S.DRAFT),
    # What was withdrawn is a draft; one that says what was submitted may be decided anew.
    ((_S.DRAFT, _S.APPROVED, _S.REJECTED), _V.REOPEN, _S.IN_APPROVAL),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`version` is what deciders see: it grows with each submission. `revision` grows with every change.

    `form_version` is that of the form by which `values` were last checked. `case_open` is true from the first submission until
    the document is approved, rejected or withdrawn. `edited` is true while it no longer says what was submitted last.
    """

    number: str
    process: str
    form_version: int
    requester: PersonId
    organisation: OrganisationId
    title: str
    amount: Money | None = None
    values: Values = field(default_factory=lambda: MappingProxyType({}))
    state: DocumentState = DocumentState.DRAFT
    version: int = 0
    revision: int = 1
    case_open: bool = False
    edited: bool = False
    reason: str = ""
    create_time: datetime
    update_time: datetime
    submit_time: datetime | None = None
    end_time: datetime | None = None

    @classmethod
    def draft(
        cls,
        number: str,
        form: Form,
        values: Values,
        *,
        requester: PersonId,
        organisation: OrganisationId,
        at: datetime,
    ) -> Document:
        """A new document, of values that fit the form."""
        return cls(
            number=number,
            process=form.process,
            form_version=form.version,
            requester=requester,
            organisation=organisation,
            title=form.title_of(values),
            amount=form.amount_of(values),
            values=values,
            create_time=at,
            update_time=at,
        )

    @property
    def name(self) -> str:
        return f"{COLLECTION}/{self.number}"

    @property
    def owner(self) -> PersonId:
        return self.requester

    @property
    def etag(self) -> str:
        return str(self.revision)

    def expecting(self, etag: str) -> Document:
        if etag != self.etag:
            raise EtagMismatch(field="etag", name=self.name, current=self.etag)
        return self

    def deciding_on(self, version: int) -> Document:
        """The document, if `version` is what is to be decided on."""
        if version != self.version:
            raise DocumentChanged(name=self.name, current=self.version)
        return self

    def edit(self, form: Form, values: Values, *, at: datetime) -> Document:
        """Replaces what a draft says by values that fit the form."""
        return replace(self._moved(DocumentVerb.EDIT, at)._saying(form, values), edited=True)

    def delete(self, *, at: datetime) -> Document:
        """Raises DocumentHasCase: a case that waits for the document would wait for ever."""
        moved = self._moved(DocumentVerb.DELETE, at)
        if self.case_open:
            raise DocumentHasCase(name=self.name)
        return moved

    def submit(self, form: Form, *, at: datetime) -> Document:
        """Asks for approval, by a form that the values fit; nothing is missing."""
        moved = self._moved(DocumentVerb.SUBMIT, at)._saying(form, self.values)
        return replace(
            moved,
            version=self.version + 1,
            case_open=True,
            edited=False,
            submit_time=at,
            end_time=None,
            reason="",
        )

    def about(self, called: Sequence[str]) -> Document:
        """Titled, as it is submitted, by what it refers to: lists would show a number otherwise."""
        if not called:
            return self
        others = len(called) - MOST_CALLED
        names = "、".join(called[:MOST_CALLED]) + (f" +{others}" if others > 0 else "")
        return replace(self, title=f"{names}：{self.title}")

    def approve(self, *, at: datetime) -> Document:
        return replace(self._moved(DocumentVerb.APPROVE, at), case_open=False, end_time=at, reason="")

    def give_back(self, reason: str, *, at: datetime) -> Document:
        """Returned to the requester, whose case goes on when it is submitted again."""
        return replace(self._moved(DocumentVerb.RETURN, at), reason=reason)

    def reject(self, reason: str, *, at: datetime) -> Document:
        return replace(self._moved(DocumentVerb.REJECT, at), case_open=False, end_time=at, reason=reason)

    def withdraw(self, reason: str, *, at: datetime) -> Document:
        return replace(self._moved(DocumentVerb.WITHDRAW, at), case_open=False, end_time=None, reason=reason)

    def reopen(self, reason: str, *, at: datetime) -> Document:
        """Decided anew as it is, after a case that has ended. Raises DocumentHasCase, EditedSince."""
        moved = self._moved(DocumentVerb.REOPEN, at)
        if self.case_open:
            raise DocumentHasCase(name=self.name)
        if self.edited:
            raise EditedSince(name=self.name)
        return replace(moved, case_open=True, end_time=None, reason=reason)

    def _saying(self, form: Form, values: Values) -> Document:
        title, amount = form.title_of(values), form.amount_of(values)
        return replace(self, form_version=form.version, title=title, amount=amount, values=values)

    def _moved(self, verb: DocumentVerb, at: datetime) -> Document:
        state = move(TRANSITIONS, self.name, self.state, verb, WORDS)
        return replace(self, state=state, revision=self.revision + 1, update_time=at)


@dataclass(frozen=True, slots=True)
class Submission:
    """What was asked for once: a version of the document, by a form, under a version of the policy."""

    number: str
    version: int
    form_version: int
    policy: int
    at: datetime
