"""Evidence: what is taken in, when, from whom, who sees it, and that one photo proves one activity."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from chassis.files.contents import Files
from chassis.files.intake import LARGEST
from chassis.rpc.values import time_to_message
from kernel.actor import Actor
from kernel.errors import IllegalTransition, NotFound, NotYours
from services.marketing.domain.activity import Activity
from services.marketing.domain.configuration import EvidenceKind
from services.marketing.domain.evidence import (
    EvidenceInClosure,
    EvidenceSeenBefore,
    EvidenceSubmitted,
    Position,
)
from services.marketing.use_cases import activity_case
from tests.builders.activities import NOW, a_closure, terms
from tests.builders.callers import Callers
from tests.builders.marketing_desk import BOSS, NEEDED, STRANGER, Desk
from tests.builders.refusals import refused
from zhupi.marketing.v1 import evidence_pb2 as pb
from zhupi.marketing.v1.activity_pb2 import EVIDENCE_KIND_PHOTO, EVIDENCE_KIND_SIGN_IN_SHEET
from zhupi.marketing.v1.evidence_pb2_grpc import EvidenceServiceStub

JPEG = b"\xff\xd8\xff\xe0" + b"x" * 150_000
PDF = b"%PDF-1.7\n" + b"x" * 100


def parts(to: str, content: bytes = JPEG, **said: Any) -> Iterator[pb.UploadEvidenceRequest]:
    usual: dict[str, Any] = {
        "request_id": str(uuid4()),
        "activity": to,
        "kind": EVIDENCE_KIND_PHOTO,
        "file_name": "现场.jpg",
        "content_type": "image/jpeg",
        "taken_time": time_to_message(NOW),
        "place": "郑州国际会展中心",
    }
    yield pb.UploadEvidenceRequest(header=pb.UploadEvidenceRequest.Header(**usual | said))
    for start in range(0, len(content), 65536):
        yield pb.UploadEvidenceRequest(content=content[start : start + 65536])


async def other(desk: Desk) -> Activity:
    """An activity that runs, at another customer."""
    return await desk.running(terms(customers=("C000002",)))


async def test_evidence_comes_back_as_it_went_in(callers: Callers, desk: Desk, tmp_path: Path) -> None:
    running = await desk.running()
    lihua = await callers.person("lihua", EvidenceServiceStub)
    position = pb.Position(latitude_e6=34_750_000, longitude_e6=113_620_000)
    kept = await lihua.UploadEvidence(
        parts(running.name, position=position, note="签到处", sha256=sha256(JPEG).hexdigest())
    )
    assert (kept.activity, kept.place, kept.position) == (running.name, "郑州国际会展中心", position)
    assert (kept.size_bytes, kept.sha256) == (len(JPEG), sha256(JPEG).hexdigest())
    assert await lihua.GetEvidence(pb.GetEvidenceRequest(name=kept.name)) == kept
    pieces = lihua.DownloadEvidence(pb.DownloadEvidenceRequest(name=kept.name))
    assert b"".join([piece.content async for piece in pieces]) == JPEG
    assert "EvidenceKept" in await desk.kinds(running.name)


async def test_contents_outlive_the_service_in_the_store(desk: Desk, tmp_path: Path) -> None:
    desk.contents = Files(tmp_path.as_uri())
    kept = await desk.bring(await desk.running(), content=JPEG)
    assert b"".join([piece async for piece in Files(tmp_path.as_uri()).read(kept.sha256)]) == JPEG


async def test_a_repeated_upload_keeps_it_once(callers: Callers, desk: Desk) -> None:
    running, lihua, same = (
        await desk.running(),
        await callers.person("lihua", EvidenceServiceStub),
        str(uuid4()),
    )
    first = await lihua.UploadEvidence(parts(running.name, request_id=same))
    before = await desk.everything()
    assert await lihua.UploadEvidence(parts(running.name, request_id=same)) == first
    with refused("REQUEST_ID_REUSED"):
        await lihua.UploadEvidence(parts(running.name, JPEG + b"!", request_id=same))
    assert await desk.everything() == before


@pytest.mark.parametrize(
    ("reason", "content", "said"),
    [
        ("EVIDENCE_TYPE_REFUSED", JPEG, {"file_name": "现场.exe"}),
        ("EVIDENCE_TYPE_REFUSED", PDF, {}),
        ("EVIDENCE_TYPE_REFUSED", PDF, {"file_name": "a.pdf", "content_type": "application/pdf"}),
        ("EVIDENCE_TYPE_REFUSED", JPEG, {"content_type": "image/png"}),
        ("EVIDENCE_EMPTY", b"", {}),
        ("HASH_MISMATCH", JPEG, {"sha256": sha256(PDF).hexdigest()}),
        ("FILE_NAME_REFUSED", JPEG, {"file_name": "../a.jpg"}),
        ("TAKEN_IN_FUTURE", JPEG, {"taken_time": time_to_message(NOW + timedelta(hours=1))}),
        ("WITHOUT_PLACE", JPEG, {"place": ""}),
        ("NOT_FOUND", JPEG, {"activity": "activities/AC-2026-000009"}),
    ],
)
async def test_what_is_not_what_it_says_is_refused_and_changes_nothing(
    callers: Callers, desk: Desk, reason: str, content: bytes, said: dict[str, Any]
) -> None:
    running, lihua = await desk.running(), await callers.person("lihua", EvidenceServiceStub)
    before = await desk.everything()
    with refused(reason):
        await lihua.UploadEvidence(parts(running.name, content, **said))
    assert await desk.everything() == before


async def test_a_sign_in_sheet_may_be_a_pdf(callers: Callers, desk: Desk) -> None:
    running, lihua = await desk.running(), await callers.person("lihua", EvidenceServiceStub)
    said = {"file_name": "签到.pdf", "content_type": "application/pdf", "kind": EVIDENCE_KIND_SIGN_IN_SHEET}
    kept = await lihua.UploadEvidence(parts(running.name, PDF, **said))
    assert kept.kind == EVIDENCE_KIND_SIGN_IN_SHEET


async def test_twenty_megabytes_are_taken_and_one_byte_more_is_not(callers: Callers, desk: Desk) -> None:
    running, lihua = await desk.running(), await callers.person("lihua", EvidenceServiceStub)
    largest = JPEG + os.urandom(LARGEST - len(JPEG))
    assert (await lihua.UploadEvidence(parts(running.name, largest))).size_bytes == LARGEST
    with refused("EVIDENCE_TOO_LARGE") as caught:
        await lihua.UploadEvidence(parts(running.name, largest + b"x"))
    assert caught.value.values["limit"] == str(LARGEST)


async def test_a_photo_proves_one_activity_and_the_refusal_names_it(desk: Desk) -> None:
    first, second = await desk.running(), await other(desk)
    await desk.bring(first, content=JPEG)
    before = await desk.everything()
    for activity in (second, first):
        with pytest.raises(EvidenceSeenBefore) as caught:
            await desk.bring(activity, content=JPEG)
        assert caught.value.values["activity"] == first.name
    assert await desk.everything() == before


async def test_of_many_that_bring_a_photo_at_once_one_has_it(desk: Desk) -> None:
    running = [await desk.running(terms(customers=(f"C00000{n}",))) for n in range(1, 6)]
    tried = await asyncio.gather(
        *(desk.bring(activity, content=JPEG) for activity in running * 3), return_exceptions=True
    )
    kept = [one for one in tried if not isinstance(one, BaseException)]
    refusals = [one for one in tried if isinstance(one, EvidenceSeenBefore)]
    assert (len(kept), len(refusals)) == (1, 14)
    assert {one.values["activity"] for one in refusals} == {f"activities/{kept[0].activity}"}


async def test_a_deleted_photo_may_prove_another_activity(desk: Desk) -> None:
    first, second = await desk.running(), await other(desk)
    kept = await desk.bring(first, content=JPEG)
    await desk.remove(kept)
    assert (await desk.bring(second, content=JPEG)).activity == second.number
    assert (await desk.kinds(first.name))[-2:] == ["EvidenceKept", "EvidenceDeleted"]
    with pytest.raises(NotFound):
        await desk.remove(kept)


async def test_only_a_running_activity_or_one_to_be_closed_takes_evidence(desk: Desk) -> None:
    approved = await desk.approved()
    closing = await desk.closing(terms(customers=("C000002",)))
    for activity in (await desk.draft(), approved, closing):
        with pytest.raises(IllegalTransition):
            await desk.bring(activity)
    running = await desk.start(approved)
    await desk.bring(running)
    await desk.bring(await desk.end(running))


async def test_only_the_requester_and_whoever_is_responsible_bring_evidence(desk: Desk) -> None:
    running = await desk.running()
    assert (await desk.bring(running, by=BOSS)).uploader == "boss"
    with pytest.raises(NotFound):
        await desk.bring(running, by=STRANGER)
    sees_all = Actor(person="sunli", roles=frozenset({"finance"}))
    with pytest.raises(NotYours):
        await desk.bring(running, by=sees_all)


async def test_evidence_of_a_closure_stays(desk: Desk) -> None:
    over = await desk.over()
    photo = await desk.bring(over)
    names = await desk.evidence(over, *NEEDED)
    written = await desk.write_closure(over, a_closure(evidence=(photo.name, *names)))
    with pytest.raises(EvidenceInClosure):
        await desk.remove(photo)
    written = await desk.write_closure(written, a_closure(evidence=names))
    submitted = await desk.submit_closure(written)
    with pytest.raises(IllegalTransition):
        await desk.remove(photo)
    await desk.say(activity_case.return_closure, submitted, "补签到表")
    with pytest.raises(EvidenceSubmitted):
        await desk.remove(photo)
    later = await desk.bring(over)
    assert (await desk.remove(later)) == later


async def test_of_evidence_and_a_closure_that_is_submitted_at_once_whichever_is_first_holds(
    desk: Desk,
) -> None:
    over = await desk.over()
    names = await desk.evidence(over, *NEEDED)
    written = await desk.write_closure(over, a_closure(evidence=names))
    tried = await asyncio.gather(
        *(desk.bring(written) for _ in range(6)), desk.submit_closure(written), return_exceptions=True
    )
    assert not [
        one for one in tried if isinstance(one, BaseException) and not isinstance(one, IllegalTransition)
    ]
    stored = await desk.stored(over)
    assert stored.closure_submit_time is not None
    kinds = await desk.kinds(over.name)
    assert "EvidenceKept" not in kinds[kinds.index("ClosureSubmitted") :]


async def test_who_sees_evidence(callers: Callers, desk: Desk) -> None:
    running = await desk.running()
    kept = await desk.bring(running, position=Position(34_750_000, 113_620_000))
    asked, listed = pb.GetEvidenceRequest(name=kept.name), pb.ListEvidenceRequest(activity=running.name)
    for person, *roles in (["lihua"], ["boss"], ["sunli", "finance"]):
        stub = await callers.person(person, EvidenceServiceStub, *roles)
        assert (await stub.GetEvidence(asked)).name == kept.name
        assert [one.name for one in (await stub.ListEvidence(listed)).evidence] == [kept.name]
    stranger = await callers.person("stranger", EvidenceServiceStub)
    for call in (stranger.GetEvidence(asked), stranger.ListEvidence(listed)):
        with refused("NOT_FOUND"):
            await call
    # Who decides on the activity sees what it is proved by.
    desk.cases.documents.add(running.name)
    assert (await stranger.GetEvidence(asked)).name == kept.name
    with refused("NOT_FOUND"):
        await stranger.DeleteEvidence(pb.DeleteEvidenceRequest(name=kept.name, request_id=str(uuid4())))


async def test_lists_go_on_where_the_page_before_ended_and_by_kind(callers: Callers, desk: Desk) -> None:
    running = await desk.running()
    await desk.evidence(running, *[EvidenceKind.PHOTO] * 3, EvidenceKind.OTHER)
    lihua = await callers.person("lihua", EvidenceServiceStub)
    request = pb.ListEvidenceRequest(activity=running.name, page_size=3)
    first = await lihua.ListEvidence(request)
    request.page_token = first.next_page_token
    second = await lihua.ListEvidence(request)
    assert (len(first.evidence), len(second.evidence), second.next_page_token) == (3, 1, "")
    photos = pb.ListEvidenceRequest(activity=running.name, kind=EVIDENCE_KIND_PHOTO)
    assert len((await lihua.ListEvidence(photos)).evidence) == 3
