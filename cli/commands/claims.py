"""`zhupi claim …`: claims from draft to payment, as their claimants and finance see them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from cli.claim_lines import changed, read_claim, typed_change, typed_line
from cli.claim_view import LIST, get_claim, show_claim, show_whole_claim
from cli.command import command
from cli.help import DOCUMENTS, group
from cli.names import activity as activity_name
from cli.names import claim as claim_name
from cli.options import Etag, Organisation
from cli.organisations import find_organisation
from cli.output import plain
from cli.paging import ENOUGH, Limit, listed
from cli.people import find_person
from cli.refusals import NoSuchLine, UnknownWord
from cli.route_view import show_routes
from cli.session import Session
from cli.values import money
from reading.names import bare
from zhupi.expense.v1 import claim_pb2 as pb
from zhupi.expense.v1.claim_pb2 import Claim, ClaimLine
from zhupi.expense.v1.claim_pb2_grpc import ClaimServiceStub

PANEL = DOCUMENTS

claims = group("报销单", "Expense claims")

Number = Annotated[str, typer.Argument(metavar="EC-…", help="Number of the claim · 报销单号")]
Title = Annotated[str, typer.Option("--title", help="What the money was for · 事由")]
CostCentre = Annotated[
    str | None,
    typer.Option(
        "--cost-centre", help="On whose account; empty: on the organisation's · 成本中心；空为本部门"
    ),
]
Lines = Annotated[
    list[str] | None,
    typer.Option(
        "--line",
        help="A line: type date amount (city (description)) (seller=… number=… code=… tax=…) "
        "(activity-line=AC-…/1: paid out of a settled activity) · "
        "一行明细：类型 日期 金额 (城市 (说明)) (seller=… number=… code=… tax=…) (activity-line=AC-…/1：由已结案活动支付)",
    ),
]
File = Annotated[
    Path | None,
    typer.Option(
        "--file", help="A YAML or JSON file with title and lines · YAML 或 JSON 文件，含 title 和 lines"
    ),
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--change", help="Change a line: “2 amount=900 city=西安” · 修改一行：“2 amount=900 city=西安”"
    ),
]
Drops = Annotated[list[str] | None, typer.Option("--drop", help="Remove a line · 删除一行")]
STATES: Final = {
    name.removeprefix("STATE_").lower().replace("_", "-"): n for name, n in Claim.State.items() if n
}


@command(claims, "new", "新建草稿", "Make a draft", writes=True)
async def new(
    session: Session,
    title: Title = "",
    line: Lines = None,
    file: File = None,
    cost_centre: CostCentre = None,
) -> None:
    filed = read_claim(file) if file else None
    request = pb.CreateClaimRequest(
        request_id=session.request_id(),
        title=title or (filed.title if filed else ""),
        lines=typed_after(filed.lines if filed else [], line),
        cost_centre=cost_centre or "",
    )
    claim = await session.stub(ClaimServiceStub).CreateClaim(request)
    show_claim(session.out, claim)
    submit = f"zhupi claim submit {bare(claim.name)}"
    session.out.say(f"提交：{submit}", f"To submit it: {submit}", style="dim")


@command(
    claims, "edit", "修改草稿或被退回的报销单", "Change a draft or a claim that was returned", writes=True
)
async def edit(
    session: Session,
    number: Number,
    title: Title = "",
    line: Lines = None,
    change: Changes = None,
    drop: Drops = None,
    file: File = None,
    cost_centre: CostCentre = None,
    etag: Etag = "",
) -> None:
    claim = await get_claim(session, claim_name(number))
    filed = read_claim(file) if file else None
    lines = filed.lines if filed and filed.lines else changed_lines(claim, change or [], drop or [])
    request = pb.UpdateClaimRequest(
        name=claim.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or claim.etag),
        title=title or (filed.title if filed else "") or claim.title,
        lines=typed_after(lines, line),
        attachments=claim.attachments,
        cost_centre=claim.cost_centre if cost_centre is None else cost_centre,
    )
    show_claim(session.out, await session.stub(ClaimServiceStub).UpdateClaim(request))


def typed_after(lines: list[ClaimLine], typed: list[str] | None) -> list[ClaimLine]:
    return [*lines, *(typed_line(given, f"lines[{n}]") for n, given in enumerate(typed or [], len(lines)))]


def changed_lines(claim: Claim, changes: list[str], drops: list[str]) -> list[ClaimLine]:
    """The claim's lines after `--change` and `--drop`. Raises NoSuchLine."""
    wanted = dict(typed_change(given) for given in changes)
    for line in (*wanted, *drops):
        if line not in {known.id for known in claim.lines}:
            raise NoSuchLine(claim=bare(claim.name), line=line)
    kept = [line for line in claim.lines if line.id not in drops]
    return [changed(line, wanted.get(line.id, {}), f"lines[{n}]") for n, line in enumerate(kept)]


@command(claims, "submit", "提交审批", "Ask for approval", writes=True)
async def submit(session: Session, number: Number, etag: Etag = "") -> None:
    name = claim_name(number)
    request = pb.SubmitClaimRequest(
        name=name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or (await get_claim(session, name)).etag),
    )
    show_claim(session.out, await session.stub(ClaimServiceStub).SubmitClaim(request))


@command(claims, "show", "查看一张报销单，以及现在由谁处理", "One claim, and who has it now")
async def show(session: Session, number: Number) -> None:
    await show_whole_claim(session, await get_claim(session, claim_name(number)))


@command(claims, "list", "列出报销单", "List claims")
async def list_(
    session: Session,
    state: Annotated[str, typer.Option("--state", help=f"State: {', '.join(STATES)} · 状态")] = "",
    claimant: Annotated[
        str, typer.Option("--claimant", help="Who claims: a login or a Chinese name · 报销人：登录名或姓名")
    ] = "",
    organisation: Organisation = "",
    query: Annotated[
        str, typer.Option("--query", help="Part of number or purpose · 单号或事由的一部分")
    ] = "",
    activity: Annotated[
        str, typer.Option("--activity", metavar="AC-…", help="With a line on this activity · 与此活动有关")
    ] = "",
    limit: Limit = ENOUGH,
) -> None:
    if state and state not in STATES:
        raise UnknownWord(field="--state", given=state, known=", ".join(STATES))
    request = pb.ListClaimsRequest(
        state=STATES.get(state, Claim.STATE_UNSPECIFIED),
        claimant=(await find_person(session, claimant)).name if claimant else "",
        organisation=await find_organisation(session, organisation),
        query=query,
        activity=activity_name(activity) if activity else "",
    )
    found = await listed(session, session.stub(ClaimServiceStub).ListClaims, request, "claims", limit)
    session.out.table(found, LIST, kind=Claim)


@command(
    claims, "copy", "复制为新草稿，不含发票", "A new draft with the same lines, without invoices", writes=True
)
async def copy(session: Session, number: Number) -> None:
    request = pb.CopyClaimRequest(name=claim_name(number), request_id=session.request_id())
    show_claim(session.out, await session.stub(ClaimServiceStub).CopyClaim(request))


@command(claims, "delete", "删除草稿", "Delete a draft", writes=True)
async def delete(session: Session, number: Number, etag: Etag = "") -> None:
    name = claim_name(number)
    request = pb.DeleteClaimRequest(
        name=name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or (await get_claim(session, name)).etag),
    )
    show_claim(session.out, await session.stub(ClaimServiceStub).DeleteClaim(request))


@command(
    claims,
    "cut",
    "财务核减一行（金额为 0 则撤销核减）",
    "Finance cuts a line; a cut of 0 takes it back",
    writes=True,
)
async def cut(
    session: Session,
    number: Number,
    line: Annotated[str, typer.Argument(help="Line · 行")],
    amount: Annotated[str, typer.Argument(help="By how much · 核减金额")],
    reason: Annotated[str, typer.Option("--reason", help="Why · 核减原因")],
    etag: Etag = "",
) -> None:
    name = claim_name(number)
    request = pb.CutClaimLineRequest(
        name=name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or (await get_claim(session, name)).etag),
        line_id=line,
        amount=money(amount, "amount"),
        reason=reason,
    )
    show_claim(session.out, await session.stub(ClaimServiceStub).CutClaimLine(request))


@command(claims, "route", "如果现在提交，会由谁审批", "Who would decide it if it were submitted now")
async def route(session: Session, number: Number) -> None:
    request = pb.PreviewClaimRouteRequest(name=claim_name(number))
    preview = await session.stub(ClaimServiceStub).PreviewClaimRoute(request)
    if session.out.as_json:
        session.out.json(plain(preview))
    else:
        show_routes(session.out, preview.routes)
