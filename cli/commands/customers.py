"""`zhupi customer …`: customers as those who look after them see them. What is done to them is in `customer_verbs`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from cli.command import command
from cli.commands import customer_finding, customer_follow_ups, customer_takeover  # noqa: F401 - of this group, too
from cli.commands.customer_verbs import Customer, customers
from cli.customer_view import (
    BELOW,
    LEVELS,
    LIST,
    customer_name,
    get_customer,
    show_customer,
    show_view,
)
from cli.customer_words import in_words, report_in_words
from cli.files import save, sheet_format
from cli.help import DOCUMENTS
from cli.options import Etag, Organisation
from cli.organisations import find_organisation
from cli.paging import ENOUGH, Limit, listed
from cli.people import find_person
from cli.session import Session
from cli.written import changed, read_into, word, words
from zhupi.customer.v1 import configuration_pb2 as configuration
from zhupi.customer.v1 import customer_pb2 as pb
from zhupi.customer.v1.configuration_pb2_grpc import CustomerConfigurationServiceStub
from zhupi.customer.v1.customer_pb2_grpc import CustomerServiceStub

PANEL = DOCUMENTS

KINDS: Final = pb.CustomerKind.DESCRIPTOR
TRADES: Final = pb.CustomerTrade.DESCRIPTOR
STATES: Final = pb.CustomerState.DESCRIPTOR
LICENCES: Final = pb.ListCustomersRequest.Licences.DESCRIPTOR
REPORTS: Final = pb.CustomerReportBy.DESCRIPTOR
ROWS: Final = ("key", "customers", "formal", "lost")
SETTINGS: Final = ("version", "publisher", "publish_time", "watch_days", "reveals_per_hour")
CHOICES: Final = ("key", "label")

Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="A field: phone=…, address.city=… · 一个字段：phone=…、address.city=…"),
]
File = Annotated[
    Path | None,
    typer.Option(
        "--file", help="A YAML or JSON file with fields and lists · YAML 或 JSON 文件，含字段和列表"
    ),
]
Despite = Annotated[
    list[str] | None,
    typer.Option("--despite", help="One that looks alike and is another · 名称相近但确非同一客户"),
]
Organisation = Organisation
Salesperson = Annotated[
    str,
    typer.Option("--salesperson", help="Whose customer: a login or a Chinese name · 业务员：登录名或姓名"),
]
Kind = Annotated[str, typer.Option("--kind", help=f"Kind: {', '.join(words(KINDS))} · 客户类型")]


@command(customers, "new", "新建潜在客户", "Make a potential customer", writes=True)
async def new(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name · 客户名称")],
    kind: Kind = "other-commercial",
    trade: Annotated[str, typer.Option("--trade", help="direct, indirect · 交易方式")] = "direct",
    settings: Settings = None,
    file: File = None,
    upstream: Annotated[str, typer.Option("--upstream", help="From whom it buys · 上游客户")] = "",
    organisation: Organisation = "",
    salesperson: Salesperson = "",
    despite: Despite = None,
) -> None:
    written = read_into(pb.CustomerFile(), file) if file else pb.CustomerFile()
    written.display_name = name
    if not written.kind:
        written.kind = pb.CustomerKind.ValueType(word(KINDS, kind, "--kind"))
    if not written.trade:
        written.trade = pb.CustomerTrade.ValueType(word(TRADES, trade, "--trade"))
    request = pb.CreateCustomerRequest(
        request_id=session.request_id(),
        file=changed(written, settings or []),
        organisation=await find_organisation(session, organisation),
        salesperson=(await find_person(session, salesperson)).name if salesperson else "",
        upstream=customer_name(upstream) if upstream else "",
        despite=map(customer_name, despite or []),
    )
    show_customer(session.out, await session.stub(CustomerServiceStub).CreateCustomer(request))


@command(customers, "edit", "修改客户档案", "Change the file of a customer", writes=True)
async def edit(
    session: Session,
    customer: Customer,
    settings: Settings = None,
    file: File = None,
    despite: Despite = None,
    etag: Etag = "",
) -> None:
    seen = await get_customer(session, customer)
    written = read_into(seen.file, file) if file else seen.file
    request = pb.UpdateCustomerRequest(
        name=seen.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or seen.etag),
        file=changed(written, settings or []),
        despite=map(customer_name, despite or []),
    )
    show_customer(session.out, await session.stub(CustomerServiceStub).UpdateCustomer(request))


@command(customers, "show", "查看一个客户的全部信息", "All that is known of one customer")
async def show(session: Session, customer: Customer) -> None:
    request = pb.GetCustomerViewRequest(name=customer_name(customer))
    view = await session.stub(CustomerServiceStub).GetCustomerView(request)
    await in_words(session, session.out, licences=view.licences, customers=(view.customer,))
    show_view(session.out, view)


@command(customers, "list", "列出客户", "List customers")
async def list_(
    session: Session,
    state: Annotated[str, typer.Option("--state", help=f"State: {', '.join(words(STATES))} · 状态")] = "",
    kind: Kind = "",
    trade: Annotated[str, typer.Option("--trade", help="direct, indirect · 交易方式")] = "",
    level: Annotated[str, typer.Option("--level", help="A, B, … · 等级")] = "",
    organisation: Organisation = "",
    salesperson: Salesperson = "",
    province: Annotated[str, typer.Option("--province", help="Province · 省")] = "",
    city: Annotated[str, typer.Option("--city", help="City · 市")] = "",
    blocked: Annotated[bool, typer.Option("--blocked", help="Only blocked ones · 只列已锁定的")] = False,
    licences: Annotated[str, typer.Option("--licences", help="none, expired, expiring · 证照情况")] = "",
    query: Annotated[
        str,
        typer.Option(
            "--query", help="Part of name, alias, number, credit code · 名称、别名、编号或信用代码的一部分"
        ),
    ] = "",
    limit: Limit = ENOUGH,
) -> None:
    request = pb.ListCustomersRequest(
        state=pb.CustomerState.ValueType(word(STATES, state, "--state")),
        kind=pb.CustomerKind.ValueType(word(KINDS, kind, "--kind")),
        trade=pb.CustomerTrade.ValueType(word(TRADES, trade, "--trade")),
        level=level,
        organisation=await find_organisation(session, organisation),
        salesperson=(await find_person(session, salesperson)).name if salesperson else "",
        province=province,
        city=city,
        licences=pb.ListCustomersRequest.Licences.ValueType(word(LICENCES, licences, "--licences")),
        query=query,
    )
    if blocked:
        request.blocked = pb.ListCustomersRequest.BLOCKED_YES
    rpc = session.stub(CustomerServiceStub).ListCustomers
    session.out.table(await listed(session, rpc, request, "customers", limit), LIST, kind=pb.Customer)


@command(customers, "below", "列出下游客户", "Who buys from a customer")
async def below(session: Session, customer: Customer, limit: Limit = ENOUGH) -> None:
    request = pb.ListDownstreamRequest(customer=customer_name(customer))
    rpc = session.stub(CustomerServiceStub).ListDownstream
    found = await listed(session, rpc, request, "downstream", limit)
    session.out.table(found, BELOW, kind=pb.DownstreamCustomer)


@command(customers, "levels", "客户等级的全部变更", "How a customer was rated")
async def levels(session: Session, customer: Customer, limit: Limit = ENOUGH) -> None:
    request = pb.ListLevelChangesRequest(customer=customer_name(customer))
    rpc = session.stub(CustomerServiceStub).ListLevelChanges
    session.out.table(await listed(session, rpc, request, "changes", limit), LEVELS, kind=pb.LevelChange)


@command(
    customers, "report", "按部门、类型、状态、等级、省或月份统计客户", "Count customers by what they are"
)
async def report(
    session: Session,
    by: Annotated[str, typer.Argument(metavar="BY", help=", ".join(words(REPORTS)))] = "state",
    organisation: Organisation = "",
    file: Annotated[
        Path | None, typer.Option("--file", help="Write a sheet: report.xlsx · 保存为表格：report.xlsx")
    ] = None,
) -> None:
    service = session.stub(CustomerServiceStub)
    chosen = pb.CustomerReportBy.ValueType(word(REPORTS, by, "BY"))
    within = await find_organisation(session, organisation)
    if file is None:
        found = await service.GetCustomerReport(pb.GetCustomerReportRequest(by=chosen, organisation=within))
        report_in_words(session.out, chosen, found)
        session.out.table(list(found.rows), ROWS, kind=pb.CustomerReport.Row)
        return
    request = pb.ExportCustomerReportRequest(by=chosen, organisation=within, format=sheet_format(file))
    size = await save(file, service.ExportCustomerReport(request))
    session.out.say(f"已保存 {file}（{size} 字节）", f"Saved {file} ({size} bytes)")


@command(customers, "settings", "查看客户设置：进展、等级、证照", "What holds for all customers")
async def settings_(
    session: Session,
    version: Annotated[int, typer.Option("--version", help="An older one · 旧版本")] = 0,
) -> None:
    request = configuration.GetCustomerConfigurationRequest(version=version)
    service = session.stub(CustomerConfigurationServiceStub)
    show_settings(session, await service.GetCustomerConfiguration(request))


@command(customers, "configure", "按文件发布客户设置", "Publish what holds for all customers", writes=True)
async def configure(
    session: Session,
    file: Annotated[Path, typer.Argument(help="YAML: progress, levels, licence_rules, …")],
    etag: Etag = "",
) -> None:
    service = session.stub(CustomerConfigurationServiceStub)
    present = await service.GetCustomerConfiguration(configuration.GetCustomerConfigurationRequest())
    request = configuration.PublishCustomerConfigurationRequest(
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or present.etag),
        configuration=read_into(present, file),
    )
    show_settings(session, await service.PublishCustomerConfiguration(request))


def show_settings(session: Session, found: configuration.CustomerConfiguration) -> None:
    session.out.details(found, SETTINGS)
    if not session.out.as_json:
        for choices in (found.progress, found.levels, found.licence_types):
            session.out.say(
                ", ".join(f"{one.key} {one.label.zh}" for one in choices),
                ", ".join(f"{one.key} {one.label.en}" for one in choices),
            )
