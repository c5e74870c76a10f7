"""`zhupi attach`, `zhupi attachment list|download`: files that belong to a document."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.claim_view import get_claim
from cli.command import alone, command
from cli.commands.onboardings import get_onboarding
from cli.files import chunks, read, save, sha256
from cli.help import DOCUMENTS, group
from cli.names import document as document_name
from cli.names import resource
from cli.paging import listed
from cli.session import Session
from reading.names import bare
from zhupi.approval.v1.attachment_pb2 import (
    Attachment,
    DownloadAttachmentRequest,
    GetAttachmentRequest,
    ListAttachmentsRequest,
    UploadAttachmentRequest,
)
from zhupi.approval.v1.attachment_pb2_grpc import AttachmentServiceStub
from zhupi.customer.v1.onboarding_pb2 import Onboarding, UpdateOnboardingRequest
from zhupi.customer.v1.onboarding_pb2_grpc import OnboardingServiceStub
from zhupi.expense.v1.claim_pb2 import Claim, UpdateClaimRequest
from zhupi.expense.v1.claim_pb2_grpc import ClaimServiceStub

PANEL = DOCUMENTS

attachments = group("附件", "Attachments")

COLUMNS: Final = ("name", "file_name", "content_type", "size_bytes", "uploader", "create_time", "sha256")
Number = Annotated[str, typer.Argument(metavar="EC-…", help="Number of the document · 单号")]


@alone("上传附件；草稿会引用它", "Upload a file; a draft refers to it then", writes=True)
async def attach(
    session: Session, file: Annotated[Path, typer.Argument(help="The file · 文件")], number: Number
) -> None:
    document = document_name(number)
    parts = upload(file, document, session.request_id())
    attachment = await session.stub(AttachmentServiceStub).UploadAttachment(parts)
    await refer(session, document, attachment.name)
    session.out.details(attachment, COLUMNS)


def upload(file: Path, document: str, request_id: str) -> Iterator[UploadAttachmentRequest]:
    content = read(file)
    header = UploadAttachmentRequest.Header(
        request_id=request_id,
        document=document,
        file_name=file.name,
        content_type=mimetypes.guess_type(file.name)[0] or "application/octet-stream",
        sha256=sha256(content),
    )
    yield UploadAttachmentRequest(header=header)
    for chunk in chunks(content):
        yield UploadAttachmentRequest(content=chunk)


async def refer(session: Session, document: str, attachment: str) -> None:
    """Put the attachment into what names its files itself, while that is a draft; later it belongs to the case only.

    What is about something else, a scan of a customer's licence for instance, is named where that is written.
    """
    if document.startswith("claims/"):
        await _into_claim(session, document, attachment)
    elif document.startswith("onboardings/"):
        await _into_onboarding(session, document, attachment)


async def _into_onboarding(session: Session, document: str, attachment: str) -> None:
    onboarding = await get_onboarding(session, document)
    if onboarding.state != Onboarding.STATE_DRAFT or attachment in onboarding.terms.attachments:
        return
    request = UpdateOnboardingRequest(
        name=onboarding.name,
        request_id=session.derived_request_id("refer"),
        etag=onboarding.etag,
        terms=onboarding.terms,
    )
    request.terms.attachments.append(attachment)
    await session.stub(OnboardingServiceStub).UpdateOnboarding(request)


async def _into_claim(session: Session, document: str, attachment: str) -> None:
    claim = await get_claim(session, document)
    if claim.state != Claim.STATE_DRAFT or attachment in claim.attachments:
        return
    request = UpdateClaimRequest(
        name=claim.name,
        # An id of its own, and the same again when the command is repeated.
        request_id=session.derived_request_id("refer"),
        etag=claim.etag,
        title=claim.title,
        lines=claim.lines,
        attachments=[*claim.attachments, attachment],
        cost_centre=claim.cost_centre,
    )
    await session.stub(ClaimServiceStub).UpdateClaim(request)


@command(attachments, "list", "列出一张单据的附件", "The attachments of a document")
async def list_(session: Session, number: Number) -> None:
    request = ListAttachmentsRequest(document=document_name(number))
    found = await listed(session, session.stub(AttachmentServiceStub).ListAttachments, request, "attachments")
    session.out.table(found, COLUMNS, kind=Attachment)


@command(attachments, "download", "下载附件", "Download an attachment")
async def download(
    session: Session,
    attachment: Annotated[str, typer.Argument(help="Id of the attachment · 附件编号")],
    to: Annotated[
        Path | None, typer.Option("--to", help="Where to; its own name by default · 保存为；默认原文件名")
    ] = None,
) -> None:
    stub = session.stub(AttachmentServiceStub)
    name = resource("attachments", attachment)
    found = await stub.GetAttachment(GetAttachmentRequest(name=name))
    # Only the last part of the name: an uploaded name must not choose a folder here.
    path = to or Path(Path(found.file_name).name)
    size = await save(path, stub.DownloadAttachment(DownloadAttachmentRequest(name=name)))
    session.out.say(f"已保存 {path}（{size} 字节）", f"Saved {path} ({size} bytes)")
    if session.out.as_json:
        session.out.json({"attachment": bare(name), "path": str(path), "size": size, "sha256": found.sha256})
