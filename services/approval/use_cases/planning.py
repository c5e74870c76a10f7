"""What the planner is told: the policy, the directory of today, and whatever else a policy asks about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from kernel.clock import Clock, local_date
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import StepName
from services.approval.domain.people.directory import Directory, PersonId
from services.approval.domain.planning.known import RUNNING, Known
from services.approval.domain.planning.needs import Needs, needs_of
from services.approval.domain.planning.nobody import NobodyToApprove
from services.approval.domain.planning.planner import foreseeing, plan, request_of
from services.approval.domain.planning.request import Request
from services.approval.domain.planning.route import Route, RouteStep
from services.approval.domain.planning.settling import settle
from services.approval.domain.policies.facts import Fact
from services.approval.domain.policies.policy import Policy
from services.approval.domain.policies.references import place
from services.approval.domain.policies.separation import Party, Separation
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom a stage is planned; `case` is None in a preview."""

    policy: Policy
    stage: str
    facts: Mapping[str, Fact]
    requester: PersonId
    organisation: str
    case: Case | None = None


async def plan_for(asked: Asked, before: Sequence[Route], uow: ApprovalUnitOfWork, clock: Clock) -> Route:
    """The route of a stage, with the directory of today; `before` are those of the stages that nobody has walked yet.

    Raises what `plan` raises.
    """
    directory = await uow.directories.current()
    needs = needs_of(asked.policy, asked.stage)
    known = foreseeing(await known_to(asked, needs, uow), before)

    def planned(known: Known) -> Route:
        return plan(
            asked.policy,
            asked.stage,
            facts=asked.facts,
            directory=directory,
            requester=asked.requester,
            as_of=local_date(clock.now()),
            organisation=asked.organisation,
            known=known,
        )

    return await _decided(planned, known, needs, asked, uow)


async def plan_case(case: Case, stage: str, uow: ApprovalUnitOfWork, clock: Clock) -> Route:
    return await plan_for(await _asked(case, stage, uow), (), uow, clock)


async def settled(
    planned: RouteStep, name: StepName, case: Case, uow: ApprovalUnitOfWork, clock: Clock
) -> RouteStep:
    """The step as it is opened, with what its route left open. A turn that it gives to somebody is taken."""
    if not planned.deferred:
        return planned
    asked = await _asked(case, name.stage, uow)
    needs = needs_of(asked.policy, name.stage, planned.key)
    process, at = case.name.process, place(name.stage, planned.key)
    turn = await uow.history.lock_turns(process, at) if needs.turns else 0
    directory = await uow.directories.current()
    known = replace(await known_to(asked, needs, uow), lot=str(name))
    now = clock.now()

    def settling(known: Known) -> RouteStep:
        return settle(planned, _request(asked, directory, known, now))

    opened = await _decided(settling, known, needs, asked, uow)
    if turn and len(opened.people) == 1:
        uow.history.take_turn(process, at, opened.people[0], turn)
    return opened


async def request_now(case: Case, name: StepName, uow: ApprovalUnitOfWork, at: datetime) -> Request:
    """With whatever is known by now that the policy asks about for this step."""
    asked = await _asked(case, name.stage, uow)
    directory = await uow.directories.current()
    needs = needs_of(asked.policy, name.stage, name.key)
    return _request(asked, directory, await known_to(asked, needs, uow), at)


async def request_at_end(case: Case, stage: str, uow: ApprovalUnitOfWork, at: datetime) -> Request:
    """With whatever is known by now that the policy asks about for the stage as a whole."""
    asked = await _asked(case, stage, uow)
    directory = await uow.directories.current()
    return _request(asked, directory, await known_to(asked, needs_of(asked.policy, stage), uow), at)


async def request_at(case: Case, stage: str, at: datetime, uow: ApprovalUnitOfWork) -> Request:
    """What planning a stage of the case would be told of the request itself."""
    return _request(await _asked(case, stage, uow), await uow.directories.current(), RUNNING, at)


async def known_about(case: Case, stage: str, rules: Sequence[Separation], uow: ApprovalUnitOfWork) -> Known:
    """What separation of duties asks about, by these rules."""
    needed = Needs(
        decided=any(not rule.related for rule in rules),
        related=frozenset(rule.related for rule in rules if rule.related),
    )
    return await known_to(await _asked(case, stage, uow), needed, uow)


async def known_to(asked: Asked, needs: Needs, uow: ApprovalUnitOfWork) -> Known:
    """As much as the policy asks about, but for what `comparing` finds out."""
    history, process, case = uow.history, asked.policy.process, asked.case
    known = Known(
        turns={at: await history.turns(process, at) for at in sorted(needs.turns)},
        related={fact: await _related(asked, fact, uow) for fact in sorted(needs.related)},
    )
    if case is None:
        return known
    return replace(
        known,
        runs=True,
        choices=await history.choices(case.name, asked.stage) if needs.choices else {},
        decided=await history.decided(case.name) if needs.decided else (),
        hand=await history.hand(case.name, asked.stage) if needs.hand else "",
    )


class Compared(Mapping[PersonId, int]):
    """Knows nobody's number, and notes whose was looked for."""

    def __init__(self) -> None:
        self.people: set[PersonId] = set()

    def __getitem__(self, person: PersonId) -> int:
        self.people.add(person)
        raise KeyError(person)

    def __iter__(self) -> Iterator[PersonId]:
        return iter(())

    def __len__(self) -> int:
        return 0


async def comparing(
    decide: Callable[[Known], Answer], known: Known, needs: Needs, process: str, uow: ApprovalUnitOfWork
) -> Answer:
    """What is decided with how much people have to do, and how experienced they are.

    It is decided twice: who is compared does not hang on the numbers, and counting for the whole directory would keep
    everybody else from the case for that long.
    """
    if not (needs.load or needs.experience):
        return decide(known)
    compared = Compared()
    decide(replace(known, load=compared, experience=dict.fromkeys(needs.experience, compared)))
    people, history = sorted(compared.people), uow.history
    load = await uow.items.load(people) if needs.load else {}
    experience = {at: await history.experience(process, at, people) for at in sorted(needs.experience)}
    return decide(replace(known, load=load, experience=experience))


async def _decided(
    decide: Callable[[Known], Answer], known: Known, needs: Needs, asked: Asked, uow: ApprovalUnitOfWork
) -> Answer:
    """Where nobody would decide, it is decided once more with whom an administrator has named. Raises NobodyToApprove."""
    process = asked.policy.process
    try:
        return await comparing(decide, known, needs, process, uow)
    except NobodyToApprove:
        named = await uow.history.named(asked.case.name, asked.stage) if asked.case else {}
        if not named:
            raise
    return await comparing(decide, replace(known, named=named), needs, process, uow)


async def _related(asked: Asked, fact: str, uow: ApprovalUnitOfWork) -> Mapping[Party, frozenset[PersonId]]:
    value = asked.facts[fact].value if fact in asked.facts else ()
    documents = value if isinstance(value, tuple) else (str(value),)
    return await uow.history.related(documents) if any(documents) else {}


async def _asked(case: Case, stage: str, uow: ApprovalUnitOfWork) -> Asked:
    policy = await uow.policies.version(case.name.process, case.policy)
    return Asked(policy, stage, case.facts, case.requester, case.organisation, case)


def _request(asked: Asked, directory: Directory, known: Known, at: datetime) -> Request:
    return request_of(
        asked.policy,
        asked.stage,
        facts=asked.facts,
        directory=directory,
        requester=asked.requester,
        as_of=local_date(at),
        organisation=asked.organisation,
        known=known,
    )
