"""Thousands of customers from spreadsheets: tried first, whole rows or none, and the same file once more changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from uuid import uuid4

import pytest
import xlsxwriter

from chassis.bell import Bell
from chassis.files.sheets import SheetFormat, read_sheets
from chassis.security.authorisation import NotPermitted
from kernel.errors import Code, IllegalTransition, Refusal
from kernel.money import Money
from services.customer.domain.file import Commercial
from services.customer.domain.import_columns import COLUMNS, ColumnNotMapped
from services.customer.domain.imports import ImportState, NotChecked
from services.customer.import_runner import LOOK_AGAIN, ImportRunner
from services.customer.use_cases import imports
from services.customer.use_cases.import_batch import BATCH
from tests.builders.callers import Callers
from tests.builders.customer_desk import KEEPER, LIHUA, Desk
from tests.builders.customer_sheets import HEADING, Importer, a_code, a_csv, a_row
from tests.builders.customers import a_file
from zhupi.common.v1.sheet_pb2 import SHEET_FORMAT_CSV, SHEET_FORMAT_XLSX
from zhupi.customer.v1 import import_pb2 as pb
from zhupi.customer.v1.finding_pb2 import ExportCustomersRequest
from zhupi.customer.v1.finding_pb2_grpc import FindingServiceStub
from zhupi.customer.v1.import_pb2_grpc import CustomerImportServiceStub

CREATED, CHANGED, UNCHANGED, DUPLICATE, REFUSED = "created", "changed", "unchanged", "duplicate", "refused"


@pytest.fixture
def importer(desk: Desk) -> Importer:
    return Importer(desk)


async def test_rows_become_customers_with_all_that_they_say(importer: Importer, desk: Desk) -> None:
    done = await importer.run(
        a_row("仁和堂大药房", a_code(1), "0371-55551234", "仁和堂；老仁和"),
        a_row("郑州市人民医院", kind="医院"),
    )
    assert (done.state, {o.value: n for o, n in done.counts.items()}) == (ImportState.DONE, {CREATED: 2})
    first, second = await desk.customer("C000001"), await desk.customer("C000002")
    assert (first.file.name, first.file.credit_code, first.file.phone) == (
        "仁和堂大药房",
        a_code(1),
        "0371-55551234",
    )
    assert (first.aliases, first.salesperson, first.organisation) == (("仁和堂", "老仁和"), "lihua", "henan")
    assert second.file.kind.value == "hospital"
    assert await desk.kinds("customers/C000001") == ["CustomerCreated"]
    assert await desk.messages("customers/C000001") == ["CustomerCreated"]
    assert await desk.kinds(done.name) == [
        "ImportUploaded",
        "ImportStarted",
        "ImportEnded",
        "ImportStarted",
        "ImportEnded",
    ]


async def test_a_dry_run_says_what_would_be_and_leaves_every_customer_as_it_is(
    importer: Importer, desk: Desk
) -> None:
    await desk.create(a_file("康源医药", phone="037100000000"))
    one = await importer.upload(a_csv(a_row("仁和堂"), a_row("康源医药", phone="037155551234")))
    before = {t: rows for t, rows in (await desk.everything()).items() if "import" not in t}
    tried = await importer.to_the_end(await importer.start(one, dry=True))
    after = {t: rows for t, rows in (await desk.everything()).items() if "import" not in t}
    assert tried.state is ImportState.CHECKED
    assert await importer.report(tried) == [(2, CREATED, "", []), (3, CHANGED, "C000001", [])]
    assert {name: rows for name, rows in after.items() if name != "timeline"} == {
        name: rows for name, rows in before.items() if name != "timeline"
    }


async def test_the_same_file_once_more_changes_nothing(importer: Importer, desk: Desk) -> None:
    rows = [a_row("仁和堂", a_code(1), aliases="老仁和"), a_row("郑州市人民医院", phone="037155551234")]
    await importer.run(*rows)
    before = [await desk.customer(number) for number in ("C000001", "C000002")]
    again = await importer.run(*rows)
    assert {outcome.value: count for outcome, count in again.counts.items()} == {UNCHANGED: 2}
    assert [await desk.customer(number) for number in ("C000001", "C000002")] == before


async def test_what_a_row_leaves_empty_stays_and_what_it_says_is_taken(
    importer: Importer, desk: Desk
) -> None:
    await importer.run(a_row("仁和堂", a_code(1), "037155551234"))
    done = await importer.run(
        a_row("仁和堂", "", "", "老仁和"), a_row("改了名的仁和堂", a_code(1), "037166660000")
    )
    assert await importer.report(done) == [(2, CHANGED, "C000001", []), (3, CHANGED, "C000001", [])]
    customer = await desk.customer("C000001")
    assert (customer.file.name, customer.file.phone, customer.aliases) == (
        "仁和堂",
        "037166660000",
        ("老仁和",),
    )
    assert await desk.kinds("customers/C000001") == ["CustomerCreated", "CustomerChanged", "CustomerChanged"]


async def test_every_row_says_why_it_was_not_taken_in(importer: Importer, desk: Desk) -> None:
    await desk.create(a_file("仁和堂大药房"))
    done = await importer.run(
        a_row("好客户"),
        a_row("仁合堂大药房"),
        a_row("甲", "91410000MA9FQ5RT2X"),
        a_row("乙", kind="火箭"),
        a_row("丙", kind="火箭", trade="也许"),
        a_row("丁" * 300),
        a_row("好客户", phone="037155551234"),
        a_row("戊", salesperson="nobody"),
        a_row("己\u202e庚"),
        ["辛", "", "", "", "", "", "", "", ""],
        a_row("", "", "037155551234"),
    )
    assert await importer.report(done) == [
        (2, CREATED, "C000002", []),
        (3, DUPLICATE, "C000001", []),
        (4, REFUSED, "", ["CREDIT_CODE_CHECKSUM"]),
        (5, REFUSED, "", ["NOT_A_KIND"]),
        (6, REFUSED, "", ["NOT_A_KIND", "NOT_A_TRADE"]),
        (7, REFUSED, "", ["STRING_MAX_LEN"]),
        (8, REFUSED, "", ["DUPLICATE_ROW"]),
        (9, REFUSED, "", ["UNKNOWN_PERSON"]),
        (10, REFUSED, "", ["TEXT_CHARACTER_REFUSED"]),
        (11, REFUSED, "", ["MISSING"]),
        (12, REFUSED, "", ["MISSING"]),
    ]
    assert {outcome.value: count for outcome, count in done.counts.items()} == {
        CREATED: 1,
        DUPLICATE: 1,
        REFUSED: 9,
    }


async def test_two_new_rows_that_sound_alike_are_not_both_created(importer: Importer) -> None:
    done = await importer.run(a_row("仁和堂大药房"), a_row("仁合堂大药房"))
    assert await importer.report(done) == [(2, CREATED, "C000001", []), (3, DUPLICATE, "C000001", [])]


async def test_an_import_goes_on_behind_the_last_rows_that_were_committed(
    importer: Importer, desk: Desk
) -> None:
    one = await importer.upload(a_csv(*(a_row(f"第{n}号客户", a_code(n)) for n in range(1, BATCH * 2 + 11))))
    one = await importer.to_the_end(await importer.start(one, dry=True))
    assert one.counts[next(iter(one.counts))] == BATCH * 2 + 10
    one = await importer.batch(await importer.start(one, dry=False))
    assert (one.state, one.cursor) == (ImportState.RUNNING, BATCH)

    class Died(Exception):
        pass

    def dies(_: object) -> None:
        raise Died

    with pytest.raises(Died):
        await imports_batch(importer, one.number, dies)
    # Two at once, as after a restart that was taken for dead too early.
    done = await asyncio.gather(*(importer.to_the_end(one) for _ in range(2)))
    assert {d.state for d in done} == {ImportState.DONE}
    async with desk.uow() as uow:
        ended = await uow.imports.get(one.number)
    assert {outcome.value: count for outcome, count in ended.counts.items()} == {CREATED: BATCH * 2 + 10}
    numbers = [row[2] for row in await importer.report(ended)]
    assert len(set(numbers)) == BATCH * 2 + 10


async def imports_batch(importer: Importer, number: str, check: Callable[[object], None]) -> None:
    from services.customer.use_cases.import_batch import People, take_batch

    desk = importer.desk
    await take_batch(number, uow=desk.uow(), clock=desk.clock, people=People(desk.directory), check=check)


async def test_the_runner_does_all_there_is_and_only_one_of_them_at_a_time(
    importer: Importer, desk: Desk
) -> None:
    one = await importer.start(
        await importer.upload(a_csv(*(a_row(f"第{n}号客户") for n in range(1, 80)))), dry=True
    )
    other = await importer.start(await importer.upload(a_csv(a_row("仁和堂"))), dry=True)
    runners = [ImportRunner(desk.database, desk.uow, desk.directory, desk.clock) for _ in range(3)]
    await asyncio.gather(*(runner.work() for runner in runners))
    async with desk.uow() as uow:
        assert (await uow.imports.get(one.number)).state is ImportState.CHECKED
        assert (await uow.imports.get(other.number)).state is ImportState.CHECKED


async def test_whoever_starts_an_import_wakes_the_runner_which_otherwise_leaves_the_database_alone(
    importer: Importer, desk: Desk
) -> None:
    started, stopping = Bell(), asyncio.Event()
    runner = ImportRunner(desk.database, desk.uow, desk.directory, desk.clock, started)
    running = asyncio.create_task(runner.run(stopping))
    one = await importer.start(await importer.upload(a_csv(a_row("仁和堂"))), dry=True)
    started.ring()
    async with asyncio.timeout(LOOK_AGAIN / 2):
        while one.state is not ImportState.CHECKED:
            async with desk.uow() as uow:
                one = await uow.imports.get(one.number)
    stopping.set()
    async with asyncio.timeout(LOOK_AGAIN / 2):
        await running


async def test_rows_of_one_batch_see_each_other_as_if_each_were_alone(importer: Importer) -> None:
    done = await importer.run(
        a_row("仁和堂大药房", a_code(1), aliases="老仁和"),
        a_row("老仁和"),
        a_row("仁合堂药房"),
        a_row("仁和堂新名", a_code(1)),
        a_row("康源医药"),
    )
    assert [(line, outcome) for line, outcome, *_ in await importer.report(done)] == [
        (2, CREATED),
        (3, UNCHANGED),
        (4, DUPLICATE),
        (5, REFUSED),
        (6, CREATED),
    ]


async def test_it_is_tried_before_it_runs_and_mapped_before_it_is_tried(
    importer: Importer, desk: Desk
) -> None:
    one = await importer.upload(a_csv(["仁和堂", "药店"], heading=["叫什么", "客户类型"]))
    assert [column.key for column in one.columns] == ["", "kind"]
    with pytest.raises(ColumnNotMapped):
        await importer.start(one, dry=True)
    said = imports.MapColumns(one.number, one.etag, (("叫什么", "name"), ("客户类型", "kind")))
    one = await desk.do(imports.map_columns, said, KEEPER)
    with pytest.raises(NotChecked):
        await importer.start(one, dry=False)
    one = await importer.to_the_end(await importer.start(one, dry=True))
    one = await desk.do(imports.map_columns, replace(said, etag=one.etag), KEEPER)
    with pytest.raises(NotChecked):
        await importer.start(one, dry=False)


async def test_what_was_stopped_stays_stopped_and_can_be_tried_again(importer: Importer, desk: Desk) -> None:
    one = await importer.upload(a_csv(*(a_row(f"第{n}号客户") for n in range(1, BATCH + 20))))
    one = await importer.batch(await importer.start(one, dry=True))
    one = await desk.do(imports.stop_import, one.number, KEEPER)
    assert (one.state, (await importer.batch(one)).cursor) == (ImportState.STOPPED, BATCH)
    with pytest.raises(IllegalTransition):
        await desk.do(imports.stop_import, one.number, KEEPER)
    assert (await importer.to_the_end(await importer.start(one, dry=True))).state is ImportState.CHECKED


async def test_only_master_data_imports(importer: Importer, desk: Desk) -> None:
    one = await importer.upload(a_csv(a_row("仁和堂")))
    for use_case, command in (
        (imports.upload_import, imports.UploadImport("x.csv", "", a_csv(a_row("仁和堂")))),
        (imports.start_import, imports.StartImport(one.number, one.etag, True)),
        (imports.get_import, one.number),
    ):
        with pytest.raises(NotPermitted):
            await desk.do(partial(use_case), command, LIHUA)  # type: ignore[arg-type]  # of several kinds


# What people would do, over gRPC.


def parts(content: bytes, file_name: str, sheet: str = "") -> list[pb.UploadImportRequest]:
    header = pb.UploadHeader(request_id=str(uuid4()), file_name=file_name, sheet=sheet)
    pieces = [content[start : start + 65536] for start in range(0, len(content), 65536)]
    return [
        pb.UploadImportRequest(header=header),
        *(pb.UploadImportRequest(content=piece) for piece in pieces),
    ]


async def test_a_file_of_excel_on_a_chinese_windows_is_imported_by_what_its_columns_say(
    callers: Callers, importer: Importer, desk: Desk
) -> None:
    service = await callers.person(KEEPER.person, CustomerImportServiceStub, *KEEPER.roles)
    content = a_csv(a_row("仁和堂大药房", a_code(7)), encoding="gb18030")
    sent = parts(content, "客户.csv")
    made = await service.UploadImport(iter(sent))
    assert await service.UploadImport(iter(sent)) == made
    fields = [pb.ImportField.Name(column.field).removeprefix("IMPORT_FIELD_") for column in made.columns]
    assert fields == [
        "NAME",
        "KIND",
        "TRADE",
        "CREDIT_CODE",
        "SALESPERSON",
        "PHONE",
        "PROVINCE",
        "CITY",
        "ALIASES",
    ]
    assert list(made.columns[0].samples) == ["仁和堂大药房"]

    async def run(etag: str, dry: bool) -> pb.CustomerImport:
        request = pb.StartImportRequest(name=made.name, request_id=str(uuid4()), etag=etag, dry_run=dry)
        await service.StartImport(request)
        await ImportRunner(desk.database, desk.uow, desk.directory, desk.clock).work()
        return await service.GetImport(pb.GetImportRequest(name=made.name))

    tried = await run(made.etag, True)
    assert (tried.state, tried.done) == (pb.CustomerImport.STATE_CHECKED, 1)
    done = await run(tried.etag, False)
    assert [(one.outcome, one.rows) for one in done.counts] == [(pb.IMPORT_OUTCOME_CREATED, 1)]
    rows = await service.ListImportRows(pb.ListImportRowsRequest(customer_import=made.name))
    assert [(row.line, row.display_name, row.customer) for row in rows.rows] == [
        (2, "仁和堂大药房", "customers/C000001")
    ]
    assert [one.name for one in (await service.ListImports(pb.ListImportsRequest())).imports] == [made.name]


@pytest.mark.parametrize(
    ("sheet", "reason"), [("没有的", "SHEET_MISSING"), ("", "SHEET_NOT_CHOSEN"), ("空表", "NO_ROWS"), ("合并", "CELLS_MERGED"), ("公式", "FORMULA_FOUND")]
)  # fmt: skip
async def test_a_workbook_with_the_wrong_sheet_is_refused_and_names_those_there_are(
    callers: Callers, desk: Desk, tmp_path: object, sheet: str, reason: str
) -> None:
    import io

    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        for name in ("客户", "说明", "空表", "合并", "公式"):
            page = workbook.add_worksheet(name)
            page.write_row(0, 0, HEADING)
            if name != "空表":
                page.write_row(1, 0, a_row("仁和堂"))
            if name == "合并":
                page.merge_range("A3:B4", "x")
            if name == "公式":
                page.write_formula("A3", "=1+1", None, 2)
    service = await callers.person(KEEPER.person, CustomerImportServiceStub, *KEEPER.roles)
    before = await desk.everything()
    with pytest.raises(Refusal) as caught:
        await service.UploadImport(iter(parts(content.getvalue(), "客户.xlsx", sheet)))
    assert (caught.value.code, caught.value.reason) == (Code.INVALID_ARGUMENT, reason)
    assert await desk.everything() == before
    made = await service.UploadImport(iter(parts(content.getvalue(), "客户.xlsx", "客户")))
    assert (made.sheet, made.rows) == ("客户", 1)


async def test_a_hundred_megabytes_are_refused_before_they_are_all_sent(callers: Callers) -> None:
    service = await callers.person(KEEPER.person, CustomerImportServiceStub, *KEEPER.roles)
    sent = 0

    def endless() -> object:
        nonlocal sent
        yield parts(b"", "x.csv")[0]
        for _ in range(1600):
            sent += 65536
            yield pb.UploadImportRequest(content=b"x" * 65536)

    with pytest.raises(Refusal) as caught:
        await service.UploadImport(endless())
    assert caught.value.reason == "FILE_TOO_LARGE"
    assert sent < 60 * 1024 * 1024


async def test_what_was_exported_is_imported_again_and_changes_nothing(
    callers: Callers, importer: Importer, desk: Desk
) -> None:
    commercial = Commercial(handles_medicines=True, yearly_sales=Money.of("1234567.50"), staff=12, b_share=30)
    await desk.create(a_file("=1+1 康源", phone="13812345678", credit_code=a_code(1), commercial=commercial))
    await importer.run(a_row("仁和堂", aliases="老仁和；仁和"))
    finding = await callers.person(KEEPER.person, FindingServiceStub, *KEEPER.roles)
    for format in (SHEET_FORMAT_XLSX, SHEET_FORMAT_CSV):
        asked = ExportCustomersRequest(format=format)
        content = b"".join([chunk.content async for chunk in finding.ExportCustomers(asked)])
        assert b"13812345678" not in content
        one = await importer.upload(content, file_name="导出")
        assert [column.key for column in one.columns][: len(COLUMNS)] == list(COLUMNS)
        one = await importer.to_the_end(await importer.start(one, dry=True))
        assert {outcome.value: count for outcome, count in one.counts.items()} == {UNCHANGED: 2}


async def test_everybody_exports_what_they_see(callers: Callers, desk: Desk) -> None:
    await desk.create(a_file("仁和堂"))
    stranger = await callers.person("stranger", FindingServiceStub)
    asked = ExportCustomersRequest(format=SHEET_FORMAT_XLSX)
    content = b"".join([chunk.content async for chunk in stranger.ExportCustomers(asked)])
    [sheet] = await read_sheets(content, SheetFormat.XLSX)
    assert len(sheet.rows) == 1
