"""Lists of customers as files."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from chassis.files.sheets import SheetFormat, write_sheets
from chassis.postgres.paging import PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import FailedPrecondition
from services.customer.domain.export_rows import sheet_of
from services.customer.use_cases.customer_queries import ListCustomers, list_customers
from services.customer.use_cases.ports import Directory, Work

MOST = 20_000


class TooManyCustomers(FailedPrecondition):
    zh = "超过 {most} 个客户，请缩小范围"
    en = "There are more than {most} customers; narrow it"


async def export_customers(
    cmd: tuple[ListCustomers, SheetFormat], *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> bytes:
    """What the list shows the caller, phones as they may be seen. Raises TooManyCustomers."""
    asked, format = cmd
    whole = replace(asked, page=PageRequest(size=MOST))
    page = await list_customers(whole, uow=uow, actor=actor, clock=clock, directory=directory)
    if page.next_page_token:
        raise TooManyCustomers(most=MOST)
    return await asyncio.to_thread(write_sheets, [sheet_of(page.items)], format)
