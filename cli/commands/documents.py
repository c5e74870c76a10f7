"""`zhupi document …`: documents of processes without code, from draft to decision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.command import command
from cli.document_view import LIST, get_document, get_process, show_document, show_whole_document
from cli.files import save, workbook_only
from cli.form_values import read_values, with_names, with_typed
from cli.help import DOCUMENTS, group
from cli.names import form_document as document_name
from cli.names import resource
from cli.options import Etag, Organisation
from cli.organisations import find_organisation
from cli.output import plain
from cli.paging import ENOUGH, Limit, listed
from cli.people import find_person
from cli.refusals import UnknownWord
from cli.route_view import show_routes
from cli.session import Session
from reading.names import bare
from zhupi.approval.v1 import document_pb2 as pb
from zhupi.approval.v1.document_pb2 import Document
from zhupi.approval.v1.document_pb2_grpc import DocumentServiceStub

PANEL = DOCUMENTS

documents = group("无代码流程的单据，如用章申请", "Documents of processes without code")

Number = Annotated[str, typer.Argument(metavar="SU-…", help="Number of the document · 单号")]
Process = Annotated[str, typer.Argument(help="The process: seal-use · 流程：seal-use")]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="A field: copies=2; an empty value clears it · 一个字段：copies=2；空值为清除"
    ),
]
File = Annotated[
    Path | None,
    typer.Option("--file", help="A YAML or JSON file with the fields · YAML 或 JSON 文件，含各字段"),
]
State = Annotated[str, typer.Option("--state", help="State · 状态")]
Requester = Annotated[
    str, typer.Option("--requester", help="Who has asked: a login or a Chinese name · 申请人：登录名或姓名")
]
Organisation = Organisation
Query = Annotated[str, typer.Option("--query", help="Part of number or title · 单号或标题的一部分")]
STATES: Final = {
    name.removeprefix("STATE_").lower().replace("_", "-"): n for name, n in Document.State.items() if n
}


@command(documents, "new", "新建草稿", "Make a draft", writes=True)
async def new(session: Session, process: Process, set_: Set = None, file: File = None) -> None:
    fields = (await get_process(session, resource("processes", process))).fields if set_ else []
    typed = await with_names(session, set_ or [], fields)
    values = with_typed(read_values(file) if file else {}, typed, fields)
    request = pb.CreateDocumentRequest(
        request_id=session.request_id(), process=bare(process), values=json.dumps(values, ensure_ascii=False)
    )
    document = await session.stub(DocumentServiceStub).CreateDocument(request)
    await show_document(session, document)
    submit_ = f"zhupi document submit {bare(document.name)}"
    session.out.say(f"提交：{submit_}", f"To submit it: {submit_}", style="dim")


@command(
    documents, "edit", "修改草稿或被退回的单据", "Change a draft or a document that was returned", writes=True
)
async def edit(
    session: Session, number: Number, set_: Set = None, file: File = None, etag: Etag = ""
) -> None:
    """Without a file, what is not named stays."""
    document = await get_document(session, document_name(number))
    fields = (await get_process(session, f"processes/{document.process}")).fields if set_ else []
    typed = await with_names(session, set_ or [], fields)
    values = with_typed(read_values(file) if file else json.loads(document.values), typed, fields)
    request = pb.UpdateDocumentRequest(
        name=document.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or document.etag),
        values=json.dumps(values, ensure_ascii=False),
    )
    await show_document(session, await session.stub(DocumentServiceStub).UpdateDocument(request))


@command(documents, "submit", "提交审批", "Ask for approval", writes=True)
async def submit(session: Session, number: Number, etag: Etag = "") -> None:
    name = document_name(number)
    request = pb.SubmitDocumentRequest(
        name=name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or (await get_document(session, name)).etag),
    )
    await show_document(session, await session.stub(DocumentServiceStub).SubmitDocument(request))


@command(documents, "delete", "删除草稿", "Delete a draft", writes=True)
async def delete(session: Session, number: Number, etag: Etag = "") -> None:
    name = document_name(number)
    request = pb.DeleteDocumentRequest(
        name=name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or (await get_document(session, name)).etag),
    )
    await show_document(session, await session.stub(DocumentServiceStub).DeleteDocument(request))


@command(documents, "show", "查看一张单据，以及现在由谁处理", "One document, and who has it now")
async def show(session: Session, number: Number) -> None:
    await show_whole_document(session, await get_document(session, document_name(number)))


@command(documents, "list", "列出单据", "List documents")
async def list_(
    session: Session,
    process: Annotated[str, typer.Option("--process", help="Only of this process · 只看该流程")] = "",
    state: State = "",
    requester: Requester = "",
    organisation: Organisation = "",
    query: Query = "",
    limit: Limit = ENOUGH,
) -> None:
    request = pb.ListDocumentsRequest(
        process=process,
        state=_state(state),
        requester=(await find_person(session, requester)).name if requester else "",
        organisation=await find_organisation(session, organisation),
        query=query,
    )
    found = await listed(
        session, session.stub(DocumentServiceStub).ListDocuments, request, "documents", limit
    )
    session.out.table(found, LIST, kind=Document)


@command(
    documents, "export", "导出为 Excel，每个字段一列", "Write them as a workbook, a column for each field"
)
async def export(
    session: Session,
    process: Process,
    file: Annotated[Path, typer.Argument(help="Where to: list.xlsx · 保存为：list.xlsx")],
    state: State = "",
    requester: Requester = "",
    organisation: Organisation = "",
    query: Query = "",
) -> None:
    request = pb.ExportDocumentsRequest(
        process=process,
        state=_state(state),
        requester=(await find_person(session, requester)).name if requester else "",
        organisation=await find_organisation(session, organisation),
        query=query,
    )
    workbook_only(file)
    size = await save(file, session.stub(DocumentServiceStub).ExportDocuments(request))
    session.out.say(f"已保存 {file}（{size} 字节）", f"Saved {file} ({size} bytes)")


@command(documents, "route", "如果现在提交，会由谁审批", "Who would decide it if it were submitted now")
async def route(session: Session, number: Number) -> None:
    request = pb.PreviewDocumentRouteRequest(name=document_name(number))
    preview = await session.stub(DocumentServiceStub).PreviewDocumentRoute(request)
    if session.out.as_json:
        session.out.json(plain(preview))
    else:
        show_routes(session.out, preview.routes)


def _state(given: str) -> Document.State.ValueType:
    if given and given not in STATES:
        raise UnknownWord(field="--state", given=given, known=", ".join(STATES))
    return STATES.get(given, Document.STATE_UNSPECIFIED)
