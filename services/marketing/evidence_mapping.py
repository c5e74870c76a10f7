"""Evidence as messages and back."""

from __future__ import annotations

from uuid import UUID

from chassis.postgres.paging import Page
from chassis.rpc.values import NameMalformed, id_in, time_from_message, time_to_message
from kernel.fields import within
from services.marketing.domain.evidence import Evidence, Position
from services.marketing.mapping import KINDS, KINDS_BACK, number_in
from services.marketing.use_cases.evidence import UploadEvidence
from zhupi.marketing.v1 import evidence_pb2 as pb


def evidence_to_message(evidence: Evidence) -> pb.Evidence:
    return pb.Evidence(
        name=evidence.name,
        activity=f"activities/{evidence.activity}",
        kind=KINDS[evidence.kind],
        file_name=evidence.file_name,
        content_type=evidence.content_type,
        size_bytes=evidence.size,
        sha256=evidence.sha256,
        taken_time=time_to_message(evidence.taken_time),
        place=evidence.place,
        position=_position_to_message(evidence.position),
        note=evidence.note,
        uploader=f"people/{evidence.uploader}",
        create_time=time_to_message(evidence.create_time),
    )


def page_to_message(page: Page[Evidence]) -> pb.ListEvidenceResponse:
    return pb.ListEvidenceResponse(
        evidence=map(evidence_to_message, page.items), next_page_token=page.next_page_token
    )


def upload_from_message(header: pb.UploadEvidenceRequest.Header, content: bytes) -> UploadEvidence:
    """Raises NameMalformed, TimeMalformed."""
    with within("header.taken_time"):
        taken = time_from_message(header.taken_time)
    return UploadEvidence(
        activity=number_in(header.activity, "header.activity"),
        kind=KINDS_BACK[header.kind],
        file_name=header.file_name,
        content_type=header.content_type,
        sha256=header.sha256,
        taken_time=taken,
        place=header.place,
        position=_position_from_message(header.position) if header.HasField("position") else None,
        note=header.note,
        content=content,
    )


def id_of(name: str) -> UUID:
    """The id in `evidence/0190…`. Raises NameMalformed."""
    try:
        return UUID(id_in(name, "evidence", "name"))
    except ValueError as error:
        raise NameMalformed(field="name", name=name) from error


def _position_to_message(position: Position | None) -> pb.Position | None:
    if position is None:
        return None
    return pb.Position(latitude_e6=position.latitude_e6, longitude_e6=position.longitude_e6)


def _position_from_message(message: pb.Position) -> Position:
    return Position(message.latitude_e6, message.longitude_e6)
