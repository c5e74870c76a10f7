"""Takes the group's customers over, as an administrator does who sets a house up; those that are there are left alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from time import monotonic
from typing import Final
from uuid import uuid4

from cli.session import Session
from cli.takeover import parts, take_over
from demo.customers import customers
from demo.found import Found, Part
from demo.group import Group, Size
from kernel.errors import Refusal
from kernel.text import Text
from zhupi.customer.v1.takeover_pb2 import KeptCustomer, TakenCustomer

# In one request: few enough that whoever looks at a customer meanwhile hardly waits.
AT_ONCE: Final = 10
# Offices that a home of before does not have: its group was a smaller one, or has been changed.
NOT_THERE: Final = frozenset({"UNKNOWN_PERSON", "UNKNOWN_ORGANISATION"})


async def load_customers(
    session: Session, group: Group, size: Size, today: date, *, gently: bool = False
) -> Part:
    """`gently`: with pauses, for others to have their turn."""
    title, taken = Text("客户", "customers"), list[TakenCustomer]()
    for of_office in customers(group, size, today):
        for some in parts(of_office, AT_ONCE):
            begun = monotonic()
            taken += await _taken(session, some)
            if gently:
                await asyncio.sleep(monotonic() - begun)
    found = Found.UNCHANGED if all(one.known for one in taken) else Found.LOADED
    return Part(title, found, len(taken))


async def _taken(session: Session, some: Sequence[KeptCustomer]) -> list[TakenCustomer]:
    try:
        return await take_over(session, some, lambda: str(uuid4()))
    except Refusal as refusal:
        if refusal.reason not in NOT_THERE:
            raise
        return []
