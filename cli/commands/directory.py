"""`zhupi directory …`: organisations, people, posts and reporting lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.tree import Tree

from cli.command import command
from cli.exits import Exit
from cli.files import chunks, save, sheet, sheet_format
from cli.help import HOUSE, group
from cli.imports import reported
from cli.organisations import find_organisation
from cli.paging import ENOUGH, Limit, listed
from cli.people import find_person
from cli.session import Session
from reading.cells import of_message
from reading.names import bare
from zhupi.approval.v1 import directory_pb2 as pb
from zhupi.approval.v1.directory_pb2 import Organisation, Person
from zhupi.approval.v1.directory_pb2_grpc import DirectoryServiceStub
from zhupi.common.v1.sheet_pb2 import ImportHeader

PANEL = HOUSE

directory = group(
    "组织目录：部门、人员、岗位、汇报关系", "The directory: organisations, people, posts, reporting lines"
)

WHOLE: Final = (
    "name", "display_name", "organisation_title", "organisation", "grade", "posts", "roles", "responsible_for", "capabilities", "manager", "email", "active",
)  # fmt: skip
LIST: Final = ("name", "display_name", "organisation_title", "grade", "posts", "roles", "manager")
File = Annotated[
    Path,
    typer.Argument(
        help="An .xlsx, a .zip of CSV files, or a folder of them · .xlsx、CSV 的 .zip，或放 CSV 的目录"
    ),
]


@command(
    directory,
    "import",
    "用表格替换组织目录；有一行不对就什么都不改",
    "Replace the directory by sheets; one wrong row and nothing changes",
    writes=True,
)
async def import_(
    session: Session,
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check · 只检查")] = False,
) -> Exit:
    kind, content = sheet(file)
    header = ImportHeader(request_id=session.request_id(), format=kind, dry_run=dry_run)
    stub = session.stub(DirectoryServiceStub)
    return reported(session, await stub.ImportDirectory(parts(header, content)))


def parts(header: ImportHeader, content: bytes) -> Iterator[pb.ImportDirectoryRequest]:
    yield pb.ImportDirectoryRequest(header=header)
    for chunk in chunks(content):
        yield pb.ImportDirectoryRequest(content=chunk)


@command(
    directory, "export", "导出为可再导入的表格", "Write the directory as sheets that can be imported again"
)
async def export(session: Session, file: Annotated[Path, typer.Argument(help=".xlsx, .zip")]) -> None:
    request = pb.ExportDirectoryRequest(format=sheet_format(file))
    size = await save(file, session.stub(DirectoryServiceStub).ExportDirectory(request))
    session.out.say(f"已保存 {file}（{size} 字节）", f"Saved {file} ({size} bytes)")


@command(directory, "show", "查看部门树，或某个人", "The tree of organisations, or one person")
async def show(
    session: Session,
    person: Annotated[
        str, typer.Argument(metavar="WHO", help="A login or a Chinese name · 登录名或姓名")
    ] = "",
) -> None:
    if person:
        session.out.details(await find_person(session, bare(person)), WHOLE)
        return
    rpc = session.stub(DirectoryServiceStub).ListOrganisations
    found = await listed(session, rpc, pb.ListOrganisationsRequest(), "organisations")
    if session.out.as_json:
        session.out.table(found, (), kind=Organisation)
    else:
        session.out.console.print(tree(found, session.out.language))


def tree(organisations: list[Organisation], language: str) -> Tree:
    whole = Tree("", hide_root=True)
    known = {organisation.name for organisation in organisations}

    def grow(branch: Tree, parent: str) -> None:
        for organisation in organisations:
            if organisation.parent == parent or (not parent and organisation.parent not in known):
                label = f"{of_message(organisation.title, language)} [dim]{bare(organisation.name)}[/]"
                grow(branch.add(label), organisation.name)

    grow(whole, "")
    return whole


@command(directory, "people", "查找人员", "Find people")
async def people(
    session: Session,
    query: Annotated[
        str,
        typer.Argument(
            metavar="TEXT", help="Part of a name, of its pinyin or initials · 姓名、拼音或首字母的一部分"
        ),
    ] = "",
    organisation: Annotated[
        str, typer.Option("--organisation", help="This organisation and what is below it · 该部门及下级")
    ] = "",
    post: Annotated[str, typer.Option("--post", help="Holders of this post · 岗位")] = "",
    limit: Limit = ENOUGH,
) -> None:
    request = pb.ListPeopleRequest(
        query=query, organisation=await find_organisation(session, organisation), post=post
    )
    found = await listed(session, session.stub(DirectoryServiceStub).ListPeople, request, "people", limit)
    session.out.table(found, LIST, kind=Person)
