"""`zhupi activity …`: marketing activities, as their requesters see them. What follows the approval is in `activity_closing`, evidence in `activity_evidence`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from cli.activity_filter import Asked, filter_of
from cli.activity_terms import Terms, terms_after
from cli.activity_view import CALENDAR, LIST, get_activity, show_activity, show_whole_activity
from cli.command import command
from cli.commands import (  # noqa: F401 - their commands are of this group, too
    activity_closing,
    activity_evidence,
    activity_log,
    activity_reports,
    activity_truth,
)
from cli.commands.activity_group import Number, activities
from cli.files import save, sheet_format
from cli.help import DOCUMENTS
from cli.options import Etag
from cli.organisations import find_organisation
from cli.output import plain
from cli.paging import ENOUGH, Limit, listed
from cli.route_view import show_routes
from cli.session import Session
from cli.values import day
from cli.written import read_into
from reading.names import bare
from zhupi.marketing.v1 import activity_pb2 as pb
from zhupi.marketing.v1 import configuration_pb2 as configuration
from zhupi.marketing.v1.activity_pb2_grpc import ActivityServiceStub
from zhupi.marketing.v1.configuration_pb2_grpc import ActivityConfigurationServiceStub

PANEL = DOCUMENTS

SETTINGS: Final = (
    "version", "publisher", "publish_time", "reminder_days", "escalation_days", "overdue_days", "claimable_days",
    "longest_days",
)  # fmt: skip
CLASSES: Final = ("key", "parent", "label.zh", "label.en", "limit")


@command(activities, "new", "新建活动草稿", "Make a draft", writes=True)
async def new(
    session: Session,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What it is called · 活动名称")],
    terms: Terms,
    organisation: Annotated[
        str, typer.Option("--organisation", help="Whose budget; yours by default · 部门；默认为本部门")
    ] = "",
) -> None:
    request = pb.CreateActivityRequest(
        request_id=session.request_id(),
        terms=terms_after(pb.ActivityTerms(title=title), terms),
        organisation=await find_organisation(session, organisation),
    )
    activity = await session.stub(ActivityServiceStub).CreateActivity(request)
    show_activity(session.out, activity)
    submit = f"zhupi activity submit {bare(activity.name)}"
    session.out.say(f"提交：{submit}", f"To submit it: {submit}", style="dim")


@command(activities, "edit", "修改草稿或被退回的活动", "Change a draft or one that was returned", writes=True)
async def edit(session: Session, number: Number, terms: Terms, etag: Etag = "") -> None:
    activity = await get_activity(session, number)
    request = pb.UpdateActivityRequest(
        name=activity.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or activity.etag),
        terms=terms_after(activity.terms, terms),
        attachments=activity.attachments,
    )
    show_activity(session.out, await session.stub(ActivityServiceStub).UpdateActivity(request))


@command(activities, "copy", "复制为新草稿", "A new draft with the same terms", writes=True)
async def copy(
    session: Session,
    number: Number,
    start: Annotated[
        str, typer.Option("--from", help="Its first day; all moves with it · 新的开始日期，其余顺延")
    ] = "",
) -> None:
    request = pb.CopyActivityRequest(
        name=(await get_activity(session, number)).name,
        request_id=session.request_id(),
        start_date=day(start, "--from") if start else None,
    )
    show_activity(session.out, await session.stub(ActivityServiceStub).CopyActivity(request))


@command(activities, "submit", "提交审批", "Ask for approval", writes=True)
async def submit(session: Session, number: Number, etag: Etag = "") -> None:
    activity = await get_activity(session, number)
    request = pb.SubmitActivityRequest(
        name=activity.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or activity.etag),
    )
    show_activity(session.out, await session.stub(ActivityServiceStub).SubmitActivity(request))


@command(activities, "delete", "删除草稿", "Delete a draft", writes=True)
async def delete(session: Session, number: Number, etag: Etag = "") -> None:
    activity = await get_activity(session, number)
    request = pb.DeleteActivityRequest(
        name=activity.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or activity.etag),
    )
    show_activity(session.out, await session.stub(ActivityServiceStub).DeleteActivity(request))


@command(activities, "show", "查看一个活动，以及现在由谁处理", "One activity, and who has it now")
async def show(session: Session, number: Number) -> None:
    await show_whole_activity(session, await get_activity(session, number))


@command(activities, "list", "列出活动", "List activities")
async def list_(session: Session, asked: Asked, limit: Limit = ENOUGH) -> None:
    request = pb.ListActivitiesRequest(filter=await filter_of(session, asked))
    rpc = session.stub(ActivityServiceStub).ListActivities
    found = await listed(session, rpc, request, "activities", limit)
    session.out.table(found, LIST, kind=pb.Activity)


@command(activities, "calendar", "活动日历", "What takes place in these days")
async def calendar(
    session: Session,
    first: Annotated[str, typer.Argument(metavar="FROM", help="First day · 从")],
    last: Annotated[str, typer.Argument(metavar="TO", help="Last day · 到")],
    asked: Asked,
    limit: Limit = ENOUGH,
) -> None:
    request = pb.ListCalendarRequest(
        first_day=day(first, "FROM"), last_day=day(last, "TO"), filter=await filter_of(session, asked)
    )
    rpc = session.stub(ActivityServiceStub).ListCalendar
    found = await listed(session, rpc, request, "entries", limit)
    session.out.table(found, CALENDAR, kind=pb.CalendarEntry)


@command(activities, "export", "导出活动", "Write activities and their budget lines to a file")
async def export(
    session: Session,
    file: Annotated[Path, typer.Argument(help="activities.xlsx, activities.zip")],
    asked: Asked,
) -> None:
    request = pb.ExportActivitiesRequest(filter=await filter_of(session, asked), format=sheet_format(file))
    size = await save(file, session.stub(ActivityServiceStub).ExportActivities(request))
    session.out.say(f"已保存 {file}（{size} 字节）", f"Saved {file} ({size} bytes)")


@command(activities, "route", "如果现在提交，会由谁审批", "Who would decide it if it were submitted now")
async def route(
    session: Session,
    number: Number,
    closure: Annotated[bool, typer.Option("--closure", help="The closure · 结案")] = False,
) -> None:
    name, stub = (await get_activity(session, number)).name, session.stub(ActivityServiceStub)
    preview: pb.PreviewActivityRouteResponse | pb.PreviewClosureRouteResponse
    if closure:
        preview = await stub.PreviewClosureRoute(pb.PreviewClosureRouteRequest(name=name))
    else:
        preview = await stub.PreviewActivityRoute(pb.PreviewActivityRouteRequest(name=name))
    if session.out.as_json:
        session.out.json(plain(preview))
    else:
        show_routes(session.out, preview.routes)


@command(activities, "settings", "查看活动设置：类别、提醒、期限", "What holds for all activities")
async def settings_(
    session: Session,
    version: Annotated[int, typer.Option("--version", help="An older one · 旧版本")] = 0,
) -> None:
    request = configuration.GetActivityConfigurationRequest(version=version)
    service = session.stub(ActivityConfigurationServiceStub)
    show_settings(session, await service.GetActivityConfiguration(request))


@command(activities, "configure", "按文件发布活动设置", "Publish what holds for all activities", writes=True)
async def configure(
    session: Session,
    file: Annotated[Path, typer.Argument(help="YAML: classes, reminder_days, overdue_days, …")],
    etag: Etag = "",
) -> None:
    service = session.stub(ActivityConfigurationServiceStub)
    present = await service.GetActivityConfiguration(configuration.GetActivityConfigurationRequest())
    request = configuration.PublishActivityConfigurationRequest(
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or present.etag),
        configuration=read_into(present, file),
    )
    show_settings(session, await service.PublishActivityConfiguration(request))


def show_settings(session: Session, found: configuration.ActivityConfiguration) -> None:
    session.out.details(found, SETTINGS)
    if not session.out.as_json:
        session.out.table(found.classes, CLASSES, kind=configuration.ActivityClass)
