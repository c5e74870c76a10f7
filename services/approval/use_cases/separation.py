"""Separation of duties when people act: whoever decides, or is given a share of a step, must be apart from it."""

from __future__ import annotations

from collections.abc import Sequence

from services.approval.domain.cases.case import Case
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.exclusions import kept_apart, must_be_apart, rules_about
from services.approval.domain.policies.references import place
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.work_items import WorkItem
from services.approval.use_cases.planning import known_about
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork


async def keep_apart(case: Case, before: Step, after: Step, uow: ApprovalUnitOfWork) -> None:
    """To be asked of every change of a step before it is written down. Raises SeparationOfDuties, naming the rule."""
    await must_be_apart_now(case, before.name.stage, before.name.key, newly_concerned(before, after), uow)


async def must_be_apart_now(
    case: Case, stage: str, key: str, people: Sequence[PersonId], uow: ApprovalUnitOfWork, field: str = ""
) -> None:
    """Whether these people may decide a step, as things stand. Raises SeparationOfDuties."""
    policy = await uow.policies.version(case.name.process, case.policy)
    here = place(stage, key)
    rules = tuple(rules_about(policy.separation, here))
    if rules and people:
        must_be_apart(rules, here, people, await known_about(case, stage, rules, uow), field)


async def apart_from(case: Case, stage: str, key: str, uow: ApprovalUnitOfWork) -> frozenset[PersonId]:
    """Everybody whom a rule keeps from deciding the step, as things stand: whoever is given it by others must be none of them."""
    policy = await uow.policies.version(case.name.process, case.policy)
    here = place(stage, key)
    rules = tuple(rules_about(policy.separation, here))
    if not rules:
        return frozenset()
    known = await known_about(case, stage, rules, uow)
    return frozenset(person for rule in rules for person in kept_apart(rule, here, known))


def newly_concerned(before: Step, after: Step) -> tuple[PersonId, ...]:
    """Who has taken an item, been given one, or decided; a stand-in as well as whoever is stood in for."""
    old = {item.id: item for item in before.items}
    found: dict[PersonId, None] = {}
    for item in after.items:
        was = old.get(item.id)
        if item.answers is None and item != was:
            new = _share(item) - (_share(was) if was else set())
            found |= dict.fromkeys(sorted(new | (_deciders(item) - (_deciders(was) if was else set()))))
    return tuple(found)


def _share(item: WorkItem) -> set[PersonId]:
    """Who has a part in it. Somebody to whom it is offered with others has none yet."""
    alone = set() if item.is_from_pool else set(item.candidates)
    return (alone | {item.assignee} | set(item.owners)) - {""}


def _deciders(item: WorkItem) -> set[PersonId]:
    return {item.decision.by, item.decision.on_behalf_of} - {""} if item.decision else set()
