"""What people type for a licence: which one it is, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from cli.customer_view import customer_name
from cli.values import day
from zhupi.customer.v1.licence_service_pb2 import LicenceContent

Licence = Annotated[
    str, typer.Argument(metavar="C…/N", help="Licence N of a customer: C000123/1 · 客户的第 N 份证照")
]
Type = Annotated[str, typer.Option("--type", help="business, medicine-trade, … · 证照类型编码")]
Number = Annotated[str, typer.Option("--number", help="Its number · 证照编号")]
Scope = Annotated[str, typer.Option("--scope", help="What it allows · 经营范围")]
Issuer = Annotated[str, typer.Option("--issuer", help="Who gave it · 发证机关")]
From = Annotated[str, typer.Option("--from", help="First day: 2026-01-31 · 发证日期")]
Expiry = Annotated[
    str, typer.Option("--expiry", help="Last day; without end if left out · 有效期至，不填为长期")
]
Scan = Annotated[
    str, typer.Option("--scan", help="attachments/…, a file of the customer · 客户附件中的扫描件")
]


@dataclass(frozen=True, slots=True)
class Said:
    """What a licence says."""

    type_: Type
    number: Number
    expiry: Expiry = ""
    scope: Scope = ""
    issuer: Issuer = ""
    valid_from: From = ""
    scan: Scan = ""


def place_of(given: str) -> tuple[str, str]:
    """The customer's name and the licence's, from `C000123/1` or the whole name."""
    customer, _, id = given.removeprefix("customers/").replace("/licences/", "/").partition("/")
    name = customer_name(customer)
    return name, f"{name}/licences/{id}"


def content_of(said: Said) -> LicenceContent:
    content = LicenceContent(
        type=said.type_, number=said.number, scope=said.scope, issuer=said.issuer, scan=said.scan
    )
    if said.valid_from:
        content.valid_from.CopyFrom(day(said.valid_from, "valid_from"))
    if said.expiry:
        content.expiry.CopyFrom(day(said.expiry, "expiry"))
    return content
