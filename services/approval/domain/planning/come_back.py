"""Straight back from the requester: what the same people approved in the round before is not asked of them again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from kernel.text import Text
from services.approval.domain.planning.route import Route, RouteStep, Skipped

APPROVED: Final = Text(
    "上一轮已由同样的人通过，退回者要求直接回到其步骤",
    "the same people approved it in the round before, and it comes straight back to who returned it",
)


def without_approved(route: Route, before: Route, approved: Collection[str]) -> Route:
    """The route of a new round without the steps of the round before that were `approved`, by key, and ask the same people.

    New steps, those that ask others or count otherwise, and those whose people are yet to be named, are walked.
    """
    former = {step.key: step for step in before.steps if step.key in approved or _was_kept(step)}

    def kept(step: RouteStep) -> RouteStep:
        known = former.get(step.key)
        if step.skipped or step.asks_others or known is None or _asks(step) != _asks(known):
            return step
        return replace(step, skipped=Skipped.APPROVED_BEFORE, why=APPROVED)

    return replace(route, steps=tuple(map(kept, route.steps)))


def _was_kept(step: RouteStep) -> bool:
    """Approved still earlier, and kept since."""
    return step.skipped is Skipped.APPROVED_BEFORE


def _asks(step: RouteStep) -> object:
    return step.mode, step.terms, [(one.candidates, one.weight) for one in step.approvers]
