"""`zhupi process …`: processes that need no code, a folder of two files each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from cli.command import command
from cli.commands.policy_trials import PROBLEMS, yaml_of
from cli.document_view import get_process
from cli.exits import Exit
from cli.help import HOUSE, group
from cli.names import resource
from cli.paging import ENOUGH, Limit, listed
from cli.session import Session
from zhupi.approval.v1 import process_pb2 as pb
from zhupi.approval.v1.policy_pb2 import PolicyProblem
from zhupi.approval.v1.process_pb2 import FormField
from zhupi.approval.v1.process_pb2 import Process as ProcessMessage
from zhupi.approval.v1.process_pb2_grpc import ProcessServiceStub

PANEL = HOUSE

processes = group("无代码流程：表单加策略", "Processes without code: a form and a policy")

COLUMNS: Final = ("name", "title", "prefix", "policy", "publish_time", "publisher")
FIELDS: Final = ("path", "title", "type", "required", "fact", "help")
FORM: Final = "form.json"
POLICY: Final = "policy.yaml"
Folder = Annotated[
    Path,
    typer.Argument(help="A folder with form.json and policy.yaml · 含 form.json 和 policy.yaml 的目录"),
]


@command(processes, "lint", "检查表单和策略，不发布", "Says everything that is wrong with the two files")
async def lint(session: Session, folder: Folder) -> Exit:
    request = pb.ValidateProcessRequest(form=yaml_of(folder / FORM), policy=yaml_of(folder / POLICY))
    answer = await session.stub(ProcessServiceStub).ValidateProcess(request)
    if answer.problems or session.out.as_json:
        session.out.table(answer.problems, PROBLEMS, kind=PolicyProblem)
    else:
        session.out.say("没有问题", "Nothing is wrong with them", style="green")
    return Exit.FOUND_WRONG if answer.problems else Exit.DONE


@command(
    processes,
    "publish",
    "发布新版本；已提交的单据沿用原版本",
    "Publish the next version; documents that were submitted keep theirs",
    writes=True,
)
async def publish(session: Session, folder: Folder) -> None:
    request = pb.PublishProcessRequest(
        request_id=session.request_id(), form=yaml_of(folder / FORM), policy=yaml_of(folder / POLICY)
    )
    session.out.details(await session.stub(ProcessServiceStub).PublishProcess(request), COLUMNS)


@command(processes, "show", "查看流程及其表单字段", "One process and the fields of its form")
async def show(
    session: Session,
    process: Annotated[str, typer.Argument(help="The process · 流程")],
    version: Annotated[
        int, typer.Option("--version", help="Version; the latest by default · 版本；默认最新")
    ] = 0,
) -> None:
    name = resource("processes", process) + (f"/versions/{version}" if version else "")
    found = await get_process(session, name)
    session.out.details(found, COLUMNS)
    if not session.out.as_json:
        session.out.table(found.fields, FIELDS, kind=FormField)


@command(processes, "list", "列出无代码流程", "List processes without code")
async def list_(
    session: Session,
    process: Annotated[
        str, typer.Option("--process", help="The versions of this process · 只看该流程的各版本")
    ] = "",
    limit: Limit = ENOUGH,
) -> None:
    request = pb.ListProcessesRequest(process=process)
    found = await listed(session, session.stub(ProcessServiceStub).ListProcesses, request, "processes", limit)
    session.out.table(found, COLUMNS, kind=ProcessMessage)
