"""`zhupi licence …`: licences of customers, as those see them who keep them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

import typer

from cli.command import command
from cli.customer_view import LICENCES, customer_name, get_customer
from cli.customer_words import in_words
from cli.help import DOCUMENTS, group
from cli.licence_said import Licence, Said, content_of, place_of
from cli.paging import ENOUGH, Limit, listed
from cli.session import Session
from cli.values import day, today
from zhupi.customer.v1 import licence_service_pb2 as pb
from zhupi.customer.v1.licence_service_pb2_grpc import LicenceServiceStub

PANEL = DOCUMENTS
licences = group("证照", "Licences of customers")

SHOWN: Final = ("name", *LICENCES, "scope", "valid_from", "scan")
LIST: Final = (
    "licence.name", "customer.display_name", "licence.type", "licence.number", "licence.expiry", "salesperson",
)  # fmt: skip

Customer = Annotated[str, typer.Argument(metavar="C…", help="Number of the customer · 客户编号")]
Etag = Annotated[
    str, typer.Option("--etag", help="The customer's version seen · 看到的客户版本标记；默认取当前的")
]


@command(licences, "record", "登记证照", "Record a licence of a customer", writes=True)
async def record(session: Session, customer: Customer, said: Said, etag: Etag = "") -> None:
    name = customer_name(customer)
    request = pb.RecordLicenceRequest(
        customer=name,
        request_id=session.request_id(),
        etag=await _etag(session, name, etag),
        licence=content_of(said),
    )
    session.out.details(await session.stub(LicenceServiceStub).RecordLicence(request), SHOWN)


@command(licences, "update", "修改证照", "Say anew what a licence says", writes=True)
async def update(session: Session, licence: Licence, said: Said, etag: Etag = "") -> None:
    customer, name = place_of(licence)
    request = pb.UpdateLicenceRequest(
        name=name,
        request_id=session.request_id(),
        etag=await _etag(session, customer, etag),
        licence=content_of(said),
    )
    session.out.details(await session.stub(LicenceServiceStub).UpdateLicence(request), SHOWN)


@command(licences, "remove", "移除证照", "Remove a licence", writes=True)
async def remove(session: Session, licence: Licence, etag: Etag = "") -> None:
    customer, name = place_of(licence)
    request = pb.RemoveLicenceRequest(
        name=name, request_id=session.request_id(), etag=await _etag(session, customer, etag)
    )
    session.out.details(await session.stub(LicenceServiceStub).RemoveLicence(request), SHOWN)


@command(licences, "list", "证照列表，先到期的在前", "List licences, the next to expire first")
async def list_(
    session: Session,
    customer: Annotated[str, typer.Option("--customer", help="Only of this customer · 只看该客户")] = "",
    type_: Annotated[str, typer.Option("--type", help="Only of this type · 只看该类型")] = "",
    within: Annotated[
        int | None,
        typer.Option(
            "--within",
            min=-36500,
            max=36500,
            help="Only those that expire within so many days · 若干天内到期",
        ),
    ] = None,
    limit: Limit = ENOUGH,
) -> None:
    request = pb.ListLicencesRequest(customer=customer_name(customer) if customer else "", type=type_)
    if within is not None:
        request.expiring_by.CopyFrom(day((today() + timedelta(days=within)).isoformat()))
    lines = await listed(session, session.stub(LicenceServiceStub).ListLicences, request, "lines", limit)
    await in_words(session, session.out, licences=(line.licence for line in lines))
    session.out.table(lines, LIST, kind=pb.ListLicencesResponse.Line)


async def _etag(session: Session, customer: str, given: str) -> str:
    return session.pinned("--etag", given or (await get_customer(session, customer)).etag)
