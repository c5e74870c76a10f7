"""Nobody is asked twice, where the policy says so: steps for which somebody certainly approves elsewhere in the same walk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from kernel.text import Text
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.route import RouteStep, Skipped, Until
from services.approval.domain.policies.ballot import Mode
from services.approval.domain.policies.policy import OnRepeat

# Once such a step is approved, everyone asked in it has approved.
EVERYONE: Final = (Mode.ALL, Mode.SEQUENTIAL)
EARLIER: Final = Text("审批人已在{zh}中审批", "Skipped: whoever would decide has approved in {en}")
LATER: Final = Text("审批人将在{zh}中审批", "Skipped: whoever would decide approves in {en}")

# Who approves, and in which step.
Approvals = dict[PersonId, str]


def without_repeats(rule: OnRepeat, steps: Iterable[RouteStep]) -> tuple[RouteStep, ...]:
    """The steps, given in order, without those who approve in another step of the walk.

    Only what is certain counts: whoever decides for a pool, or first of several, is not known beforehand. Beside
    others who do not approve elsewhere, a pool, an `any` step and a vote stay as they are; so does a step whose people
    others are yet to name.
    """
    match rule:
        case OnRepeat.KEEP_ALL:
            return tuple(steps)
        case OnRepeat.KEEP_FIRST:
            return _keep_first(tuple(steps))
        case OnRepeat.ADJACENT:
            return _adjacent(tuple(steps))
        case OnRepeat.KEEP_LAST:
            return _keep_last(tuple(steps))


def certain(step: RouteStep, *, unless_excepted: bool = False) -> tuple[PersonId, ...]:
    """Who has approved for sure once the step is approved; `unless_excepted`, if nothing keeps them from it until then."""
    if any(not (unless_excepted and one.until is Until.EXCEPT) for one in step.deferred):
        return ()
    if step.mode in EVERYONE or len(step.people) == 1:
        return tuple(one.candidates[0] for one in step.approvers if not one.is_pool)
    return ()


def _keep_first(steps: tuple[RouteStep, ...]) -> tuple[RouteStep, ...]:
    titles = _titles(steps)
    kept: list[RouteStep] = []
    # Who has approved once a step is behind, and where they did so first.
    approved: dict[str, Approvals] = {}
    for step in steps:
        earlier = {person: key for before in step.after for person, key in approved[before].items()}
        kept.append(_without(step, earlier, titles, Skipped.APPROVED_EARLIER, EARLIER))
        approved[step.key] = dict.fromkeys(certain(kept[-1]), step.key) | earlier
    return tuple(kept)


def _adjacent(steps: tuple[RouteStep, ...]) -> tuple[RouteStep, ...]:
    titles = _titles(steps)
    kept: list[RouteStep] = []
    # Who approved last before what comes behind the step: a skipped one lets those before it through.
    last: dict[str, Approvals] = {}
    for step in steps:
        before = {person: key for one in step.after for person, key in last[one].items()}
        kept.append(_without(step, before, titles, Skipped.APPROVED_EARLIER, EARLIER))
        last[step.key] = before if kept[-1].skipped else dict.fromkeys(certain(kept[-1]), step.key)
    return tuple(kept)


def _keep_last(steps: tuple[RouteStep, ...]) -> tuple[RouteStep, ...]:
    titles = _titles(steps)
    kept: list[RouteStep] = []
    # Who approves behind a step, and where they do so last.
    behind: dict[str, Approvals] = {step.key: {} for step in steps}
    for step in reversed(steps):
        kept.append(_without(step, behind[step.key], titles, Skipped.APPROVED_LATER, LATER))
        for before in step.after:
            behind[before] = dict.fromkeys(certain(kept[-1]), step.key) | behind[before] | behind[step.key]
    return tuple(reversed(kept))


def _without(
    step: RouteStep, elsewhere: Approvals, titles: Mapping[str, Text], skipped: Skipped, said: Text
) -> RouteStep:
    if step.asks_others:
        return step
    if step.mode in EVERYONE:
        left = tuple(
            one for one in step.approvers if any(person not in elsewhere for person in one.candidates)
        )
    else:
        left = step.approvers if any(person not in elsewhere for person in step.people) else ()
    if left or step.skipped or not step.approvers:
        return replace(step, approvers=left)
    where = sorted({elsewhere[person] for person in step.people}, key=list(titles).index)
    zh = "、".join(f"“{titles[key].zh}”" for key in where)
    en = ", ".join(f"“{titles[key].en}”" for key in where)
    return replace(step, approvers=(), deferred=(), skipped=skipped, why=said.format(zh=zh, en=en))


def _titles(steps: Iterable[RouteStep]) -> dict[str, Text]:
    """What steps are called, in order."""
    return {step.key: step.title for step in steps}
