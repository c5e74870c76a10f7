"""Documents of processes without code: which states they pass, and what each verb keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.decided import DocumentChanged, DocumentHasCase, EditedSince
from kernel.errors import IllegalTransition
from kernel.money import Money
from kernel.text import Text
from services.approval.domain.documents.document import (
    TRANSITIONS,
    Document,
    DocumentState,
    DocumentVerb,
)
from services.approval.domain.forms.filling_in import read_values
from services.approval.mapping.documents import document_to_message, snapshot_of
from tests.builders.approval import NOW
from tests.builders.forms import FILLED_IN, the_seal_use_form

FORM = the_seal_use_form().published(3)
LATER = NOW + dt.timedelta(hours=1)


def a_document(**values: Any) -> Document:
    return Document.draft(
        "SU-2026-000001", FORM, {**FILLED_IN, **values}, requester="wangfang", organisation="henan", at=NOW
    )


ACTS: dict[DocumentVerb, Callable[[Document], Document]] = {
    DocumentVerb.EDIT: lambda one: one.edit(FORM, one.values, at=LATER),
    DocumentVerb.DELETE: lambda one: one.delete(at=LATER),
    DocumentVerb.SUBMIT: lambda one: one.submit(FORM, at=LATER),
    DocumentVerb.APPROVE: lambda one: one.approve(at=LATER),
    DocumentVerb.RETURN: lambda one: one.give_back("缺页", at=LATER),
    DocumentVerb.REJECT: lambda one: one.reject("不符", at=LATER),
    DocumentVerb.WITHDRAW: lambda one: one.withdraw("不用了", at=LATER),
    DocumentVerb.REOPEN: lambda one: one.reopen("盖错了", at=LATER),
}


@given(st.lists(st.sampled_from(DocumentVerb), max_size=15))
def test_whatever_is_tried_the_table_says_what_happens(verbs: list[DocumentVerb]) -> None:
    document = a_document()
    for verb in verbs:
        target = TRANSITIONS.get((document.state, verb))
        try:
            after = ACTS[verb](document)
        except IllegalTransition:
            assert target is None
            continue
        except DocumentHasCase:
            assert verb in (DocumentVerb.DELETE, DocumentVerb.REOPEN)
            continue
        except EditedSince:
            assert verb is DocumentVerb.REOPEN
            assert document.edited
            continue
        assert after.state is target
        assert after.revision == document.revision + 1
        assert after.version == document.version + (verb is DocumentVerb.SUBMIT)
        document = after
        is_decided = document.state in (DocumentState.APPROVED, DocumentState.REJECTED)
        assert (document.end_time is not None) is is_decided
        assert not (document.case_open and is_decided)
        if document.state is DocumentState.IN_APPROVAL:
            assert document.case_open


def test_a_submission_is_called_and_weighed_by_what_it_says() -> None:
    document = a_document(seal="contract", contract_amount="86000.00").submit(FORM, at=LATER)
    assert (document.title, document.amount) == ("华中医院框架合同", Money.of(86000))
    assert (document.form_version, document.version, document.submit_time) == (3, 1, LATER)


def test_what_was_withdrawn_is_decided_anew_as_long_as_it_says_the_same() -> None:
    withdrawn = a_document().submit(FORM, at=LATER).withdraw("不用了", at=LATER)
    reopened = withdrawn.reopen("仍需用章", at=LATER)
    assert (reopened.state, reopened.version, reopened.case_open) == (DocumentState.IN_APPROVAL, 1, True)
    edited = withdrawn.edit(FORM, withdrawn.values, at=LATER)
    with pytest.raises(EditedSince):
        edited.reopen("仍需用章", at=LATER)
    assert not edited.submit(FORM, at=LATER).edited


def test_a_draft_whose_case_waits_is_not_reopened() -> None:
    returned = a_document().submit(FORM, at=LATER).give_back("缺页", at=LATER)
    with pytest.raises(DocumentHasCase):
        returned.reopen("仍需用章", at=LATER)


def test_a_decision_on_another_version_is_none() -> None:
    document = a_document().submit(FORM, at=LATER)
    with pytest.raises(DocumentChanged):
        document.deciding_on(2)


def test_a_document_is_told_whole_and_its_values_read_the_same_again() -> None:
    document = a_document(seal="contract", contract_amount="86000.00").submit(FORM, at=LATER)
    told = document_to_message(document, Text("用章申请", "Use of a seal"))
    assert read_values(told.values) == document.values
    assert (told.name, told.form, told.etag) == (
        "documents/SU-2026-000001",
        "processes/seal-use/versions/3",
        "2",
    )
    shown = snapshot_of(document, FORM.title)
    assert shown["values"]["papers"][0] == {"name": "框架合同", "pages": 12}
    assert shown["processTitle"]["zh"] == "用章申请"
