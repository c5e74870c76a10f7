"""Walking a stage: `(walk, event) -> (walk, commands)`. Pure, so that replays, rebuilds and tests all see the same.

A step is walked when everything before it, near and far, is done. One rejection or return to the requester ends the
walk; a return to a step makes that step, the one that returned and all that follow either be walked again, under their
next visit; where it is to come straight back, only these two. A jump passes over all that comes before its target.
Before any of that takes effect the steps concerned are cancelled and the answers awaited: whoever decided before the
cancelling is heard. So it does not matter which of several decisions made side by side is heard of first: a rejection
wins, then a return to the requester, then a jump and returns to steps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from workflows.contracts import StepCompleted, StepRescheduled
from workflows.policy.jumps import concerned_by, jumped, taken_over
from workflows.policy.past import being_opened, turned, without_what_is_past
from workflows.policy.timers import fire, reschedule, told_of
from workflows.policy.verdict import approval, bad_end, behind, refusal, walked_again
from workflows.policy.walk import (
    IN_FLIGHT,
    NO_PAST,
    Abandon,
    Cancel,
    Command,
    Event,
    Fire,
    Jump,
    Open,
    OpenAgain,
    Past,
    PlannedStep,
    Progress,
    Replanned,
    Standing,
    Stands,
    TimerDue,
    Walk,
)

Result = tuple[Walk, tuple[Command, ...]]


def begin(
    case: str,
    stage: str,
    round: int,
    plan: Sequence[PlannedStep],
    visits: Mapping[str, int],
    revision: int = 0,
    jumps: Iterable[Jump] = (),
    known: Iterable[Stands] = (),
    past: Past = NO_PAST,
) -> Result:
    """Start walking a route, or begin again anywhere on it. `visits` is what the walk before left.

    `known` is how each step stands that was opened in this walk, under its latest visit, be it a moment ago; `past` what
    counts of that no longer, `revision` how often the route was edited, `jumps` those of this walk.
    """
    steps = {step.key: Progress() for step in plan}
    walk = Walk(case, stage, round, tuple(plan), steps, dict(visits), revision=revision)
    walk = replace(walk, past=past, jumped=past.jumped)
    for stands in known:
        walk = _answer(being_opened(walk, stands.step), stands)
    walk = without_what_is_past(walk)
    for jump in jumps:
        walk = taken_over(walk, jump)
    return _settle(walk)


def react(walk: Walk, event: Event) -> Result:
    """Take in one event. What is known already or concerns nothing that is open changes nothing."""
    match event:
        case StepCompleted():
            walk = _complete(walk, event)
        case StepRescheduled():
            walk = reschedule(walk, event)
        case Stands():
            walk = _answer(walk, event)
        case TimerDue():
            return fire(walk, event)
        case Abandon():
            walk = replace(walk, abandoned=True)
        case OpenAgain():
            walk = walk.with_steps({key: Progress() for key in walk.standing(Standing.CANCELLED)})
        case Jump():
            walk = taken_over(walk, event)
        case Replanned():
            walk = _replanned(walk, event)
    return (walk, ()) if walk.decided else _settle(walk)


def is_stuck(walk: Walk) -> bool:
    """Somebody else has cancelled what should be open, whatever goes on beside it."""
    return not walk.decided and bool(walk.standing(Standing.CANCELLED))


def unanswered(walk: Walk) -> tuple[Command, ...]:
    """The commands whose answers have not come: to be given again where they may have been lost. Repeating is harmless."""
    commands: list[Command] = []
    for key, progress in walk.steps.items():
        step = walk.id_of(key)
        if progress.standing is Standing.OPENING:
            commands.append(Open(step, key, walk.visit(key), walk.revision, walk.past))
        elif progress.standing is Standing.CANCELLING:
            commands.append(Cancel(step))
        commands += [Fire(step, timer, progress.fired[timer]) for timer in progress.firing]
    return tuple(commands)


def told(walk: Walk, steps: Collection[str]) -> Walk:
    """The approval service knows now that these completions were taken in."""
    return replace(walk, consumed=tuple(step for step in walk.consumed if step not in steps))


def _complete(walk: Walk, completed: StepCompleted) -> Walk:
    if walk.is_ahead(completed.step):
        return replace(walk, early={**walk.early, completed.step: completed})
    if completed.step not in walk.consumed:
        walk = replace(walk, consumed=(*walk.consumed, completed.step))
    key = walk.current(completed.step)
    if walk.decided or key is None or walk.steps[key].standing not in IN_FLIGHT:
        return walk
    return walk.with_steps({key: Progress(Standing.DONE, completed)})


def _answer(walk: Walk, event: Stands) -> Walk:
    if event.opened_before:
        return replace(walk, is_behind=True)
    if event.completed and event.revision <= walk.revision:
        return _complete(walk, event.completed)
    key = walk.current(event.step)
    if key is None or walk.steps[key].standing not in IN_FLIGHT:
        return walk
    if event.completed:
        # On a route of which we are about to hear; not every completion is told by a signal, too.
        walk = replace(walk, ahead=(*walk.ahead, event))
    progress = walk.steps[key]
    if event.standing is Standing.CANCELLED:
        return walk.with_steps({key: Progress(Standing.CANCELLED, planned=progress.planned)})
    if progress.standing is Standing.OPENING:
        progress = replace(progress, standing=Standing.OPEN)
    else:
        progress = replace(progress, firing=())
    return walk.with_steps({key: told_of(progress, event.times)})


def _replanned(walk: Walk, event: Replanned) -> Walk:
    if (event.stage, event.round) != (walk.stage, walk.round) or event.revision <= walk.revision:
        return walk
    steps = {step.key: walk.steps.get(step.key, Progress()) for step in event.plan}
    ahead = walk.ahead
    walk = replace(walk, plan=event.plan, steps=steps, revision=event.revision, ahead=())
    for answer in ahead:
        walk = _answer(walk, answer)
    return walk


def _renewed(walk: Walk) -> Walk:
    """What was to be opened under a route that was edited meanwhile has been cancelled for that reason: it is ahead again."""
    cancelled = walk.standing(Standing.CANCELLED)
    outdated = [key for key in cancelled if walk.steps[key].planned < walk.revision]
    return walk.with_steps(dict.fromkeys(outdated, Progress())) if outdated else walk


def _settle(walk: Walk) -> Result:
    """Carry the walk on as far as it goes without a further answer. One that is behind goes nowhere until it begins again."""
    commands: list[Command] = []
    while not walk.is_behind:
        walk = _pass_skipped(_renewed(walk))
        ending = walk.abandoned or refusal(walk) is not None
        jump = walk.jumps[0] if walk.jumps else None
        concerned = walked_again(walk) | (concerned_by(walk, jump) if jump else set())
        concerned = set(walk.steps) if ending else concerned
        walk, cancels = _cancel(walk, concerned)
        commands += cancels
        settled = not concerned & set(walk.standing(*IN_FLIGHT))
        if ending:
            return replace(walk, decided=bad_end(walk) if settled else None), tuple(commands)
        if concerned and settled:
            walk = walk.with_steps(dict.fromkeys(concerned, Progress()))
            walk = jumped(walk, jump) if jump else walk
            walk = turned(walk, jump.n if jump else walk.past.jumped)
            continue
        before = walk
        walk, opens = _open_ready(walk, concerned)
        commands += opens
        if len(before.early) == len(walk.early):
            return replace(walk, decided=approval(walk)), tuple(commands)
        # A completion had come before its step was opened: there is more to settle.
    return walk, ()


def _ready(walk: Walk) -> list[PlannedStep]:
    done = behind(walk)
    ahead = (step for step in walk.plan if walk.steps[step.key].standing is Standing.AHEAD)
    return [step for step in ahead if all(key in done or key not in walk.steps for key in step.after)]


def _pass_skipped(walk: Walk) -> Walk:
    while skipped := [step.key for step in _ready(walk) if step.skipped]:
        walk = walk.with_steps(dict.fromkeys(skipped, Progress(Standing.DONE)))
    return walk


def _open_ready(walk: Walk, concerned: Collection[str]) -> tuple[Walk, list[Command]]:
    """Open what is ready, unless it is about to be walked again."""
    commands: list[Command] = []
    for step in _ready(walk):
        if step.key in concerned:
            continue
        walk, visit = walk.next_visit(step.key)
        name = walk.id_of(step.key)
        early, times = walk.early.get(name), walk.early_times.get(name)
        walk = walk.forget_early(name).with_steps(
            {step.key: Progress(Standing.OPENING, planned=walk.revision)}
        )
        if early:
            walk = _complete(walk, early)
            continue
        commands.append(Open(name, step.key, visit, walk.revision, walk.past))
        if times:
            walk = reschedule(walk, times)
    return walk, commands


def _cancel(walk: Walk, keys: Collection[str]) -> tuple[Walk, list[Command]]:
    """Cancel what is open. What is being opened is cancelled once that is answered."""
    is_open = [key for key in walk.standing(Standing.OPEN) if key in keys]
    walk = walk.with_steps(dict.fromkeys(is_open, Progress(Standing.CANCELLING)))
    return walk, [Cancel(walk.id_of(key)) for key in is_open]
