"""Somebody leaves: in the route under way another is asked in their place, also where a step is walked once more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from kernel.text import Text
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.route import Approver, Route, RouteStep


def asked_in_place(
    route: Route,
    leaver: PersonId,
    to: PersonId,
    requester: PersonId,
    said: Text,
    apart: Collection[str] = (),
) -> Route:
    """Nobody gets two shares of a step, and the requester none: there others of the pool stay, and whoever is alone does too.

    So it is with the steps `apart`, by their keys: something keeps `to` from deciding them.
    """
    return replace(
        route,
        steps=tuple(
            _step(step, leaver, to, to if step.key in apart else requester, said) for step in route.steps
        ),
    )


def _step(step: RouteStep, leaver: PersonId, to: PersonId, barred: PersonId, said: Text) -> RouteStep:
    if leaver not in step.people:
        return step
    approvers = tuple(_approver(one, step, leaver, to, barred) for one in step.approvers)
    return step if approvers == step.approvers else replace(step, approvers=approvers, override=said)


def _approver(one: Approver, step: RouteStep, leaver: PersonId, to: PersonId, barred: PersonId) -> Approver:
    if leaver not in one.candidates:
        return one
    elsewhere = {person for other in step.approvers if other is not one for person in other.candidates}
    others = tuple(person for person in one.candidates if person != leaver)
    if to != barred and to not in elsewhere:
        taken = tuple(to if person == leaver else person for person in one.candidates)
        return replace(one, candidates=tuple(dict.fromkeys(taken)))
    return replace(one, candidates=others or one.candidates)
