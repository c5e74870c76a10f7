"""What a policy keeps from those who may see a case otherwise: whom its work is with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from chassis.timeline.ledger import Row
from kernel.text import Text
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.route import Approver, Route, RouteStep
from services.approval.domain.policies.settings.visibility import (
    USUAL_VISIBILITY,
    Allocated,
    Unallocated,
    Visibility,
)
from services.approval.domain.steps.work_items import WorkItem
from services.approval.use_cases.views import CaseView, Sight

# Under which people, or work items of theirs, stand in rows.
NAMING: Final = ("people", "person", "to", "was")
HANDED_OVER: Final = ("moved", "left_pool", "kept")
KEPT: Final = Text("按策略不显示", "Not shown, as the policy says")


def discreet(view: CaseView, sight: Sight) -> CaseView:
    """The case without what its policy keeps from the caller."""
    rules = _visibilities(view)
    if sight.everything or all(rule == USUAL_VISIBILITY for rule in rules.values()):
        return view
    people = sight.people(view.case)
    items = tuple(
        shown
        for shown in view.items
        if may_see(shown.item, rules.get((shown.step.stage, shown.step.key), USUAL_VISIBILITY), people)
    )
    routes = tuple(replace(route, route=discreet_route(route.route, people, view)) for route in view.routes)
    return replace(view, items=items, routes=routes)


def may_see(item: WorkItem, visibility: Visibility, people: frozenset[PersonId]) -> bool:
    """Whether somebody who may see the case as these people may see this item of it."""
    if item.decision is not None:
        return True  # what is merely no longer needed tells as little as before
    if not item.assignee:
        return visibility.unallocated is Unallocated.EVERYBODY or bool(people & item.people)
    if visibility.allocated is Allocated.ASSIGNEE:
        return item.assignee in people
    return visibility.allocated is Allocated.EVERYBODY or bool(people & item.people)


def discreet_route(route: Route, people: frozenset[PersonId], view: CaseView | None = None) -> Route:
    """The route without the names that its steps keep from these people; who has decided in `view` is no secret any more."""
    decided: dict[tuple[str, str], set[PersonId]] = {}
    for shown in view.items if view else ():
        if shown.item.decision:
            decided.setdefault((shown.step.stage, shown.step.key), set()).add(shown.item.assignee)
    steps = tuple(
        _discreet_step(step, people.union(decided.get((route.stage, step.key), ()))) for step in route.steps
    )
    return replace(route, steps=steps)


def discreet_rows(rows: Sequence[Row], view: CaseView) -> tuple[Row, ...]:
    """Rows of the case's timeline for somebody to whom it is shown as `view`: those about what is kept say only that they are there."""
    rules = _visibilities(view)
    shown = {item.item.name for item in view.items}

    def is_kept(row: Row) -> bool:
        details = row.details
        steps = (str(details.get("step", "")), *(str(key) for key in details.get("planned", ())))
        if not any(_keeps_names(step, rules) for step in steps):
            # Of several steps at once: what somebody who leaves had to do.
            return any(name not in shown for key in HANDED_OVER for name in details.get(key, ()))
        if details.get("ahead"):
            return True  # it tells who will be asked
        asked = details.get("asked", [])
        about = [details.get("item"), *(one.get("item") for one in asked if isinstance(one, dict))]
        named = [name for name in about if name]
        # What is about no item of its own tells of all of them: who was reminded, urged, asked instead.
        return any(name not in shown for name in named) if named else any(map(details.get, NAMING))

    def kept(row: Row) -> Row:
        details = {"step": row.details["step"]} if "step" in row.details else {}
        return replace(row, actor="", on_behalf_of="", device="", sentence=KEPT, details=details)

    return tuple(kept(row) if is_kept(row) else row for row in rows)


def _keeps_names(step: str, rules: Mapping[tuple[str, str], Visibility]) -> bool:
    """`step` as rows say it: with case and stage, or by its key alone."""
    *_, stage, visit = ("", *step.split("/"))
    key = visit.partition("#")[0]
    return any(
        rule != USUAL_VISIBILITY and key == of and stage in ("", within)
        for (within, of), rule in rules.items()
    )


def _visibilities(view: CaseView) -> dict[tuple[str, str], Visibility]:
    return {
        (shown.route.stage, step.key): step.rules.visibility
        for shown in view.routes
        for step in shown.route.steps
    }


def _discreet_step(step: RouteStep, people: frozenset[PersonId]) -> RouteStep:
    rule = step.rules.visibility

    def is_kept(approver: Approver) -> bool:
        if people.intersection(approver.candidates):
            return False
        if approver.is_pool:
            return rule.unallocated is not Unallocated.EVERYBODY
        return rule.allocated is not Allocated.EVERYBODY

    def without_names(approver: Approver) -> Approver:
        return replace(approver, candidates=(), post="", why=replace(approver.why, text=KEPT))

    return replace(
        step,
        approvers=tuple(without_names(one) if is_kept(one) else one for one in step.approvers),
        # Whom it would be as things stand is as good as told.
        deferred=tuple(
            one if rule == USUAL_VISIBILITY else replace(one, expected=()) for one in step.deferred
        ),
    )
