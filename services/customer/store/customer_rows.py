"""Customers as rows and back."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from chassis.postgres.wire import json
from kernel.money import Money
from services.customer.domain.customer import Agreement, Customer
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
from services.customer.domain.life import CustomerState

TEXTS: Final = ("responsible_person", "responsible_phone", "phone", "web_site", "fax")
AMOUNTS: Final = ("yearly_sales", "yearly_sales_of_ours", "profit_and_tax")
COUNTS: Final = ("warehouse_area", "staff", "sales_staff", "transfer_share", "b_share", "hospital_share")
PERSON: Final = ("id", "name", "position", "department", "phone")


def customer_of(row: Any) -> Customer:
    """From a row of SQLAlchemy's or psycopg's making."""
    return Customer(
        number=row.number,
        file=_file_of(row),
        organisation=row.organisation,
        salesperson=row.salesperson,
        state=CustomerState(row.state),
        reason=row.reason,
        progress=row.progress,
        level=row.level,
        erp_code=row.erp_code,
        upstream=row.upstream or "",
        aliases=tuple(row.aliases),
        agreements=tuple(map(_agreement_of, row.agreements)),
        blocked=row.blocked,
        merged_into=row.merged_into or "",
        people_given=row.people_given,
        version=row.version,
        create_time=row.created_at,
        update_time=row.updated_at,
    )


def customer_columns(customer: Customer) -> dict[str, Any]:
    """Everything but what never changes: number and creation."""
    file = customer.file
    return {
        "display_name": file.name,
        "kind": file.kind.value,
        "trade": file.trade.value,
        "credit_code": file.credit_code,
        "province": file.address.province,
        "city": file.address.city,
        "file": json(_rest_of(file)),
        "state": customer.state.value,
        "reason": customer.reason,
        "progress": customer.progress,
        "level": customer.level,
        "organisation": customer.organisation,
        "salesperson": customer.salesperson,
        "erp_code": customer.erp_code,
        "upstream": customer.upstream or None,
        "aliases": list(customer.aliases),
        "agreements": json([_agreement_document(one) for one in customer.agreements]),
        "blocked": customer.blocked,
        "merged_into": customer.merged_into or None,
        "people_given": customer.people_given,
        "version": customer.version,
        "updated_at": customer.update_time,
    }


def _rest_of(file: File) -> dict[str, Any]:
    """What of a file stands in no column of its own."""
    return {
        **{name: getattr(file, name) for name in TEXTS},
        "county": file.address.county,
        "street": file.address.street,
        "commercial": _commercial_document(file.commercial) if file.commercial else None,
        "people": [{name: getattr(person, name) for name in PERSON} for person in file.people],
        "departments": [{"name": d.name, "head": d.head, "note": d.note} for d in file.departments],
        "relations": [{"customer": r.customer, "kind": r.kind} for r in file.relations],
        "products": [{"code": p.code, "name": p.name} for p in file.products],
    }


def _file_of(row: Any) -> File:
    rest = row.file
    return File(
        name=row.display_name,
        kind=Kind(row.kind),
        trade=Trade(row.trade),
        credit_code=row.credit_code,
        **{name: rest[name] for name in TEXTS},
        address=Address(row.province, row.city, rest["county"], rest["street"]),
        commercial=_commercial_of(rest["commercial"]) if rest["commercial"] else None,
        people=tuple(KeyPerson(**person) for person in rest["people"]),
        departments=tuple(Department(**department) for department in rest["departments"]),
        relations=tuple(Relation(**relation) for relation in rest["relations"]),
        products=tuple(ProductOnSale(**product) for product in rest["products"]),
    )


def _commercial_document(commercial: Commercial) -> dict[str, Any]:
    amounts = {name: getattr(commercial, name) for name in AMOUNTS}
    return {
        "business": commercial.business,
        "handles_medicines": commercial.handles_medicines,
        "warehouse_address": commercial.warehouse_address,
        **{name: getattr(commercial, name) for name in COUNTS},
        **{name: money and [money.minor, money.currency] for name, money in amounts.items()},
    }


def _commercial_of(document: dict[str, Any]) -> Commercial:
    amounts = {name: document[name] and Money.from_minor(*document[name]) for name in AMOUNTS}
    return Commercial(**document | amounts)


def _agreement_document(agreement: Agreement) -> dict[str, Any]:
    return {
        "document": agreement.document,
        "title": agreement.title,
        "valid_from": agreement.valid_from.isoformat(),
        "valid_to": agreement.valid_to.isoformat(),
        "attachments": list(agreement.attachments),
    }


def _agreement_of(document: dict[str, Any]) -> Agreement:
    return Agreement(
        document=document["document"],
        title=document["title"],
        valid_from=date.fromisoformat(document["valid_from"]),
        valid_to=date.fromisoformat(document["valid_to"]),
        attachments=tuple(document["attachments"]),
    )
