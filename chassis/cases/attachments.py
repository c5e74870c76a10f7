"""Files that a document names: they are its own."""

from __future__ import annotations

from kernel.errors import InvalidArgument
from kernel.fields import Faults


class AttachmentNotOfDocument(InvalidArgument):
    """A document is proved by its own files: each is uploaded for the document's number before the document names it."""

    zh = "{attachment} 不存在，或不是本单的附件"
    en = "{attachment} is not there, or it is no attachment of this document"


def must_belong(
    named: tuple[str, ...],
    belonging: frozenset[str],
    refusal: type[InvalidArgument] = AttachmentNotOfDocument,
    field: str = "attachments",
) -> None:
    """Raises `refusal`, with a violation for each that is named and does not belong."""
    faults = Faults()
    for index, attachment in enumerate(named):
        with faults.within(f"{field}[{index}]"):
            if attachment not in belonging:
                raise refusal(attachment=attachment)
    faults.refuse()
