"""What the decisions of a walk mean together, whatever the order in which they became known."""

from __future__ import annotations

from workflows.contracts import Outcome, Resume, StepCompleted
from workflows.policy.walk import Decided, Ending, Standing, Walk


def passed(walk: Walk, key: str) -> bool:
    progress = walk.steps[key]
    approved = progress.completed is None or progress.completed.outcome is Outcome.APPROVED
    return progress.standing is Standing.DONE and approved


def behind(walk: Walk) -> set[str]:
    """The steps that are passed together with all that comes before them, near or far."""
    found: set[str] = set()
    for step in walk.plan:
        # What the route names and does not have is nothing to wait for.
        if passed(walk, step.key) and all(key in found or key not in walk.steps for key in step.after):
            found.add(step.key)
    return found


def following(walk: Walk, key: str) -> set[str]:
    """Every step that comes after `key`, near or far."""
    found: set[str] = set()
    frontier = {key}
    while frontier:
        frontier = {step.key for step in walk.plan if frontier & set(step.after)} - found
        found |= frontier
    return found


def decisions(walk: Walk) -> list[tuple[str, StepCompleted]]:
    """What was decided, in the order of the route."""
    done = ((step.key, walk.steps[step.key]) for step in walk.plan)
    return [(key, progress.completed) for key, progress in done if progress.completed]


def refusal(walk: Walk) -> StepCompleted | None:
    """The decision that ends the walk: a rejection before a return to the requester, then by the order of the route."""
    decided = [completed for _, completed in decisions(walk)]
    for completed in decided:
        if completed.outcome is Outcome.REJECTED:
            return completed
    for completed in decided:
        if completed.outcome is Outcome.RETURNED and not set(completed.targets) & set(walk.steps):
            return completed
    return None


def walked_again(walk: Walk) -> set[str]:
    """What is walked once more because of returns to steps.

    These, who returned, and what follows either; where it comes straight back, what lies between keeps its decisions.
    """
    again: set[str] = set()
    for key, completed in decisions(walk):
        if completed.outcome is not Outcome.RETURNED:
            continue
        targets = set(completed.targets) & set(walk.steps)
        if completed.resume is Resume.COME_BACK:
            # Whoever is asked there already need not be asked again.
            again |= {key, *(target for target in targets if walk.steps[target].standing is Standing.DONE)}
            continue
        for start in (key, *targets):
            again |= {start, *following(walk, start)}
    return again


def approval(walk: Walk) -> Decided | None:
    """The good end: every step is passed."""
    if not all(passed(walk, key) for key in walk.steps):
        return None
    return Decided(Ending.APPROVED, _version(walk))


def bad_end(walk: Walk) -> Decided:
    """The end of a walk that was abandoned or refused."""
    completed = refusal(walk)
    if walk.abandoned or completed is None:
        return Decided(Ending.ABANDONED)
    ending = Ending.REJECTED if completed.outcome is Outcome.REJECTED else Ending.RETURNED
    return Decided(
        ending,
        completed.document_version,
        completed.step,
        completed.comment,
        completed.decider,
        completed.resume,
    )


def _version(walk: Walk) -> int:
    """What the last to decide in each branch have seen; the oldest of these, so that nothing unseen takes effect."""
    decided = {key: done for key, done in decisions(walk) if done.document_version}
    last = (done for key, done in decided.items() if not following(walk, key) & set(decided))
    return min((done.document_version for done in last), default=0)
