"""Attachments: what may be one, who may see it, and that nothing is lost in between."""

from __future__ import annotations

import io
import os
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from chassis.files.intake import LARGEST
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import Drafts, House
from tests.builders.refusals import refused
from zhupi.approval.v1 import attachment_pb2 as pb

PDF = b"%PDF-1.7\n" + b"x" * 200_000
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100
OFFICE = "application/vnd.openxmlformats-officedocument"


def archive(*members: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as written:
        for name in members:
            written.writestr(name, "x")
    return content.getvalue()


async def download(desk: Desk, name: str) -> bytes:
    call = desk.attachments.DownloadAttachment(pb.DownloadAttachmentRequest(name=name))
    return b"".join([chunk.content async for chunk in call])


async def listed(desk: Desk, document: str) -> list[str]:
    found = await desk.attachments.ListAttachments(pb.ListAttachmentsRequest(document=document))
    return [attachment.name for attachment in found.attachments]


async def test_a_file_comes_back_as_it_went_in(house: House) -> None:
    wangfang = await house.desk("wangfang")
    kept = await wangfang.upload(PDF, sha256=sha256(PDF).hexdigest())
    assert (kept.file_name, kept.size_bytes, kept.uploader) == ("发票.pdf", len(PDF), "people/wangfang")
    assert kept.sha256 == sha256(PDF).hexdigest()
    assert await download(wangfang, kept.name) == PDF
    assert await wangfang.attachments.GetAttachment(pb.GetAttachmentRequest(name=kept.name)) == kept


async def test_a_repeated_upload_keeps_the_file_once(house: House) -> None:
    wangfang, same = await house.desk("wangfang"), request_id()
    first = await wangfang.upload(PDF, request_id=same)
    before = await house.dump()
    assert await wangfang.upload(PDF, request_id=same) == first
    with refused("REQUEST_ID_REUSED"):
        await wangfang.upload(PDF + b"!", request_id=same)
    assert await house.dump() == before
    again = await wangfang.upload(PDF)
    assert (again.name != first.name, again.sha256) == (True, first.sha256)


@pytest.mark.parametrize(
    ("name", "type", "content"),
    [
        ("报表.xlsx", f"{OFFICE}.spreadsheetml.sheet", archive("[Content_Types].xml", "xl/workbook.xml")),
        (
            "说明.docx",
            f"{OFFICE}.wordprocessingml.document",
            archive("[Content_Types].xml", "word/document.xml"),
        ),
        ("发票.ofd", "application/ofd", archive("OFD.xml")),
        ("发票.xml", "text/xml", '\ufeff<?xml version="1.0"?><EInvoice/>'.encode()),
        ("照片.JPG", "image/jpeg", b"\xff\xd8\xff\xe0" + b"x" * 10),
        ("照片.webp", "image/webp", b"RIFF\x10\x00\x00\x00WEBPVP8 "),
        ("照片.heic", "image/heic", b"\x00\x00\x00\x18ftypheic\x00\x00"),
    ],
)
async def test_what_is_what_it_says_may_be_attached(
    house: House, name: str, type: str, content: bytes
) -> None:
    wangfang = await house.desk("wangfang")
    assert (await wangfang.upload(content, file_name=name, content_type=type)).size_bytes == len(content)


@pytest.mark.parametrize(
    ("reason", "name", "type", "content"),
    [
        ("ATTACHMENT_TYPE_REFUSED", "a.exe", "application/pdf", PDF),
        ("ATTACHMENT_TYPE_REFUSED", "发票", "application/pdf", PDF),
        ("ATTACHMENT_TYPE_REFUSED", "a.pdf", "image/png", PDF),
        ("ATTACHMENT_TYPE_REFUSED", "a.pdf", "application/pdf", PNG),
        ("ATTACHMENT_TYPE_REFUSED", "a.png", "image/png", b"MZ\x90\x00"),
        ("ATTACHMENT_TYPE_REFUSED", "a.xlsx", f"{OFFICE}.spreadsheetml.sheet", archive("evil.txt")),
        (
            "ATTACHMENT_TYPE_REFUSED",
            "a.xlsx",
            f"{OFFICE}.spreadsheetml.sheet",
            archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
        ),
        (
            "ATTACHMENT_TYPE_REFUSED",
            "a.xml",
            "application/xml",
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>',
        ),
        ("ATTACHMENT_TYPE_REFUSED", "a.xml", "application/xml", b"<html><script>alert(1)</script></html>"),
        ("FILE_NAME_REFUSED", "../a.pdf", "application/pdf", PDF),
        ("FILE_NAME_REFUSED", "a\u200bfdp.pdf", "application/pdf", PDF),
        ("ATTACHMENT_EMPTY", "a.pdf", "application/pdf", b""),
    ],
)
async def test_what_is_not_what_it_says_is_refused(
    house: House, reason: str, name: str, type: str, content: bytes
) -> None:
    wangfang = await house.desk("wangfang")
    before = await house.dump()
    with refused(reason):
        await wangfang.upload(content, file_name=name, content_type=type)
    assert await house.dump() == before


async def test_twenty_mebibytes_fit_and_a_byte_more_does_not(house: House) -> None:
    wangfang = await house.desk("wangfang")
    largest = PDF + os.urandom(LARGEST - len(PDF))
    assert (await wangfang.upload(largest)).size_bytes == LARGEST
    before = await house.dump()
    with refused("ATTACHMENT_TOO_LARGE") as too_large:
        await wangfang.upload(largest + b"!")
    assert too_large.value.values["limit"] == str(LARGEST)
    with refused("HASH_MISMATCH"):
        await wangfang.upload(PDF, sha256="0" * 64)
    assert await house.dump() == before


async def test_a_draft_s_files_are_its_uploader_s_and_with_a_case_they_are_everybody_s_who_sees_it(
    house: House,
) -> None:
    wangfang, lihua, sunli = (
        await house.desk("wangfang"),
        await house.desk("lihua"),
        await house.desk("sunli"),
    )
    drafted = await wangfang.upload(PDF, document="claims/EC-7")
    # By a service whose drafts others may see; ours lets nobody put files there.
    slipped_in = await sunli.upload(PDF, document="claims/EC-7")
    for stranger in (lihua, sunli):
        with refused("NOT_FOUND"):
            await stranger.attachments.GetAttachment(pb.GetAttachmentRequest(name=drafted.name))
    await house.open("single", "manager", document="claims/EC-7", number="EC-7")
    assert await download(lihua, drafted.name) == PDF
    added = await lihua.upload(PNG, document="claims/EC-7", file_name="a.png", content_type="image/png")
    assert await listed(wangfang, "claims/EC-7") == [drafted.name, added.name]
    assert await listed(lihua, "claims/EC-7") == [drafted.name, added.name]
    # What a stranger put there before there was a case is nobody's but theirs.
    assert await listed(sunli, "claims/EC-7") == [slipped_in.name]
    with refused("NOT_FOUND"):
        await download(wangfang, slipped_in.name)
    with refused("NOT_FOUND"):
        await download(sunli, drafted.name)
    before = await house.dump()
    with refused("NOT_FOUND"):
        await sunli.upload(PDF, document="claims/EC-7")
    assert await house.dump() == before


async def test_a_file_is_taken_in_only_for_a_document_that_its_uploader_may_see(house: House) -> None:
    wangfang, sunli = await house.desk("wangfang"), await house.desk("sunli")
    drafts = house.parts.documents
    assert isinstance(drafts, Drafts)
    drafts.owners = {"claims/EC-8": "wangfang", "claims/EC-9": ""}
    await wangfang.upload(PDF, document="claims/EC-8")
    before = await house.dump()
    for who, document in ((sunli, "claims/EC-8"), (wangfang, "claims/EC-9"), (wangfang, "contracts/EC-8")):
        with refused("NOT_FOUND") as caught:
            await who.upload(PDF, document=document)
        assert caught.value.violations[0].field == "header.document"
    for document in ("../../x", "claims/../x/\u0000", "claims", "/etc/passwd", "claims/"):
        with refused("INVALID_ARGUMENT") as malformed:
            await wangfang.upload(PDF, document=document)
        assert malformed.value.violations[0].field == "header.document"
    assert await house.dump() == before


async def test_content_whose_row_was_never_written_harms_nobody(house: House, tmp_path: Path) -> None:
    wangfang = await house.desk("wangfang")
    digest = sha256(PDF).hexdigest()
    await house.parts.files.put(digest, PDF)  # and then the power went
    kept = await wangfang.upload(PDF)
    assert await download(wangfang, kept.name) == PDF
    files = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert [path.name for path in files] == [digest]


async def test_a_stream_begins_with_its_header(house: House) -> None:
    wangfang = await house.desk("wangfang")

    async def headless():  # type: ignore[no-untyped-def]  # a stream of requests
        yield pb.UploadAttachmentRequest(content=PDF[:100])

    with refused("HEADER_MISPLACED"):
        await wangfang.attachments.UploadAttachment(headless())
