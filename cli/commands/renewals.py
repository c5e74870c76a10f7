"""`zhupi renewal …`: asking that a new licence of a customer take the place of the old one (换证)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

import typer

from cli.claim_view import latest_case
from cli.command import command
from cli.customer_view import customer_name
from cli.help import DOCUMENTS, group
from cli.licence_said import Expiry, From, Issuer, Scan, Scope, place_of
from cli.names import licence_renewal as renewal_name
from cli.names import resource
from cli.options import Etag, Organisation, Requester
from cli.organisations import find_organisation
from cli.output import Output, plain
from cli.paging import ENOUGH, Limit, listed
from cli.people import find_person
from cli.refusals import UnknownWord
from cli.route_view import show_routes
from cli.session import Session
from cli.values import day
from cli.work_item_view import waiting
from kernel.errors import NotFound
from reading.names import bare
from zhupi.customer.v1 import renewal_pb2 as pb
from zhupi.customer.v1.licence_pb2 import Licence as LicenceMessage
from zhupi.customer.v1.licence_service_pb2 import LicenceContent, ListLicencesRequest
from zhupi.customer.v1.licence_service_pb2_grpc import LicenceServiceStub
from zhupi.customer.v1.renewal_pb2 import LicenceRenewal
from zhupi.customer.v1.renewal_pb2_grpc import LicenceRenewalServiceStub

PANEL = DOCUMENTS
renewals = group("证照换证", "Licences of customers that are to be renewed")

HEAD: Final = (
    "name", "customer", "display_name", "renews", "licence.type", "licence.number", "licence.valid_from",
    "licence.expiry", "licence.scope", "licence.issuer", "licence.scan", "note", "requester", "organisation",
    "state", "reason", "create_time", "submit_time", "renew_time", "version",
)  # fmt: skip
LIST: Final = (
    "name", "display_name", "renews", "licence.type", "licence.number", "licence.expiry", "requester", "state",
    "update_time",
)  # fmt: skip
PREVIOUS: Final = ("name", "type", "number", "issuer", "valid_from", "expiry")
STATES: Final = {
    name.removeprefix("STATE_").lower().replace("_", "-"): n for name, n in LicenceRenewal.State.items() if n
}

Number = Annotated[str, typer.Argument(metavar="LR-…", help="Number of the renewal · 换证单号")]
Of = Annotated[
    str,
    typer.Argument(
        metavar="C…[/N]",
        help="Licence N of a customer, or the customer that lacks one · 客户的第 N 份证照；缺证照时只填客户编号",
    ),
]
Type = Annotated[
    str,
    typer.Option("--type", help="Only where none is renewed: business, … · 新增证照的类型编码；换证时不填"),
]
NewNumber = Annotated[str, typer.Option("--number", help="Its number; as it was · 证照编号；默认不变")]
Note = Annotated[str | None, typer.Option("--note", help="Why · 说明")]


@dataclass(frozen=True, slots=True)
class Renewed:
    """What the new licence says. What is left out is as it was, but for when it ends."""

    number: NewNumber = ""
    expiry: Expiry = ""
    valid_from: From = ""
    scope: Scope = ""
    issuer: Issuer = ""
    scan: Scan = ""

    def over(self, before: LicenceContent) -> LicenceContent:
        content = LicenceContent()
        content.CopyFrom(before)
        for field in ("number", "scope", "issuer", "scan"):
            if said := getattr(self, field):
                setattr(content, field, said)
        for field in ("valid_from", "expiry"):
            if said := getattr(self, field):
                getattr(content, field).CopyFrom(day(said, f"licence.{field}"))
        return content


@command(renewals, "new", "为客户的证照新建换证申请草稿", "Draft the renewal of a licence", writes=True)
async def new(session: Session, of: Of, said: Renewed, type_: Type = "", note: Note = None) -> None:
    customer, renews = place_of(of) if "/" in of.removeprefix("customers/") else (customer_name(of), "")
    before = LicenceContent(type=type_)
    if renews:
        before = await _as_it_was(session, customer, renews)
        before.ClearField("valid_from")
        before.ClearField("expiry")
        before.ClearField("scan")
    request = pb.CreateLicenceRenewalRequest(
        request_id=session.request_id(),
        customer=customer,
        renews=renews,
        licence=said.over(before),
        note=note or "",
    )
    renewal = await session.stub(LicenceRenewalServiceStub).CreateLicenceRenewal(request)
    show_renewal(session.out, renewal)
    submit = f"zhupi renewal submit {bare(renewal.name)}"
    session.out.say(f"提交：{submit}", f"To submit it: {submit}", style="dim")


@command(renewals, "edit", "修改草稿或被退回的申请", "Change a draft or one that was returned", writes=True)
async def edit(session: Session, renewal: Number, said: Renewed, note: Note = None, etag: Etag = "") -> None:
    before = await get_renewal(session, renewal_name(renewal))
    request = pb.UpdateLicenceRenewalRequest(
        name=before.name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or before.etag),
        licence=said.over(before.licence),
        note=before.note if note is None else note,
    )
    show_renewal(session.out, await session.stub(LicenceRenewalServiceStub).UpdateLicenceRenewal(request))


@command(renewals, "submit", "提交审批", "Ask for approval", writes=True)
async def submit(session: Session, number: Number, etag: Etag = "") -> None:
    name = renewal_name(number)
    request = pb.SubmitLicenceRenewalRequest(
        name=name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or (await get_renewal(session, name)).etag),
    )
    show_renewal(session.out, await session.stub(LicenceRenewalServiceStub).SubmitLicenceRenewal(request))


@command(renewals, "show", "查看一份换证申请，以及现在由谁处理", "One renewal, and who has it now")
async def show(session: Session, number: Number) -> None:
    renewal = await get_renewal(session, renewal_name(number))
    case = await latest_case(session, renewal.name)
    if session.out.as_json:
        session.out.json({"renewal": plain(renewal), "case": plain(case) if case else None})
        return
    show_renewal(session.out, renewal)
    if case is not None:
        waiting(session.out, case)


@command(renewals, "list", "列出换证申请", "List renewals")
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
    request = pb.ListLicenceRenewalsRequest(
        state=STATES.get(state, LicenceRenewal.STATE_UNSPECIFIED),
        customer=resource("customers", customer) if customer else "",
        requester=(await find_person(session, requester)).name if requester else "",
        organisation=await find_organisation(session, organisation),
        query=query,
    )
    rpc = session.stub(LicenceRenewalServiceStub).ListLicenceRenewals
    found = await listed(session, rpc, request, "licence_renewals", limit)
    session.out.table(found, LIST, kind=LicenceRenewal)


@command(renewals, "delete", "删除草稿", "Delete a draft", writes=True)
async def delete(session: Session, number: Number, etag: Etag = "") -> None:
    name = renewal_name(number)
    request = pb.DeleteLicenceRenewalRequest(
        name=name,
        request_id=session.request_id(),
        etag=session.pinned("--etag", etag or (await get_renewal(session, name)).etag),
    )
    show_renewal(session.out, await session.stub(LicenceRenewalServiceStub).DeleteLicenceRenewal(request))


@command(renewals, "route", "如果现在提交，会由谁审批", "Who would decide it if it were submitted now")
async def route(session: Session, number: Number) -> None:
    request = pb.PreviewLicenceRenewalRouteRequest(name=renewal_name(number))
    preview = await session.stub(LicenceRenewalServiceStub).PreviewLicenceRenewalRoute(request)
    if session.out.as_json:
        session.out.json(plain(preview))
    else:
        show_routes(session.out, preview.routes)


async def get_renewal(session: Session, name: str) -> LicenceRenewal:
    request = pb.GetLicenceRenewalRequest(name=name)
    return await session.stub(LicenceRenewalServiceStub).GetLicenceRenewal(request)


def show_renewal(out: Output, renewal: LicenceRenewal) -> None:
    """The new licence, and the old one as it was submitted."""
    out.details(renewal, HEAD)
    if renewal.HasField("previous") and not out.as_json:
        out.table([renewal.previous], PREVIOUS, kind=LicenceMessage)


async def _as_it_was(session: Session, customer: str, name: str) -> LicenceContent:
    """What the licence says now. Raises NotFound."""
    request = ListLicencesRequest(customer=customer)
    lines = await listed(session, session.stub(LicenceServiceStub).ListLicences, request, "lines")
    for line in lines:
        if line.licence.name == name:
            one = line.licence
            return LicenceContent(type=one.type, number=one.number, scope=one.scope, issuer=one.issuer)
    raise NotFound(name=name)
