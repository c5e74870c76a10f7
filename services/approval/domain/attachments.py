"""Attachments: files that belong to documents, and which files may be one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.files.intake import TYPES, Intake
from kernel.errors import InvalidArgument


class AttachmentTooLarge(InvalidArgument):
    zh = "附件超过 {limit} 字节"
    en = "The attachment is larger than {limit} bytes"


class AttachmentEmpty(InvalidArgument):
    zh = "附件没有内容"
    en = "The attachment is empty"


class AttachmentTypeRefused(InvalidArgument):
    zh = "不接受此类附件：{file_name}（{why_zh}）。可上传 PDF、图片、Excel、Word、OFD 与电子发票 XML"
    en = "{file_name} is not accepted ({why_en}). PDF, pictures, Excel, Word, OFD and e-invoices in XML are"


class NotADocument(InvalidArgument):
    """Nobody owns documents of such a name."""

    zh = "“{document}”不是单据的名称"
    en = "“{document}” is not the name of a document"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a document. Content never changes; `sha256` (hex) is where it lies. `uploader` is a person id."""

    id: UUID
    document: str
    file_name: str
    content_type: str
    size: int
    sha256: str
    uploader: str
    created_at: datetime
    under_case: bool = False

    @property
    def name(self) -> str:
        return f"attachments/{self.id}"


INTAKE: Final = Intake(frozenset(TYPES), AttachmentTypeRefused, AttachmentEmpty, AttachmentTooLarge)
