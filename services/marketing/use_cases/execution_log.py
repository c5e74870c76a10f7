"""What people write down while an activity is prepared and takes place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.ids import uuid7
from services.marketing.domain.execution_log import DayInFuture, LogEntry, LogEntryWritten
from services.marketing.permissions import require_own
from services.marketing.use_cases.evidence import must_see
from services.marketing.use_cases.ports import Cases, Directory, Work
from services.marketing.use_cases.sight import sight_of


@dataclass(frozen=True, slots=True)
class WriteLogEntry:
    activity: str
    day: date
    text: str


@dataclass(frozen=True, slots=True)
class ListLogEntries:
    activity: str
    page: PageRequest


async def write_log_entry(
    cmd: WriteLogEntry, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> LogEntry:
    """Of this and the submission of the closure whichever is written first holds. Raises DayInFuture."""
    sight = await sight_of(actor, directory)
    async with uow:
        activity = await uow.activities.get_for_update(cmd.activity, sight)
        require_own(actor, "WriteLogEntry", activity, sight.organisations)
        activity.must_take("log")
        now = clock.now()
        if cmd.day > local_date(now):
            raise DayInFuture(field="day", day=cmd.day)
        entry = LogEntry(
            id=uuid7(now),
            activity=activity.number,
            day=cmd.day,
            text=cmd.text,
            writer=actor.person,
            create_time=now,
        )
        uow.execution_log.add(entry)
        event = LogEntryWritten(
            document=activity.name,
            version=activity.version,
            by=actor,
            at=now,
            entry=entry.name,
            day=entry.day,
            text=entry.text,
        )
        uow.record(event)
        return await uow.commit(entry)


async def list_log_entries(
    cmd: ListLogEntries, *, uow: Work, actor: Actor, clock: Clock, directory: Directory, cases: Cases
) -> Page[LogEntry]:
    """Raises NotFound, also where the caller may not see the activity."""
    await must_see(cmd.activity, f"activities/{cmd.activity}", uow, actor, directory, cases)
    async with uow:
        return await uow.execution_log.page(cmd.activity, cmd.page)
