"""Jumps: people with the right to do so say where a walk goes on."""

from __future__ import annotations

from dataclasses import replace

from workflows.policy.verdict import following, passed
from workflows.policy.walk import Jump, Progress, Standing, Walk


def taken_over(walk: Walk, jump: Jump) -> Walk:
    """Keep a jump until it can be made; one that is known, of another walk or to nowhere is none."""
    is_here = (jump.stage, jump.round) == (walk.stage, walk.round)
    if not is_here or jump.n <= walk.jumped or jump.to not in walk.steps:
        return walk
    return replace(walk, jumps=(*walk.jumps, jump), jumped=jump.n)


def concerned_by(walk: Walk, jump: Jump) -> set[str]:
    """The steps of which nothing may be under way when it is made, nor be opened before."""
    return {jump.to} | following(walk, jump.to) | _overtaken(walk, jump)


def jumped(walk: Walk, jump: Jump) -> Walk:
    """What is passed over counts as approved, whether anybody has approved it or not."""
    walk = walk.with_steps(dict.fromkeys(_overtaken(walk, jump), Progress(Standing.DONE)))
    return replace(walk, jumps=walk.jumps[1:])


def _overtaken(walk: Walk, jump: Jump) -> set[str]:
    return {key for key in jump.over if key in walk.steps and not passed(walk, key)}
