"""What a walk says of itself so that it can begin again, and how it is taken up from there."""

from __future__ import annotations

from dataclasses import replace

from workflows.contracts import step_place
from workflows.policy.walk import Past, Progress, Standing, Walk


def turned(walk: Walk, jumped: int) -> Walk:
    """The walk has just turned: what is walked again and what is passed over from now on. `jumped`: as far as jumps are made."""
    void = {key: walk.visit(key) for key in walk.standing(Standing.AHEAD) if walk.visit(key)}
    passed = {key: walk.visit(key) for key in walk.standing(Standing.DONE) if not walk.steps[key].completed}
    return replace(walk, past=Past(walk.past.turns + 1, void, passed, jumped))


def being_opened(walk: Walk, step: str) -> Walk:
    """As it was when this visit of a step had been asked for and not been answered."""
    _, place, visit = step_place(step)
    opening = {place.removeprefix(f"{walk.stage}/"): Progress(Standing.OPENING, planned=walk.revision)}
    return replace(walk, visits={**walk.visits, place: visit}).with_steps(opening)


def without_what_is_past(walk: Walk) -> Walk:
    """What was walked or passed over before the last turn counts as it did then, unless it has been opened since."""
    past = walk.past
    void = {key: Progress() for key, visit in past.void.items() if walk.visit(key) == visit}
    passed = {key: Progress(Standing.DONE) for key, visit in past.passed.items() if walk.visit(key) == visit}
    return walk.with_steps({key: stands for key, stands in (void | passed).items() if key in walk.steps})
