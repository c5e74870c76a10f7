"""The engine's clock for what is looked at regularly. The worker sees to it that it is set, and set as it is here."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from workflows.contracts import ALLOTMENT_RECONCILIATION, CASES_QUEUE, LICENCE_WATCH
from workflows.watches import AllotmentReconciliation, LicenceWatch

WATCHES: Final[tuple[type, ...]] = (LicenceWatch, AllotmentReconciliation)
# Before people begin to work, where they are.
DAILY: Final = ScheduleSpec(
    calendars=[ScheduleCalendarSpec(hour=(ScheduleRange(6),), comment="06:00")],
    time_zone_name="Asia/Shanghai",
)
# Whether it is time marketing says; so long people wait at most who have asked for one.
EVERY_FEW_MINUTES: Final = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(minutes=5))])


def _watch(name: str, spec: ScheduleSpec, policy: SchedulePolicy) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(name, id=name, task_queue=CASES_QUEUE), spec=spec, policy=policy
    )


SCHEDULES: Final = {
    LICENCE_WATCH: _watch(
        LICENCE_WATCH,
        DAILY,
        # An engine that was down looks once for all the days that it missed.
        SchedulePolicy(overlap=ScheduleOverlapPolicy.BUFFER_ONE, catchup_window=timedelta(days=365)),
    ),
    ALLOTMENT_RECONCILIATION: _watch(
        ALLOTMENT_RECONCILIATION,
        EVERY_FEW_MINUTES,
        # There is always another one soon.
        SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(minutes=5)),
    ),
}


async def set_schedules(client: Client) -> None:
    """As often as one likes, from as many workers as there are. A schedule that people have paused stays paused."""
    for name, schedule in SCHEDULES.items():
        try:
            await client.create_schedule(name, schedule)
        except ScheduleAlreadyRunningError:
            await client.get_schedule_handle(name).update(partial(_as, schedule))


def _as(wanted: Schedule, now: ScheduleUpdateInput) -> ScheduleUpdate | None:
    """None where it is set so already: an update drops what the engine has missed and was about to catch up on."""
    schedule = now.description.schedule
    if _said(schedule) == _said(wanted):
        return None
    return ScheduleUpdate(replace(wanted, state=schedule.state))


def _said(schedule: Schedule) -> tuple[object, ...]:
    """What is ours to say; the engine adds to an action what it fills in itself."""
    action = schedule.action
    assert isinstance(action, ScheduleActionStartWorkflow)
    return schedule.spec, schedule.policy, action.workflow, action.id, action.task_queue
