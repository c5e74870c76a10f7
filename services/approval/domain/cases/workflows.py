"""How the workflow of a case stands, as far as approval cares, and what is said of one that is gone."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from kernel.text import Text

FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(days=1)


class WorkflowStatus(StrEnum):
    RUNNING = "running"
    STUCK = "stuck"
    """It is there, and fails again and again where it stands, as code with a mistake does."""
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TERMINATED = "terminated"
    TIMED_OUT = "timed_out"
    LOST = "lost"
    """The engine knows of no such workflow."""


WORDS: Final = {
    WorkflowStatus.RUNNING: Text("正在运行", "runs"),
    WorkflowStatus.STUCK: Text(
        "反复出错，请查看 worker 的日志", "fails again and again: see the log of the worker"
    ),
    WorkflowStatus.COMPLETED: Text("提前结束", "had ended before its case"),
    WorkflowStatus.FAILED: Text("出错退出", "had failed"),
    WorkflowStatus.CANCELLED: Text("被取消", "had been cancelled"),
    WorkflowStatus.TERMINATED: Text("被强行终止", "had been terminated"),
    WorkflowStatus.TIMED_OUT: Text("超时", "had timed out"),
    WorkflowStatus.LOST: Text("在流程引擎中已不存在", "was not known to the engine any more"),
}


def next_pause(last: timedelta | None) -> timedelta:
    """How long a workflow that has begun again is left alone, should it be gone once more; `last` is how long it was before."""
    return FIRST_PAUSE if last is None else min(max(2 * last, FIRST_PAUSE), LONGEST_PAUSE)
