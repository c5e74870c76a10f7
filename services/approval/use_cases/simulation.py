"""Policies side by side: what changes in their words, and whom they ask for the same requests on the same directory."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.errors import InvalidArgument, Refusal
from services.approval import permissions
from services.approval.domain.cases.case import Case
from services.approval.domain.people.directory import AsOf, Directory, OrganisationId, PersonId
from services.approval.domain.planning.comparing import Change, changes
from services.approval.domain.planning.planner import plan
from services.approval.domain.planning.route import Route
from services.approval.domain.policies.facts import Fact
from services.approval.domain.policies.policy import Policy
from services.approval.policy_text.differences.comparing import Difference, differences
from services.approval.policy_text.reading import outline, policy_to_publish
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.refusals import NoPolicy
from services.approval.use_cases.stages import weighs_load


class PoliciesOfTwoProcesses(InvalidArgument):
    zh = "两份策略属于不同的流程：{before} 和 {after}"
    en = "The policies are of two processes: {before} and {after}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A policy by its text, or by process: a version, the draft, or the latest."""

    yaml: str = ""
    process: str = ""
    version: int | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """`organisation` empty: the requester's."""

    requester: PersonId
    organisation: OrganisationId
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class LastCases:
    """As of the day of their request, or of today."""

    count: int
    as_of_request: bool = False


@dataclass(frozen=True, slots=True)
class Simulate:
    policy: Chosen
    on: Given | LastCases


@dataclass(frozen=True, slots=True)
class Simulated:
    """One request under two policies. `refusal` says why none of its routes comes out, `refused_before` why none did."""

    requester: PersonId
    compared_with: str
    case: Case | None = None
    changes: tuple[Change, ...] = ()
    routes: tuple[Route, ...] = ()
    refusal: Refusal | None = None
    refused_before: Refusal | None = None


async def diff_policies(
    query: tuple[Chosen, Chosen], *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> tuple[Difference, ...]:
    """Raises NotFound, PolicyNotReadable, PoliciesOfTwoProcesses, NotPermitted where one is a draft."""
    async with uow:
        before, after = [await _text_of(chosen, uow, actor) for chosen in query]
        today = (await uow.directories.current()).as_of(local_date(clock.now()))
    _must_be_of_one_process(outline(before)[0], outline(after)[0])
    return differences(before, after, today)


async def simulate_policy(
    query: Simulate, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> tuple[Simulated, ...]:
    """Raises NotFound, PolicyNotValid, NotPermitted."""
    permissions.require(actor, "SimulatePolicy")
    async with uow:
        simulator = await _simulator(query.policy, uow, actor, clock)
        if isinstance(query.on, Given):
            return (await simulator.given(query.on, uow),)
        cases = await uow.cases.latest(simulator.policy.process, query.on.count)
        versions = {
            version: await uow.policies.version(simulator.policy.process, version)
            for version in {case.policy for case in cases}
        }
    found = []
    for case in cases:
        found.append(simulator.case(case, versions[case.policy], query.on))
        # Planning takes all of the processor: others have their turn in between.
        await asyncio.sleep(0)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Simulator:
    """Everything that both policies are tried on: one directory, one count of what everybody has to do."""

    policy: Policy
    directory: Directory
    load: Mapping[PersonId, int]
    today: date

    async def given(self, asked: Given, uow: ApprovalUnitOfWork) -> Simulated:
        try:
            in_force = await uow.policies.in_force(self.policy.process)
        except NoPolicy:
            routes, refusal = self._planned(self.policy, asked, self.today)
            return Simulated(asked.requester, "", routes=routes, refusal=refusal)
        return self._compared(in_force, asked, self.today, None)

    def case(self, case: Case, kept: Policy, asked: LastCases) -> Simulated:
        day = local_date(case.created_at) if asked.as_of_request and case.created_at else self.today
        request = Given(case.requester, case.organisation, case.facts)
        return self._compared(kept, request, day, case)

    def _compared(self, other: Policy, asked: Given, day: date, case: Case | None) -> Simulated:
        before, refused_before = self._planned(other, asked, day)
        after, refusal = self._planned(self.policy, asked, day)
        at = self.directory.as_of(day)
        said: tuple[Change, ...] = ()
        if refusal is None and refused_before is None:
            said = _changes(before, after, at)
        return Simulated(asked.requester, other.name, case, said, after, refusal, refused_before)

    def _planned(self, policy: Policy, asked: Given, day: date) -> tuple[tuple[Route, ...], Refusal | None]:
        try:
            return tuple(self._stage(policy, stage.key, asked, day) for stage in policy.stages), None
        except Refusal as refusal:
            return (), refusal

    def _stage(self, policy: Policy, stage: str, asked: Given, day: date) -> Route:
        return plan(
            policy,
            stage,
            facts=asked.facts,
            directory=self.directory,
            requester=asked.requester,
            as_of=day,
            organisation=asked.organisation,
            load=self.load,
        )


def _changes(before: tuple[Route, ...], after: tuple[Route, ...], names: AsOf) -> tuple[Change, ...]:
    old, new = ({route.stage: route for route in routes} for routes in (before, after))
    return tuple(
        change
        for stage in dict.fromkeys((*new, *old))
        for change in changes(old.get(stage), new.get(stage), names)
    )


async def _simulator(chosen: Chosen, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> _Simulator:
    directory = await uow.directories.current()
    today = local_date(clock.now())
    policy = await _policy_of(chosen, directory.as_of(today), uow, actor)
    people = [person.id for person in directory.people]
    load = await uow.items.load(people) if weighs_load(policy) else {}
    return _Simulator(policy, directory, load, today)


async def _policy_of(chosen: Chosen, today: AsOf, uow: ApprovalUnitOfWork, actor: Actor) -> Policy:
    """What was published is taken as it was meant then; what was not has to be one that could be published."""
    if chosen.yaml or chosen.draft:
        return policy_to_publish(await _text_of(chosen, uow, actor), today)
    view = await uow.policies.view(chosen.process, chosen.version)
    return await uow.policies.version(view.process, view.version)


async def _text_of(chosen: Chosen, uow: ApprovalUnitOfWork, actor: Actor) -> str:
    if chosen.yaml:
        return chosen.yaml
    if chosen.draft:
        permissions.require(actor, "EditPolicyDrafts")
        return (await uow.policy_drafts.find(chosen.process)).yaml
    return (await uow.policies.view(chosen.process, chosen.version)).yaml


def _must_be_of_one_process(before: str, after: str) -> None:
    if before != after:
        raise PoliciesOfTwoProcesses(field="after", before=before, after=after)
