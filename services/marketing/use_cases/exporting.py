"""Lists of activities as files."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from chassis.files.sheets import SheetFormat, write_sheets
from chassis.postgres.paging import PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import FailedPrecondition
from services.marketing.domain.export_rows import sheets_of
from services.marketing.use_cases.activity_queries import ListActivities, list_activities
from services.marketing.use_cases.ports import Directory, Work

MOST: Final = 20_000


class TooManyActivities(FailedPrecondition):
    zh = "超过 {most} 个活动，请缩小范围"
    en = "There are more than {most} activities; narrow it"


@dataclass(frozen=True, slots=True)
class ExportActivities:
    asked: ListActivities
    format: SheetFormat


async def export_activities(
    cmd: ExportActivities, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> bytes:
    """What the list shows the caller. Raises TooManyActivities."""
    whole = replace(cmd.asked, page=PageRequest(size=MOST))
    page = await list_activities(whole, uow=uow, actor=actor, clock=clock, directory=directory)
    if page.next_page_token:
        raise TooManyActivities(most=MOST)
    return await asyncio.to_thread(write_sheets, sheets_of(page.items), cmd.format)
