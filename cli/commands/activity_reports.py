"""`zhupi activity report|plan`: what activities were to cost, cost and brought; a year's plan as drafts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.activity_filter import Asked, filter_of
from cli.command import command
from cli.commands.activity_group import activities
from cli.exits import Exit
from cli.files import chunks, read, save, sheet_format
from cli.output import plain
from cli.session import Session
from cli.written import word, words
from kernel.text import Text
from zhupi.common.v1.sheet_pb2 import RowRefusal
from zhupi.marketing.v1 import report_pb2 as pb
from zhupi.marketing.v1 import year_plan_pb2 as plans
from zhupi.marketing.v1.configuration_pb2 import GetActivityConfigurationRequest
from zhupi.marketing.v1.configuration_pb2_grpc import ActivityConfigurationServiceStub
from zhupi.marketing.v1.report_pb2_grpc import ReportServiceStub
from zhupi.marketing.v1.year_plan_pb2_grpc import YearPlanServiceStub

BY: Final = pb.ReportBy.DESCRIPTOR
REPORT: Final = (
    "key", "activities", "settled", "planned", "reserved", "committed", "actual", "claimable", "spent", "sales",
    "attendance",
)  # fmt: skip
ROWS: Final = ("line", "key", "title", "outcome", "activity")
WRONG: Final = ("line", "column", "rule", "sentence")


@command(
    activities,
    "report",
    "按部门、类别、产品、客户或月份统计活动",
    "What activities were to cost, cost and brought",
)
async def report(
    session: Session,
    asked: Asked,
    by: Annotated[str, typer.Option("--by", help=f"By {', '.join(words(BY))} · 分组")] = "class",
    file: Annotated[
        Path | None, typer.Option("--file", help="Write a sheet: report.xlsx · 保存为表格：report.xlsx")
    ] = None,
) -> None:
    chosen, stub = pb.ReportBy.ValueType(word(BY, by, "--by")), session.stub(ReportServiceStub)
    filter_ = await filter_of(session, asked)
    if file is not None:
        export = pb.ExportActivityReportRequest(by=chosen, filter=filter_, format=sheet_format(file))
        size = await save(file, stub.ExportActivityReport(export))
        session.out.say(f"已保存 {file}（{size} 字节）", f"Saved {file} ({size} bytes)")
        return
    found = await stub.GetActivityReport(pb.GetActivityReportRequest(by=chosen, filter=filter_))
    if session.out.as_json:
        session.out.json(plain(found))
        return
    if chosen == pb.REPORT_BY_CLASS:
        await in_words(session, found.rows)
    session.out.table(found.rows, REPORT, kind=pb.ReportRow)
    session.out.say("合计", "In total")
    session.out.table(found.totals, REPORT[1:], kind=pb.ReportRow)


async def in_words(session: Session, rows: Iterable[pb.ReportRow]) -> None:
    """For people: classes by their names, instead of their keys."""
    stub = session.stub(ActivityConfigurationServiceStub)
    found = await stub.GetActivityConfiguration(GetActivityConfigurationRequest())
    called = {
        one.key: Text(one.label.zh, one.label.en).in_language(session.out.language) for one in found.classes
    }
    for row in rows:
        row.key = called.get(row.key, row.key)


@command(activities, "plan", "按年度计划表格批量起草活动", "Draft activities by a year's plan", writes=True)
async def plan(
    session: Session,
    file: Annotated[Path, typer.Argument(help="plan.xlsx, plan.csv")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check · 只检查")] = False,
) -> Exit:
    header = plans.ImportYearPlanRequest.Header(
        request_id=session.request_id(), file_name=file.name, dry_run=dry_run
    )
    stub = session.stub(YearPlanServiceStub)
    return planned(session, await stub.ImportYearPlan(parts(header, read(file))))


def parts(
    header: plans.ImportYearPlanRequest.Header, content: bytes
) -> Iterator[plans.ImportYearPlanRequest]:
    yield plans.ImportYearPlanRequest(header=header)
    for chunk in chunks(content):
        yield plans.ImportYearPlanRequest(content=chunk)


def planned(session: Session, found: plans.YearPlanReport) -> Exit:
    """Say what became of each row, and why not."""
    wrong = [refusal for row in found.rows for refusal in row.refusals]
    if session.out.as_json:
        session.out.json(plain(found))
    else:
        session.out.table(found.rows, ROWS, kind=plans.PlanRow)
        if wrong:
            session.out.table(wrong, WRONG, kind=RowRefusal)
        if found.dry_run:
            session.out.say("仅检查，未起草任何活动", "Only checked: nothing was drafted", style="dim")
    return Exit.FOUND_WRONG if wrong else Exit.DONE
