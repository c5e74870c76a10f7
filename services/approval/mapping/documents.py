"""Processes without code and their documents as messages."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from google.protobuf.json_format import MessageToDict

from chassis.rpc.values import NameMalformed, id_in, money_to_message, text_to_message, time_to_message
from kernel.fields import within
from kernel.text import Text
from services.approval.domain.documents.document import COLLECTION, Document, DocumentState
from services.approval.domain.forms.form import FieldType, FormField
from services.approval.domain.forms.json_text import Json, written
from services.approval.domain.policies.problems import PolicyProblem
from services.approval.mapping.names import optional_id, organisation, person
from services.approval.mapping.policies import problem_to_message
from services.approval.use_cases.ports.forms import AskDocuments, ProcessView
from zhupi.approval.v1 import document_pb2 as pb
from zhupi.approval.v1 import process_pb2
from zhupi.common.v1 import options_pb2

STATES: Final = {state: pb.Document.State.Value(f"STATE_{state.name}") for state in DocumentState}
STATES_BACK: Final = {number: state for state, number in STATES.items()}
TYPES: Final = {type: process_pb2.FormField.Type.Value(f"TYPE_{type.name}") for type in FieldType}

WIDGETS: Final = {
    "text": options_pb2.WIDGET_TEXT,
    "text-area": options_pb2.WIDGET_TEXT_AREA,
    "number": options_pb2.WIDGET_NUMBER,
    "money": options_pb2.WIDGET_MONEY,
    "date": options_pb2.WIDGET_DATE,
    "switch": options_pb2.WIDGET_SWITCH,
    "select": options_pb2.WIDGET_SELECT,
    "person": options_pb2.WIDGET_PERSON,
    "organisation": options_pb2.WIDGET_ORGANISATION,
    "reference": options_pb2.WIDGET_REFERENCE,
    "table": options_pb2.WIDGET_TABLE,
}


def document_to_message(document: Document, process_title: Text) -> pb.Document:
    return pb.Document(
        name=document.name,
        process=document.process,
        process_title=text_to_message(process_title),
        form=f"processes/{document.process}/versions/{document.form_version}",
        requester=person(document.requester),
        organisation=organisation(document.organisation),
        title=document.title,
        amount=money_to_message(document.amount) if document.amount else None,
        values=written(dict(document.values)),
        state=STATES[document.state],
        version=document.version,
        etag=document.etag,
        reason=document.reason,
        create_time=time_to_message(document.create_time),
        update_time=time_to_message(document.update_time),
        submit_time=time_to_message(document.submit_time),
        end_time=time_to_message(document.end_time),
    )


def snapshot_of(document: Document, process_title: Text) -> dict[str, Any]:
    """The document for showing, JSON as this API writes it, with what was filled in as a tree."""
    shown = MessageToDict(document_to_message(document, process_title))
    return {**shown, "values": _for_showing(dict(document.values))}


def _for_showing(value: Json) -> Any:
    match value:
        case dict():
            return {key: _for_showing(inner) for key, inner in value.items()}
        case list():
            return [_for_showing(inner) for inner in value]
        case Decimal():
            return float(value)
    return value


def number_in(name: str) -> str:
    """`SU-2026-000001` of `documents/SU-2026-000001`. Raises NameMalformed."""
    with within("name"):
        return id_in(name, COLLECTION)


def process_in(name: str) -> tuple[str, int | None]:
    """Process and version of `processes/seal-use/versions/3`; without a version None. Raises NameMalformed."""
    match name.split("/"):
        case ["processes", str(process)] if process:
            return process, None
        case ["processes", str(process), "versions", str(version)] if (
            process and version.isascii() and version.isdigit() and len(version) < 19 and version[0] != "0"
        ):
            return process, int(version)
    raise NameMalformed(field="name", name=name)


def asked(request: pb.ListDocumentsRequest | pb.ExportDocumentsRequest) -> AskDocuments:
    return AskDocuments(
        process=request.process,
        state=STATES_BACK.get(request.state),
        requester=optional_id(request.requester, "people", "requester"),
        organisation=optional_id(request.organisation, "organisations", "organisation"),
        words=request.query,
    )


def process_to_message(view: ProcessView, *, whole: bool = True) -> process_pb2.Process:
    """`whole`: with the form and its fields."""
    form = view.form
    return process_pb2.Process(
        name=form.name,
        process=form.process,
        version=form.version,
        title=text_to_message(form.title),
        prefix=form.prefix,
        form=form.text if whole else "",
        policy=f"policies/{form.process}/versions/{view.policy}",
        fields=map(_field, form.fields) if whole else (),
        publish_time=time_to_message(view.published_at),
        publisher=person(view.publisher),
    )


def problems_to_message(problems: Iterable[PolicyProblem]) -> process_pb2.ValidateProcessResponse:
    return process_pb2.ValidateProcessResponse(problems=map(problem_to_message, problems))


def _field(field: FormField) -> process_pb2.FormField:
    return process_pb2.FormField(
        path=field.path,
        type=TYPES[field.type],
        title=text_to_message(field.title),
        help=text_to_message(field.help) if field.help else None,
        widget=WIDGETS.get(field.widget, options_pb2.WIDGET_UNSPECIFIED),
        required=field.is_required,
        choices=[
            process_pb2.FormField.Choice(value=choice.value, title=text_to_message(choice.title))
            for choice in field.choices
        ],
        fact=field.fact,
        reference=field.reference,
    )
