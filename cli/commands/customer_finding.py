"""`zhupi customer find …`, `duplicates`, `import`: finding customers, and bringing in many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.command import command
from cli.commands.customer_verbs import customers
from cli.files import chunks, read, save, sheet_format
from cli.names import resource
from cli.paging import ENOUGH, Limit, listed
from cli.refusals import UnknownWord
from cli.session import Session
from cli.written import word, words
from reading.names import bare
from zhupi.customer.v1 import customer_pb2 as customer
from zhupi.customer.v1 import finding_pb2 as finding
from zhupi.customer.v1 import import_pb2 as pb
from zhupi.customer.v1.finding_pb2_grpc import FindingServiceStub
from zhupi.customer.v1.import_pb2_grpc import CustomerImportServiceStub

HITS: Final = ("name", "display_name", "kind", "state", "city", "salesperson", "alias")
CANDIDATES: Final = ("customer.name", "customer.display_name", "score", "why", "customer.salesperson")
COLUMNS: Final = ("title", "field", "samples")
COUNTS: Final = ("outcome", "rows")
ROWS: Final = ("line", "display_name", "outcome", "customer", "refusals")
IMPORTS: Final = ("name", "file_name", "rows", "done", "state", "create_time")
STATES: Final = customer.CustomerState.DESCRIPTOR
FIELDS: Final = pb.ImportField.DESCRIPTOR
OUTCOMES: Final = pb.ImportOutcome.DESCRIPTOR
LOOK_AGAIN: Final = 0.3  # seconds
AT_WORK: Final = (pb.CustomerImport.STATE_CHECKING, pb.CustomerImport.STATE_RUNNING)

Outcome = Annotated[
    str, typer.Option("--outcome", help=f"Only these: {', '.join(words(OUTCOMES))} · 只看某种结果")
]


@command(customers, "find", "按名称、拼音、别名或代码查找", "Find by name, pinyin, alias or code")
async def find(
    session: Session,
    query: Annotated[list[str], typer.Argument(metavar="WORDS", help="What it is called · 查找内容")],
) -> None:
    asked = finding.SearchCustomersRequest(query=" ".join(query), limit=20)
    found = await session.stub(FindingServiceStub).SearchCustomers(asked)
    session.out.table(found.hits, HITS, kind=finding.CustomerHit)


@command(customers, "duplicates", "查找可能重复的客户", "Customers that may be the same")
async def duplicates(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name · 客户名称")],
    credit_code: Annotated[str, typer.Option("--credit-code", help="Its credit code · 信用代码")] = "",
    phone: Annotated[list[str] | None, typer.Option("--phone", help="Its phones · 电话")] = None,
) -> None:
    asked = finding.FindDuplicatesRequest(display_name=name, credit_code=credit_code, phones=phone or [])
    found = await session.stub(FindingServiceStub).FindDuplicates(asked)
    session.out.table(found.candidates, CANDIDATES, kind=finding.DuplicateCandidate)


@command(customers, "import", "从表格导入：先试运行", "Import from a spreadsheet: tried first", writes=True)
async def import_(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="xlsx, CSV or a zip of CSV · 表格文件")],
    sheet: Annotated[str, typer.Option("--sheet", help="Which sheet · 工作表")] = "",
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="What a column means: 单位=name · 列的含义：单位=name"),
    ] = None,
    run: Annotated[bool, typer.Option("--run", help="Also run it · 试运行后正式导入")] = False,
) -> None:
    stub, content = session.stub(CustomerImportServiceStub), read(file)
    header = pb.UploadHeader(request_id=session.request_id(), file_name=file.name, sheet=sheet)
    made = await stub.UploadImport(_parts(header, content))
    if column:
        mapping = pb.MapColumnsRequest(
            name=made.name,
            request_id=session.derived_request_id("map"),
            etag=made.etag,
            columns=map(_meaning, column),
        )
        made = await stub.MapColumns(mapping)
    session.out.table(made.columns, COLUMNS, kind=pb.ImportColumn)
    made = await _started(session, made, dry=True)
    if run:
        made = await _started(session, made, dry=False)
    session.out.details(made, IMPORTS)
    session.out.table(made.counts, COUNTS, kind=pb.ImportCount)
    rows = f"zhupi customer import-rows {bare(made.name)} --outcome refused"
    if any(one.outcome == pb.IMPORT_OUTCOME_REFUSED for one in made.counts):
        session.out.say(f"拒绝原因：{rows}", f"Why they were refused: {rows}")


@command(customers, "imports", "列出我的导入", "List my imports")
async def imports(session: Session, limit: Limit = ENOUGH) -> None:
    rpc = session.stub(CustomerImportServiceStub).ListImports
    found = await listed(session, rpc, pb.ListImportsRequest(), "imports", limit)
    session.out.table(found, IMPORTS, kind=pb.CustomerImport)


@command(customers, "import-rows", "导入的逐行结果", "What became of each row of an import")
async def import_rows(
    session: Session,
    number: Annotated[str, typer.Argument(metavar="IM…", help="Number of the import · 导入编号")],
    outcome: Outcome = "",
    limit: Limit = ENOUGH,
) -> None:
    asked = pb.ListImportRowsRequest(customer_import=resource("customerImports", number))
    if outcome:
        asked.outcome = pb.ImportOutcome.ValueType(word(OUTCOMES, outcome, "--outcome"))
    rpc = session.stub(CustomerImportServiceStub).ListImportRows
    session.out.table(await listed(session, rpc, asked, "rows", limit), ROWS, kind=pb.ImportRow)


async def _started(session: Session, one: pb.CustomerImport, *, dry: bool) -> pb.CustomerImport:
    """Waits until it has ended, however long that takes."""
    stub = session.stub(CustomerImportServiceStub)
    request = pb.StartImportRequest(
        name=one.name,
        request_id=session.derived_request_id("check" if dry else "run"),
        etag=one.etag,
        dry_run=dry,
    )
    one = await stub.StartImport(request)
    while one.state in AT_WORK:
        await asyncio.sleep(LOOK_AGAIN)
        one = await stub.GetImport(pb.GetImportRequest(name=one.name))
    return one


def _parts(header: pb.UploadHeader, content: bytes) -> Iterator[pb.UploadImportRequest]:
    yield pb.UploadImportRequest(header=header)
    for chunk in chunks(content):
        yield pb.UploadImportRequest(content=chunk)


def _meaning(said: str) -> pb.ColumnMeaning:
    title, equals, field = said.rpartition("=")
    if not equals:
        raise UnknownWord(given=said, known=", ".join(words(FIELDS)))
    return pb.ColumnMeaning(
        title=title, field=pb.ImportField.ValueType(word(FIELDS, field.replace("_", "-"), "--column"))
    )


@command(customers, "export", "导出客户为表格", "Customers as a sheet that an import takes again")
async def export(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=".xlsx, or .zip of CSV · 文件")],
    state: Annotated[str, typer.Option("--state", help=f"State: {', '.join(words(STATES))} · 状态")] = "",
) -> None:
    asked = customer.ListCustomersRequest()
    if state:
        asked.state = customer.CustomerState.ValueType(word(STATES, state, "--state"))
    request = finding.ExportCustomersRequest(asked=asked, format=sheet_format(file))
    await save(file, session.stub(FindingServiceStub).ExportCustomers(request))
    session.out.say(f"已导出到 {file}", f"Exported to {file}")
