"""Customers with everything that a test does not care about filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.customer.domain.customer import Customer
from services.customer.domain.file import Address, File
from services.customer.domain.follow_up import FollowUp
from services.customer.domain.kinds import Kind, Trade

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def a_file(name: str = "河南康源医药有限公司", **said: Any) -> File:
    kind = said.pop("kind", Kind.PRIMARY_COMMERCIAL)
    trade = said.pop("trade", Trade.DIRECT)
    address = said.pop("address", Address("河南省", "郑州市", "金水区", "花园路 1 号"))
    return File(name=name, kind=kind, trade=trade, address=address, **said)


def a_customer(number: str = "C000001", **said: Any) -> Customer:
    """`said` are fields of the customer; `file` and the rest have defaults."""
    defaults = {
        "number": number,
        "file": a_file(),
        "organisation": "henan",
        "salesperson": "lihua",
        "create_time": NOW,
        "update_time": NOW,
    }
    return Customer(**{**defaults, **said})  # type: ignore[arg-type]  # as the test says


def a_follow_up(customer: Customer, number: str = "LC-2026-000001", *, level: str = "A") -> FollowUp:
    """An approved change of level, as it is heard of."""
    return FollowUp(
        number=number,
        case=f"cases/customer-level-change/{number}/1",
        process="customer-level-change",
        title="年度评级",
        requester="lihua",
        customer=customer.number,
        values={"customer": customer.name, "level": level, "reason": "年度评级"},
        create_time=NOW,
        update_time=NOW,
    )
