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


def concerned_by(walk: Walk, jump: Jump) -> set[str]:
    """The steps of which nothing may be under way when it is made."""
    overtaken = {key for key in jump.over if key in walk.steps and walk.steps[key].standing in IN_FLIGHT}
    return {jump.to} | following(walk, jump.to) | overtaken


def jumped(walk: Walk, jump: Jump) -> Walk:
    """What is passed over counts as approved, whether anybody has approved it or not."""
    open_ways = [key for key in jump.over if key in walk.steps and not passed(walk, key)]
    walk = walk.with_steps(dict.fromkeys(open_ways, Progress(Standing.DONE)))
    return replace(walk, jumps=walk.jumps[1:])
