"""A customer as people see it: its file, and what surrounds it."""

from __future__ import annotations

from typing import Final

from cli.names import resource
from cli.output import Output, plain
from cli.refusals import NotACustomer
from cli.session import Session
from reading.labels import field_at, field_label
from zhupi.customer.v1 import customer_pb2 as pb
from zhupi.customer.v1.customer_pb2_grpc import CustomerServiceStub
from zhupi.customer.v1.licence_pb2 import Licence

HEAD: Final = (
    "name", "file.display_name", "file.kind", "file.trade", "state", "reason", "progress", "level", "blocked_for_orders",
    "merged_into", "salesperson", "organisation", "erp_code", "upstream", "file.credit_code", "file.responsible_person",
    "file.responsible_phone", "file.phone", "file.fax", "file.web_site", "file.address.province", "file.address.city",
    "file.address.county", "file.address.street", "file.commercial.business", "file.commercial.warehouse_address",
    "file.commercial.warehouse_area", "file.commercial.yearly_sales", "file.commercial.yearly_sales_of_ours",
    "file.commercial.profit_and_tax", "file.commercial.staff", "file.commercial.sales_staff", "aliases", "version",
    "update_time",
)  # fmt: skip
LIST: Final = (
    "name", "file.display_name", "file.kind", "file.trade", "state", "level", "file.address.city", "salesperson",
    "organisation", "blocked_for_orders",
)  # fmt: skip
PEOPLE: Final = ("id", "display_name", "position", "department", "phone")
LICENCES: Final = ("type", "number", "issuer", "valid_from", "expiry")
AGREEMENTS: Final = ("title", "valid_from", "valid_to", "document")
BELOW: Final = ("name", "display_name", "kind", "state", "downstream")
LEVELS: Final = ("time", "from", "to", "actor", "document", "reason")
NAMED: Final = ("name", "display_name")


def customer_name(given: str) -> str:
    """`customers/C000123` from `C000123`, `c123` or the whole name. Raises NotACustomer."""
    number = given.removeprefix("customers/").upper()
    digits = number.removeprefix("C")
    if not digits.isdecimal() or len(digits) > 12:
        raise NotACustomer(given=given)
    return resource("customers", f"C{int(digits):06}")


async def get_customer(session: Session, given: str) -> pb.Customer:
    request = pb.GetCustomerRequest(name=customer_name(given))
    return await session.stub(CustomerServiceStub).GetCustomer(request)


def show_customer(out: Output, customer: pb.Customer) -> None:
    out.details(customer, HEAD)
    if customer.file.people and not out.as_json:
        out.table(customer.file.people, PEOPLE, kind=pb.KeyPerson)


def show_view(out: Output, view: pb.CustomerView) -> None:
    """The 360° view; what there is nothing of is left out."""
    if out.as_json:
        out.json(plain(view))
        return
    show_customer(out, view.customer)
    parts = (
        ("licences", view.licences, LICENCES, Licence),
        ("upstream", view.upstream, NAMED, pb.CustomerReference),
        ("downstream", view.downstream, BELOW, pb.DownstreamCustomer),
        ("level_changes", view.level_changes, LEVELS, pb.LevelChange),
        ("related", view.related, NAMED, pb.CustomerReference),
        ("merged", view.merged, NAMED, pb.CustomerReference),
    )
    for name, rows, columns, kind in parts:
        if rows:
            label = field_label(field_at(view.DESCRIPTOR, name), out.language)
            out.say(label, label, style="bold")
            out.table(list(rows), columns, kind=kind)
