"""`zhupi onboarding …`: asking that customers become formal (客户转正)."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cli.claim_view import latest_case
from cli.command import command
from cli.customer_words import in_words
from cli.help import DOCUMENTS, group
from cli.names import onboarding as onboarding_name
from cli.names import resource
from cli.options import Etag, Organisation, Requester
from cli.organisations import find_organisation
from cli.output import Output, plain
from cli.paging import ENOUGH, Limit, listed
from cli.people import find_person
from cli.refusals import UnknownWord
from cli.route_view import show_routes
from cli.session import Session
from cli.values import money
from cli.work_item_view import waiting
from reading.names import bare
from zhupi.customer.v1 import onboarding_pb2 as pb
from zhupi.customer.v1.licence_pb2 import Licence
from zhupi.customer.v1.onboarding_pb2 import Difference, Onboarding, OnboardingTerms
from zhupi.customer.v1.onboarding_pb2_grpc import OnboardingServiceStub

PANEL = DOCUMENTS
onboardings = group("客户转正", "Customers that are to become formal")

HEAD: Final = (
    "name", "customer", "display_name", "credit_code", "kind", "requester", "organisation", "terms.credit_limit",
    "terms.payment_terms_days", "terms.note", "terms.attachments", "terms.despite", "terms.becomes_direct", "state", "reason",
    "erp_code",
    "create_time", "submit_time", "formal_time", "version",
)  # fmt: skip
LIST: Final = (
    "name", "display_name", "customer", "requester", "terms.credit_limit", "state", "erp_code", "update_time",
)  # fmt: skip
LICENCES: Final = ("type", "number", "issuer", "valid_from", "expiry")
DIFFERENCES: Final = ("field", "then", "now")
STATES: Final = {
    name.removeprefix("STATE_").lower().replace("_", "-"): n for name, n in Onboarding.State.items() if n
}

Number = Annotated[str, typer.Argument(metavar="ON-…", help="Number of the onboarding · 转正单号")]
Credit = Annotated[
    str | None,
    typer.Option("--credit", metavar="AMOUNT", help="Credit limit; empty: none · 信用额度；空为不申请"),
]
Days = Annotated[int | None, typer.Option("--days", min=0, max=365, help="Days to pay · 账期（天）")]
Note = Annotated[str | None, typer.Option("--note", help="Why · 说明")]
Despite = Annotated[
    list[str] | None,
    typer.Option("--despite", metavar="C…", help="Looks alike and is not the same · 相似但并非同一客户"),
]


Direct = Annotated[
    bool | None,
    typer.Option("--direct/--as-it-is", help="It becomes a direct customer by this · 由间接转为直接交易"),
]


def terms_after(
    terms: OnboardingTerms,
    credit: str | None,
    days: int | None,
    note: str | None,
    despite: list[str] | None,
    direct: bool | None,
) -> OnboardingTerms:
    """`terms` with what was typed; None leaves it as it is."""
    after = OnboardingTerms()
    after.CopyFrom(terms)
    if credit is not None:
        after.ClearField("credit_limit")
        if credit:
            after.credit_limit.CopyFrom(money(credit, "terms.credit_limit"))
    if days is not None:
        after.payment_terms_days = days
    if note is not None:
        after.note = note
    if despite is not None:
        after.despite[:] = [resource("customers", one) for one in despite]
    if direct is not None:
        after.becomes_direct = direct
    return after


@command(onboardings, "new", "为客户新建转正申请草稿", "Draft a request for a customer", writes=True)
async def new(
    session: Session,
    customer: Annotated[str, typer.Argument(metavar="C…", help="The customer · 客户编号")],
    credit: Credit = None,
    days: Days = None,
    note: Note = None,
    despite: Despite = None,
    direct: Direct = None,
) -> None:
    request = pb.CreateOnboardingRequest(
        request_id=session.request_id(),
        customer=resource("customers", customer),
        terms=terms_after(OnboardingTerms(), credit, days, note, despite, direct),
    )
    onboarding = await session.stub(OnboardingServiceStub).CreateOnboarding(request)
    show_onboarding(session.out, onboarding)
    submit = f"zhupi onboarding submit {bare(onboarding.name)}"
    session.out.say(f"提交：{submit}", f"To submit it: {submit}", style="dim")


@command(
    onboardings, "edit", "修改草稿或被退回的申请", "Change a draft or one that was returned", writes=True
)
async def edit(
    session: Session,
    number: Number,
    credit: Credit = None,
    days: Days = None,
    note: Note = None,
    despite: Despite = None,
    direct: Direct = None,
    etag: Etag = "",
) -> None:
    onboarding = await get_onboarding(session, onboarding_name(number))
    request = pb.UpdateOnboardingRequest(
        name=onboarding.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or onboarding.etag),
        terms=terms_after(onboarding.terms, credit, days, note, despite, direct),
    )
    show_onboarding(session.out, await session.stub(OnboardingServiceStub).UpdateOnboarding(request))


@command(onboardings, "submit", "提交审批", "Ask for approval", writes=True)
async def submit(session: Session, number: Number, etag: Etag = "") -> None:
    name = onboarding_name(number)
    request = pb.SubmitOnboardingRequest(
        name=name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or (await get_onboarding(session, name)).etag),
    )
    show_onboarding(session.out, await session.stub(OnboardingServiceStub).SubmitOnboarding(request))


@command(onboardings, "show", "查看一份转正申请，以及现在由谁处理", "One onboarding, and who has it now")
async def show(session: Session, number: Number) -> None:
    onboarding = await get_onboarding(session, onboarding_name(number))
    case = await latest_case(session, onboarding.name)
    if session.out.as_json:
        session.out.json({"onboarding": plain(onboarding), "case": plain(case) if case else None})
        return
    await in_words(session, session.out, licences=onboarding.frozen.licences)
    show_onboarding(session.out, onboarding)
    if case is not None:
        waiting(session.out, case)


@command(onboardings, "list", "列出转正申请", "List onboardings")
async def list_(
    session: Session,
    state: Annotated[str, typer.Option("--state", help=f"State: {', '.join(STATES)} · 状态")] = "",
    customer: Annotated[str, typer.Option("--customer", metavar="C…", help="The customer · 客户编号")] = "",
    requester: Requester = "",
    organisation: Organisation = "",
    query: Annotated[
        str, typer.Option("--query", help="Part of number or customer's name · 单号或客户名称的一部分")
    ] = "",
    limit: Limit = ENOUGH,
) -> None:
    if state and state not in STATES:
        raise UnknownWord(field="--state", given=state, known=", ".join(STATES))
    request = pb.ListOnboardingsRequest(
        state=STATES.get(state, Onboarding.STATE_UNSPECIFIED),
        customer=resource("customers", customer) if customer else "",
        requester=(await find_person(session, requester)).name if requester else "",
        organisation=await find_organisation(session, organisation),
        query=query,
    )
    stub = session.stub(OnboardingServiceStub)
    found = await listed(session, stub.ListOnboardings, request, "onboardings", limit)
    session.out.table(found, LIST, kind=Onboarding)


@command(onboardings, "delete", "删除草稿", "Delete a draft", writes=True)
async def delete(session: Session, number: Number, etag: Etag = "") -> None:
    name = onboarding_name(number)
    request = pb.DeleteOnboardingRequest(
        name=name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or (await get_onboarding(session, name)).etag),
    )
    show_onboarding(session.out, await session.stub(OnboardingServiceStub).DeleteOnboarding(request))


@command(onboardings, "route", "如果现在提交，会由谁审批", "Who would decide it if it were submitted now")
async def route(session: Session, number: Number) -> None:
    request = pb.PreviewOnboardingRouteRequest(name=onboarding_name(number))
    preview = await session.stub(OnboardingServiceStub).PreviewOnboardingRoute(request)
    if session.out.as_json:
        session.out.json(plain(preview))
    else:
        show_routes(session.out, preview.routes)


async def get_onboarding(session: Session, name: str) -> Onboarding:
    return await session.stub(OnboardingServiceStub).GetOnboarding(pb.GetOnboardingRequest(name=name))


def show_onboarding(out: Output, onboarding: Onboarding) -> None:
    """What is asked for; what was frozen of the customer; what has changed since."""
    out.details(onboarding, HEAD)
    if out.as_json:
        return
    if onboarding.frozen.licences:
        out.table(onboarding.frozen.licences, LICENCES, kind=Licence)
    if onboarding.differences:
        out.table(onboarding.differences, DIFFERENCES, kind=Difference)
