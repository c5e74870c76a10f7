"""Jumps: people with the right to do so say where a walk goes on."""

from __future__ import annotations

from dataclasses import replace

from workflows.policy.verdict import following, passed
from workflows.policy.walk import IN_FLIGHT, Jump, Progress, Standing, Walk


def taken_over(walk: Walk, jump: Jump) -> Walk:
    """Keep a jump until it can be made; one that is known, of another walk or to nowhere is none."""
    is_here = (jump.stage, jump.round) == (walk.stage, walk.round)
    if not is_here or jump.n <= walk.jumped or jump.to not in walk.steps:
        return walk
    return replace(walk, jumps=(*walk.jumps, jump), jumped=jump.n)


def jump_due(walk: Walk) -> tuple[Jump | None, set[str]]:
    """The jump to be made now, if there is one, and the steps that it concerns."""
    if not walk.jumps or not _has_come_as_far(walk, walk.jumps[0]):
        return None, set()
    jump = walk.jumps[0]
    overtaken = {key for key in jump.over if key in walk.steps and walk.steps[key].standing in IN_FLIGHT}
    return jump, {jump.to} | following(walk, jump.to) | overtaken


def jumped(walk: Walk, jump: Jump) -> Walk:
    """What is passed over counts as approved, whether anybody has approved it or not."""
    open_ways = [key for key in jump.over if key in walk.steps and not passed(walk, key)]
    walk = walk.with_steps(dict.fromkeys(open_ways, Progress(Standing.DONE)))
    return replace(walk, jumps=walk.jumps[1:])


def may_be_opened(walk: Walk, key: str) -> bool:
    """Before a jump nothing is opened that had not been opened when it was decided."""
    if not walk.jumps:
        return True
    return walk.visits.get(f"{walk.stage}/{key}", 0) < walk.jumps[0].visits.get(key, 0)


def at_once(walk: Walk) -> Walk:
    """What the next jump has waited for never comes: it is made from here."""
    return replace(walk, jumps=(replace(walk.jumps[0], visits={}), *walk.jumps[1:]))


def _has_come_as_far(walk: Walk, jump: Jump) -> bool:
    return all(walk.visits.get(f"{walk.stage}/{key}", 0) >= visits for key, visits in jump.visits.items())
