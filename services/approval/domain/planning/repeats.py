"""Nobody is asked twice: steps for which somebody has approved before, with certainty, in the same walk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from kernel.text import Text
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.route import RouteStep, Skipped
from services.approval.domain.policies.ballot import Mode

# Once such a step is approved, everyone asked in it has approved.
EVERYONE: Final = (Mode.ALL, Mode.SEQUENTIAL)


def keep_first(steps: Iterable[RouteStep]) -> tuple[RouteStep, ...]:
    """The steps, given in order, without those who have approved in a step that comes before.

    Only what is certain counts: whoever decides for a pool, or first of several, is not known beforehand. Beside
    others who have not approved yet, a pool, an `any` step and a vote stay as they are.
    """
    kept: dict[str, RouteStep] = {}
    # Who has approved once a step is behind, and where they did so first.
    approved: dict[str, dict[PersonId, str]] = {}
    for step in steps:
        earlier = {person: key for before in step.after for person, key in approved[before].items()}
        kept[step.key] = kept_step = _without(step, earlier, kept)
        approved[step.key] = dict.fromkeys(_certain(kept_step), step.key) | earlier
    return tuple(kept.values())


def _without(step: RouteStep, earlier: dict[PersonId, str], kept: dict[str, RouteStep]) -> RouteStep:
    if step.mode in EVERYONE:
        left = tuple(one for one in step.approvers if any(person not in earlier for person in one.candidates))
    else:
        left = step.approvers if any(person not in earlier for person in step.people) else ()
    if left or step.skipped:
        return replace(step, approvers=left)
    where = sorted({earlier[person] for person in step.people}, key=list(kept).index)
    zh = "、".join(f"“{kept[key].title.zh}”" for key in where)
    en = ", ".join(f"“{kept[key].title.en}”" for key in where)
    why = Text(f"审批人已在{zh}中审批", f"Skipped: whoever would decide has approved in {en}")
    return replace(step, approvers=(), skipped=Skipped.APPROVED_EARLIER, why=why)


def _certain(step: RouteStep) -> tuple[PersonId, ...]:
    if step.mode in EVERYONE or len(step.people) == 1:
        return tuple(one.candidates[0] for one in step.approvers if not one.is_pool)
    return ()
