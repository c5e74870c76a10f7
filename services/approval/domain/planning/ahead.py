"""What lies ahead in a route: who sees it before its turn, and who will surely be asked by it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from kernel.text import Text
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.elsewhere import following
from services.approval.domain.planning.route import Route, RouteStep, Until
from services.approval.domain.policies.ballot import Mode


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A planned step that was not reached, as one of its people sees it.

    `is_sure`: they will be asked if it is reached as it is planned now; `may_decide`: and may decide it before.
    """

    step: str
    title: Text
    person: PersonId
    is_sure: bool
    may_decide: bool


def upcoming(route: Route, keys: Collection[str]) -> tuple[Upcoming, ...]:
    """What the people of these steps see, as far as their policy has it announced."""
    found = []
    for step in route.deciding:
        if step.key in keys and step.is_announced:
            sure = surely_asked(step)
            found += [
                Upcoming(
                    step.key, step.title, person, person in sure, person in sure and step.rules.acting.ahead
                )
                for person in expected(step)
            ]
    return tuple(found)


def expected(step: RouteStep) -> tuple[PersonId, ...]:
    """Everyone whom the step asks or offers itself to, as things stand."""
    late = (person for one in step.deferred for person in one.expected)
    return tuple(dict.fromkeys((*step.people, *late)))


def surely_asked(step: RouteStep) -> frozenset[PersonId]:
    """Who will have an item of their own as soon as the step opens, whatever others do before.

    A pool of several is nobody's yet; of people who decide one after another only the first is asked at once.
    """
    left_open = {one.until for one in step.deferred} - {Until.EXCEPT}
    if Until.PICK in left_open or (left_open and step.mode in (Mode.SINGLE, Mode.SEQUENTIAL)):
        return frozenset()
    asked = step.approvers[:1] if step.mode is Mode.SEQUENTIAL else step.approvers
    return frozenset(one.candidates[0] for one in asked if not one.is_pool)


def walked_again(route: Route, at: str, targets: Collection[str], *, comes_back: bool) -> frozenset[str]:
    """The keys of the steps that lie ahead again once the step `at` was returned to others before it."""
    if comes_back:
        return frozenset({at, *targets})
    return frozenset({*targets, *(key for target in targets for key in following(route, target))})
