"""Attachments as messages."""

from __future__ import annotations

from chassis.postgres.paging import Page
from chassis.rpc.values import time_to_message
from services.approval.domain.attachments import Attachment
from services.approval.mapping.names import person
from zhupi.approval.v1 import attachment_pb2 as pb


def attachment_to_message(attachment: Attachment) -> pb.Attachment:
    return pb.Attachment(
        name=attachment.name,
        document=attachment.document,
        file_name=attachment.file_name,
        content_type=attachment.content_type,
        size_bytes=attachment.size,
        sha256=attachment.sha256,
        uploader=person(attachment.uploader),
        create_time=time_to_message(attachment.created_at),
    )


def page_to_message(page: Page[Attachment]) -> pb.ListAttachmentsResponse:
    return pb.ListAttachmentsResponse(
        attachments=map(attachment_to_message, page.items), next_page_token=page.next_page_token
    )
