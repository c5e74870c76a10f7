"""Puts the demo group into a running installation, through the same RPCs that people use, and only what is not there.

What people have changed since is theirs: it is left as it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import Final
from uuid import uuid4

from chassis.project import PROJECT
from cli.commands.budgets import parts as budget_parts
from cli.commands.directory import parts as directory_parts
from cli.paging import listed
from cli.session import Options, Session
from cli.values import money, today
from demo import sheets
from demo.acting import Actors
from demo.found import Found, Part
from demo.group import ADMINISTRATOR, FINANCE, GENERAL_MANAGER, Group, Size, build
from demo.load_customers import load_customers
from demo.money import EXPENSE_TYPES, LIMITS, budgets, closed_month, months
from kernel.errors import Code, Refusal
from kernel.text import Text
from zhupi.approval.v1.absence_pb2 import CreateStandInRequest, ListStandInsRequest
from zhupi.approval.v1.absence_pb2_grpc import AbsenceServiceStub
from zhupi.approval.v1.directory_pb2 import ExportDirectoryRequest, ListOrganisationsRequest
from zhupi.approval.v1.directory_pb2_grpc import DirectoryServiceStub
from zhupi.approval.v1.policy_pb2 import GetPolicyRequest, PublishPolicyRequest
from zhupi.approval.v1.policy_pb2_grpc import PolicyServiceStub
from zhupi.approval.v1.process_pb2 import GetProcessRequest, PublishProcessRequest
from zhupi.approval.v1.process_pb2_grpc import ProcessServiceStub
from zhupi.common.v1 import text_pb2
from zhupi.common.v1.sheet_pb2 import SHEET_FORMAT_CSV, FileChunk, ImportHeader, ImportReport
from zhupi.expense.v1 import budget_pb2 as pb
from zhupi.expense.v1.budget_pb2_grpc import BudgetServiceStub, LimitServiceStub

POLICY_FILES: Final = PROJECT / "services" / "approval" / "policy_files"
PROCESS: Final = "expense-claim"
POLICY_FILE: Final = POLICY_FILES / f"{PROCESS}.yaml"
ONBOARDING: Final = "customer-onboarding"
RENEWAL: Final = "licence-renewal"
ACTIVITY: Final = "marketing-activity"
ACTIVITY_CHANGE: Final = "activity-change"
SEAL_USE: Final = "seal-use"
WITHOUT_CODE: Final = (SEAL_USE, "customer-level-change", "customer-agreement", "customer-win-back")


class DemoRefused(Exception):
    """A service did not take the demo's own sheets: a fault of the demo."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__("; ".join(f"{r.sheet}:{r.line} {r.column} {r.rule}" for r in report.refusals[:20]))


async def load(options: Options, size: Size = Size.SMALL) -> list[Part]:
    """Bring in what is missing, of customers those of the small group. Raises what the services refuse, DemoRefused."""
    group = build(size)
    async with Actors(options, group) as actors:
        administrator, finance = await actors.session(ADMINISTRATOR), await actors.session(FINANCE)
        return [
            await load_directory(administrator, group),
            await load_limits(finance),
            await load_budgets(finance, group),
            await close_month(finance),
            await load_policy(administrator, PROCESS),
            await load_policy(administrator, ONBOARDING),
            await load_policy(administrator, RENEWAL),
            await load_policy(administrator, ACTIVITY),
            await load_policy(administrator, ACTIVITY_CHANGE),
            await load_processes(administrator),
            await load_stand_in(await actors.session(GENERAL_MANAGER)),
            await load_customers(administrator, group, Size.SMALL, today()),
        ]


async def load_all_customers(options: Options) -> Part:
    """Those of the whole group, as far as the people are there whose customers they are; others work meanwhile."""
    group = build(Size.WHOLE)
    async with Actors(options, group) as actors:
        administrator = await actors.session(ADMINISTRATOR)
        return await load_customers(administrator, group, Size.WHOLE, today(), gently=True)


def header() -> ImportHeader:
    return ImportHeader(request_id=str(uuid4()), format=SHEET_FORMAT_CSV)


async def whole(stream: AsyncIterable[FileChunk]) -> bytes:
    return b"".join([chunk.content async for chunk in stream])


def must_apply(report: ImportReport) -> int:
    if not report.applied:
        raise DemoRefused(report)
    return report.rows


async def load_directory(session: Session, group: Group) -> Part:
    title = Text("组织目录", "directory")
    stub, wanted = session.stub(DirectoryServiceStub), sheets.directory(group)
    if (await stub.ListOrganisations(ListOrganisationsRequest(page_size=1))).organisations:
        there = await whole(stub.ExportDirectory(ExportDirectoryRequest(format=SHEET_FORMAT_CSV)))
        same = sheets.agree(there, wanted)
        return Part(title, Found.UNCHANGED if same else Found.CHANGED_SINCE, len(group.people))
    return Part(
        title, Found.LOADED, must_apply(await stub.ImportDirectory(directory_parts(header(), wanted)))
    )


async def load_limits(session: Session) -> Part:
    title = Text("费用类型与标准", "expense types and limits")
    stub, wanted = session.stub(LimitServiceStub), limits()
    there = await stub.ListLimits(pb.ListLimitsRequest())
    rows = len(wanted.expense_types) + len(wanted.limits)
    if there.expense_types:
        same = said(there) == said(
            pb.ListLimitsResponse(expense_types=wanted.expense_types, limits=wanted.limits)
        )
        return Part(title, Found.UNCHANGED if same else Found.CHANGED_SINCE, rows)
    await stub.ReplaceLimits(wanted)
    return Part(title, Found.LOADED, rows)


def limits() -> pb.ReplaceLimitsRequest:
    return pb.ReplaceLimitsRequest(
        request_id=str(uuid4()),
        expense_types=[
            pb.ExpenseType(
                code=kind.code,
                title=text_pb2.Text(zh=kind.title.zh, en=kind.title.en),
                invoice_needed=kind.invoice_needed,
            )
            for kind in EXPENSE_TYPES
        ],
        limits=[
            pb.Limit(expense_type=kind, grade=grade, city=city, per_line=money(str(yuan)))
            for kind, grade, city, yuan in LIMITS
        ],
    )


def said(limits: pb.ListLimitsResponse) -> set[bytes]:
    """Types and limits, whatever their order."""
    return {row.SerializeToString(deterministic=True) for row in (*limits.expense_types, *limits.limits)}


async def load_budgets(session: Session, group: Group) -> Part:
    title = Text("预算", "budgets")
    stub = session.stub(BudgetServiceStub)
    there = {
        budget.name
        for month in months(today())
        for budget in await listed(session, stub.ListBudgets, pb.ListBudgetsRequest(month=month), "budgets")
    }
    planned = budgets(group, today())
    missing = [
        row for row in planned if f"budgets/{row.organisation}/{row.month}/{row.expense_type}" not in there
    ]
    if not missing:
        return Part(title, Found.UNCHANGED, len(planned))
    return Part(
        title,
        Found.LOADED,
        must_apply(await stub.ImportBudgets(budget_parts(header(), sheets.budgets(missing)))),
    )


async def close_month(session: Session) -> Part:
    """A month that was closed or reopened before is left as it is."""
    name = f"months/{closed_month(today())}"
    title = Text(f"关闭月份 {closed_month(today())}", f"closing of {closed_month(today())}")
    stub = session.stub(BudgetServiceStub)
    there = await listed(session, stub.ListMonths, pb.ListMonthsRequest(), "months")
    if any(month.name == name for month in there):
        return Part(title, Found.UNCHANGED, 1)
    await stub.CloseMonth(pb.CloseMonthRequest(name=name, request_id=str(uuid4())))
    return Part(title, Found.LOADED, 1)


async def load_policy(session: Session, process: str) -> Part:
    title = Text(f"审批策略 {process}", f"policy {process}")
    stub, wanted = session.stub(PolicyServiceStub), (POLICY_FILES / f"{process}.yaml").read_text("utf-8")
    try:
        there = await stub.GetPolicy(GetPolicyRequest(name=f"policies/{process}"))
    except Refusal as refusal:
        if refusal.code is not Code.NOT_FOUND:
            raise
        await stub.PublishPolicy(PublishPolicyRequest(request_id=str(uuid4()), yaml=wanted))
        return Part(title, Found.LOADED, 1)
    return Part(title, Found.UNCHANGED if there.yaml == wanted else Found.CHANGED_SINCE, 1)


async def load_processes(session: Session) -> Part:
    """The processes without code."""
    found = [await load_process(session, process) for process in WITHOUT_CODE]
    whole = next((one for one in (Found.LOADED, Found.CHANGED_SINCE) if one in found), Found.UNCHANGED)
    return Part(Text("无代码流程", "processes without code"), whole, len(found))


async def load_process(session: Session, process: str) -> Found:
    """From its folder."""
    folder = POLICY_FILES / process
    form, policy = (folder / name for name in ("form.json", "policy.yaml"))
    wanted = PublishProcessRequest(
        request_id=str(uuid4()), form=form.read_text("utf-8"), policy=policy.read_text("utf-8")
    )
    stub = session.stub(ProcessServiceStub)
    try:
        there = await stub.GetProcess(GetProcessRequest(name=f"processes/{process}"))
    except Refusal as refusal:
        if refusal.code is not Code.NOT_FOUND:
            raise
        await stub.PublishProcess(wanted)
        return Found.LOADED
    in_force = await session.stub(PolicyServiceStub).GetPolicy(GetPolicyRequest(name=f"policies/{process}"))
    same = there.form == wanted.form and in_force.yaml == wanted.policy
    return Found.UNCHANGED if same else Found.CHANGED_SINCE


async def load_stand_in(session: Session) -> Part:
    """The general manager travels much: the finance director decides claims in their place, until somebody ends it."""
    title = Text("代理", "stand-in")
    stub, person = session.stub(AbsenceServiceStub), f"people/{GENERAL_MANAGER}"
    asked = ListStandInsRequest(person=person, show_past=True, page_size=1)
    if (await stub.ListStandIns(asked)).stand_ins:
        return Part(title, Found.UNCHANGED, 1)
    await stub.CreateStandIn(
        CreateStandInRequest(
            request_id=str(uuid4()), deputy=f"people/{FINANCE}", processes=[PROCESS], reason="经常出差"
        )
    )
    return Part(title, Found.LOADED, 1)
