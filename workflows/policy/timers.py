"""Deadlines of open steps. A timer never decides: when it is due the approval service is told, and answers how the step stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from workflows.contracts import StepRescheduled
from workflows.policy.walk import IN_FLIGHT, Command, Fire, Progress, Standing, TimerDue, Walk


def next_due(walk: Walk) -> tuple[datetime, TimerDue] | None:
    """The timer of an open step that fires first."""
    due = [
        (datetime.fromisoformat(at), TimerDue(walk.id_of(key), timer))
        for key, progress in walk.steps.items()
        if progress.standing is Standing.OPEN and not walk.decided
        for timer, at in progress.due.items()
    ]
    return min(due, key=lambda pair: (pair[0], pair[1].step, pair[1].timer), default=None)


def reschedule(walk: Walk, event: StepRescheduled) -> Walk:
    """Take the newest revision of a step's deadlines; keep it if the step is not open yet."""
    if walk.is_ahead(event.step):
        known = walk.early_times.get(event.step)
        newer = known is None or event.revision > known.revision
        return replace(walk, early_times={**walk.early_times, event.step: event}) if newer else walk
    key = walk.current(event.step)
    if key is None or walk.steps[key].standing not in IN_FLIGHT or event.revision <= walk.steps[key].revision:
        return walk
    return walk.with_steps({key: replace(walk.steps[key], revision=event.revision, due=dict(event.at))})


def told_of(progress: Progress, times: StepRescheduled | None) -> Progress:
    """With the deadlines of an answer. A timer that has fired and is still named there was not due by the service's clock."""
    if times is None or times.revision < progress.revision:
        return progress
    return replace(progress, revision=times.revision, due=dict(times.at))


def has_fired(walk: Walk, timer: TimerDue) -> bool:
    """Whether the service was told of this timer before."""
    key = walk.current(timer.step)
    return key is not None and timer.timer in walk.steps[key].fired


def fire(walk: Walk, event: TimerDue) -> tuple[Walk, tuple[Command, ...]]:
    """The timer is used up until the step is rescheduled."""
    key = walk.current(event.step)
    if walk.decided or key is None or event.timer not in walk.steps[key].due:
        return walk, ()
    progress = walk.steps[key]
    n = progress.fired.get(event.timer, 0) + 1
    due = {timer: at for timer, at in progress.due.items() if timer != event.timer}
    fired, firing = {**progress.fired, event.timer: n}, (*progress.firing, event.timer)
    walk = walk.with_steps({key: replace(progress, due=due, fired=fired, firing=firing)})
    return walk, (Fire(event.step, event.timer, n),)
