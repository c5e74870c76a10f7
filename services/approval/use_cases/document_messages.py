"""What the approval service tells of its own documents: the same as any other service that owns documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct

from chassis.rpc.values import money_to_message
from services.approval.domain.documents.document import Document
from services.approval.domain.forms.form import Form
from services.approval.domain.policies.facts import Fact
from services.approval.mapping.documents import snapshot_of
from services.approval.mapping.facts import fact_to_message
from workflows.contracts import RESUBMITTED
from zhupi.approval.v1.events_pb2 import CaseFact, CaseRequested


def facts_of(document: Document, form: Form) -> dict[str, Fact]:
    return form.facts_of(document.values, document.requester, document.organisation)


def asking(document: Document, form: Form, policy: str, *, again: bool) -> Message:
    """The request for a case or, `again`, the news for the case that waits for it."""
    told: dict[str, Any] = {
        "document": document.name,
        "document_version": document.version,
        "title": document.title,
        "amount": money_to_message(document.amount) if document.amount else None,
        "facts": {key: fact_to_message(fact) for key, fact in facts_of(document, form).items()},
        "snapshot": _struct(snapshot_of(document, form.title)),
        "policy": policy,
    }
    if again:
        return CaseFact(fact_id=f"{RESUBMITTED}/{document.version}", name=RESUBMITTED, **told)
    return CaseRequested(
        process=document.process,
        number=document.number,
        requester=f"people/{document.requester}",
        organisation=f"organisations/{document.organisation}",
        **told,
    )


def _struct(shown: Mapping[str, Any]) -> Struct:
    struct = Struct()
    struct.update(dict(shown))
    return struct
