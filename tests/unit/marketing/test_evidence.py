"""Evidence: which files each kind takes, when it may be deleted, and that it comes back from rows and messages as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.errors import Refusal
from services.marketing.domain.configuration import EvidenceKind
from services.marketing.domain.evidence import (
    AHEAD,
    INTAKES,
    Evidence,
    EvidenceInClosure,
    EvidenceSubmitted,
    Position,
    TakenInFuture,
    WithoutPlace,
    must_be_placed_in_time,
)
from services.marketing.domain.execution_log import LogEntry
from services.marketing.evidence_mapping import evidence_to_message, upload_from_message
from services.marketing.store.evidence import evidence_columns, evidence_of
from services.marketing.store.execution_log import log_entry_columns, log_entry_of
from tests.builders.activities import NOW, a_closure, an_activity
from zhupi.marketing.v1 import evidence_pb2 as pb

texts = st.text("abc甲乙丙1 ", max_size=8)
moments = st.datetimes(timezones=st.just(UTC))
positions = st.none() | st.builds(
    Position, st.integers(-90_000_000, 90_000_000), st.integers(-180_000_000, 180_000_000)
)
every_evidence = st.builds(
    Evidence,
    id=st.uuids(),
    activity=st.just("AC-2026-000001"),
    kind=st.sampled_from(EvidenceKind),
    file_name=texts,
    content_type=texts,
    size=st.integers(1, 20 * 1024 * 1024),
    sha256=st.just("ab" * 32),
    taken_time=moments,
    place=texts,
    position=positions,
    note=texts,
    uploader=st.just("lihua"),
    create_time=moments,
)
entries = st.builds(
    LogEntry,
    id=st.uuids(),
    activity=st.just("AC-2026-000001"),
    day=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    text=texts,
    writer=st.just("lihua"),
    create_time=moments,
)


def a_photo() -> Evidence:
    return Evidence(
        id=uuid4(),
        activity="AC-2026-000001",
        kind=EvidenceKind.PHOTO,
        file_name="现场.jpg",
        content_type="image/jpeg",
        size=10,
        sha256="ab" * 32,
        taken_time=NOW,
        place="郑州",
        position=None,
        note="",
        uploader="lihua",
        create_time=NOW,
    )


@settings(max_examples=60)
@given(every_evidence)
def test_evidence_comes_back_from_its_row_and_its_header(evidence: Evidence) -> None:
    assert evidence_of(SimpleNamespace(**evidence_columns(evidence))) == evidence
    said = evidence_to_message(evidence)
    header = pb.UploadEvidenceRequest.Header(
        activity=said.activity,
        kind=said.kind,
        file_name=said.file_name,
        content_type=said.content_type,
        taken_time=said.taken_time,
        place=said.place,
        position=said.position if said.HasField("position") else None,
        note=said.note,
    )
    upload = upload_from_message(header, b"x")
    assert (upload.kind, upload.taken_time, upload.position) == (
        evidence.kind,
        evidence.taken_time,
        evidence.position,
    )


@settings(max_examples=30)
@given(entries)
def test_an_entry_comes_back_from_its_row(entry: LogEntry) -> None:
    assert log_entry_of(SimpleNamespace(**log_entry_columns(entry))) == entry


@pytest.mark.parametrize(
    ("kind", "name", "type"),
    [
        (EvidenceKind.PHOTO, "签到.pdf", "application/pdf"),
        (
            EvidenceKind.PHOTO,
            "a.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (EvidenceKind.SIGN_IN_SHEET, "a.xml", "application/xml"),
        (
            EvidenceKind.VISIT_NOTE,
            "a.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (EvidenceKind.OTHER, "a.exe", "application/octet-stream"),
    ],
)
def test_each_kind_takes_its_own_files_only(kind: EvidenceKind, name: str, type: str) -> None:
    with pytest.raises(Refusal) as caught:
        INTAKES[kind].type_of(name, type)
    assert caught.value.reason == "EVIDENCE_TYPE_REFUSED"
    assert name in caught.value.text.zh
    assert name in caught.value.text.en


def test_every_kind_takes_pictures() -> None:
    assert {intake.type_of("a.JPG", "image/jpeg").content_type for intake in INTAKES.values()} == {
        "image/jpeg"
    }


def test_a_telephone_may_run_a_little_ahead_and_a_place_is_needed() -> None:
    must_be_placed_in_time(NOW + AHEAD, "郑州", None, NOW)
    must_be_placed_in_time(NOW, "", Position(0, 0), NOW)
    with pytest.raises(TakenInFuture):
        must_be_placed_in_time(NOW + AHEAD + timedelta(seconds=1), "郑州", None, NOW)
    with pytest.raises(WithoutPlace):
        must_be_placed_in_time(NOW, "", None, NOW)


def test_what_a_closure_names_or_was_submitted_with_stays() -> None:
    photo = a_photo()
    photo.may_be_deleted_from(an_activity())
    with pytest.raises(EvidenceInClosure):
        photo.may_be_deleted_from(an_activity(closure=a_closure(evidence=(photo.name,))))
    with pytest.raises(EvidenceSubmitted):
        photo.may_be_deleted_from(an_activity(closure_submit_time=NOW))
    later = replace(photo, create_time=NOW + timedelta(seconds=1))
    later.may_be_deleted_from(an_activity(closure_submit_time=NOW))
