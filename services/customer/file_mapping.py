"""Files of customers as messages and back."""

from __future__ import annotations

from typing import Final

from google.type.money_pb2 import Money as MoneyMessage

from chassis.rpc.interceptors.validation import validate
from chassis.rpc.values import id_in, money_from_message, money_to_message
from kernel.fields import within
from kernel.money import Money
from services.customer.domain.file import (
    Address,
    Commercial,
    Department,
    File,
    KeyPerson,
    ProductOnSale,
    Relation,
)
from services.customer.domain.kinds import Kind, Trade
from zhupi.customer.v1 import customer_pb2 as pb

KINDS: Final = {kind: pb.CustomerKind.Value(f"CUSTOMER_KIND_{kind.name}") for kind in Kind}
KINDS_BACK: Final = {number: kind for kind, number in KINDS.items()}
TRADES: Final = {trade: pb.CustomerTrade.Value(f"CUSTOMER_TRADE_{trade.name}") for trade in Trade}
TRADES_BACK: Final = {number: trade for trade, number in TRADES.items()}


def file_to_message(file: File) -> pb.CustomerFile:
    address = file.address
    return pb.CustomerFile(
        display_name=file.name,
        kind=KINDS[file.kind],
        trade=TRADES[file.trade],
        credit_code=file.credit_code,
        responsible_person=file.responsible_person,
        responsible_phone=file.responsible_phone,
        phone=file.phone,
        web_site=file.web_site,
        fax=file.fax,
        address=pb.Address(
            province=address.province, city=address.city, county=address.county, street=address.street
        ),
        commercial=_commercial_to_message(file.commercial) if file.commercial else None,
        people=[
            pb.KeyPerson(
                id=p.id, display_name=p.name, position=p.position, department=p.department, phone=p.phone
            )
            for p in file.people
        ],
        departments=[pb.Department(display_name=d.name, head=d.head, note=d.note) for d in file.departments],
        relations=[pb.Relation(customer=f"customers/{r.customer}", kind=r.kind) for r in file.relations],
        products=[pb.ProductOnSale(code=p.code, display_name=p.name) for p in file.products],
    )


def file_from_message(message: pb.CustomerFile) -> File:
    """Raises what amounts raise, about the field at fault."""
    address = message.address
    with within("commercial"):
        commercial = _commercial_from_message(message.commercial) if message.HasField("commercial") else None
    return File(
        name=message.display_name,
        kind=KINDS_BACK[message.kind],
        trade=TRADES_BACK[message.trade],
        credit_code=message.credit_code,
        responsible_person=message.responsible_person,
        responsible_phone=message.responsible_phone,
        phone=message.phone,
        web_site=message.web_site,
        fax=message.fax,
        address=Address(address.province, address.city, address.county, address.street),
        commercial=commercial,
        people=tuple(
            KeyPerson(
                id=p.id, name=p.display_name, position=p.position, department=p.department, phone=p.phone
            )
            for p in message.people
        ),
        departments=tuple(Department(d.display_name, d.head, d.note) for d in message.departments),
        relations=tuple(Relation(id_in(r.customer, "customers"), r.kind) for r in message.relations),
        products=tuple(ProductOnSale(p.code, p.display_name) for p in message.products),
    )


def _commercial_to_message(commercial: Commercial) -> pb.Commercial:
    return pb.Commercial(
        business=commercial.business,
        handles_medicines=commercial.handles_medicines,
        warehouse_address=commercial.warehouse_address,
        warehouse_area=commercial.warehouse_area,
        yearly_sales=_amount_to_message(commercial.yearly_sales),
        yearly_sales_of_ours=_amount_to_message(commercial.yearly_sales_of_ours),
        profit_and_tax=_amount_to_message(commercial.profit_and_tax),
        staff=commercial.staff,
        sales_staff=commercial.sales_staff,
        transfer_share=commercial.transfer_share,
        b_share=commercial.b_share,
        hospital_share=commercial.hospital_share,
    )


def _commercial_from_message(message: pb.Commercial) -> Commercial:
    return Commercial(
        business=message.business,
        handles_medicines=message.handles_medicines,
        warehouse_address=message.warehouse_address,
        warehouse_area=message.warehouse_area,
        yearly_sales=_amount(message, "yearly_sales"),
        yearly_sales_of_ours=_amount(message, "yearly_sales_of_ours"),
        profit_and_tax=_amount(message, "profit_and_tax"),
        staff=message.staff,
        sales_staff=message.sales_staff,
        transfer_share=message.transfer_share,
        b_share=message.b_share,
        hospital_share=message.hospital_share,
    )


def _amount_to_message(amount: Money | None) -> MoneyMessage | None:
    return money_to_message(amount) if amount is not None else None


def _amount(message: pb.Commercial, field: str) -> Money | None:
    """Absent is not known."""
    if not message.HasField(field):  # type: ignore[arg-type]  # the name of a field
        return None
    with within(field):
        return money_from_message(getattr(message, field))


def checked(file: File) -> None:
    """Raises InvalidArgument for a file that the contract would not let in, however it came."""
    validate(file_to_message(file))
