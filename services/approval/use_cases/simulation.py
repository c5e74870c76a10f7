"""Policies side by side: what changes in their words, and whom they ask for the same requests on the same directory."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kernel.actor import Actor
from kernel.clock import Clock, FixedClock, local_date
from kernel.errors import InvalidArgument, Refusal
from services.approval import permissions
from services.approval.domain.cases.case import Case
from services.approval.domain.people.directory import AsOf, OrganisationId, PersonId
from services.approval.domain.planning.comparing import Change, changes
from services.approval.domain.planning.route import Route
from services.approval.domain.policies.facts import Fact
from services.approval.domain.policies.policy import Policy
from services.approval.policy_text.differences.comparing import Difference, differences
from services.approval.policy_text.reading import outline, policy_to_publish
from services.approval.use_cases.planning import Asked, plan_for
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.refusals import NoPolicy


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
    # Anybody may ask: whoever sends the longest keeps nobody else waiting.
    return await asyncio.to_thread(_compared_texts, before, after, today)


def _compared_texts(before: str, after: str, today: AsOf) -> tuple[Difference, ...]:
    _must_be_of_one_process(outline(before)[0], outline(after)[0])
    return differences(before, after, today)


async def simulate_policy(
    query: Simulate, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> tuple[Simulated, ...]:
    """Raises NotFound, PolicyNotValid, NotPermitted."""
    permissions.require(actor, "SimulatePolicy")
    async with uow:
        today = (await uow.directories.current()).as_of(local_date(clock.now()))
        simulator = _Simulator(await _policy_of(query.policy, today, uow, actor), uow)
        if isinstance(query.on, Given):
            return (await simulator.given(query.on, clock),)
        found = []
        for case in await uow.cases.latest(simulator.policy.process, query.on.count):
            then = case.created_at if query.on.as_of_request else None
            found.append(await simulator.case(case, FixedClock(then or clock.now())))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Simulator:
    """Requests under `policy` and under another, each planned as a preview would plan it at the moment of the clock."""

    policy: Policy
    uow: ApprovalUnitOfWork

    async def given(self, asked: Given, clock: Clock) -> Simulated:
        try:
            in_force = await self.uow.policies.in_force(self.policy.process)
        except NoPolicy:
            routes, refusal = await self._planned(self.policy, asked, clock)
            return Simulated(asked.requester, "", routes=routes, refusal=refusal)
        return await self._compared(in_force, asked, clock)

    async def case(self, case: Case, clock: Clock) -> Simulated:
        kept = await self.uow.policies.version(self.policy.process, case.policy)
        request = Given(case.requester, case.organisation, case.facts)
        return replace(await self._compared(kept, request, clock), case=case)

    async def _compared(self, other: Policy, asked: Given, clock: Clock) -> Simulated:
        before, refused_before = await self._planned(other, asked, clock)
        after, refusal = await self._planned(self.policy, asked, clock)
        names = (await self.uow.directories.current()).as_of(local_date(clock.now()))
        said = () if refusal or refused_before else _changes(before, after, names)
        return Simulated(asked.requester, other.name, None, said, after, refusal, refused_before)

    async def _planned(
        self, policy: Policy, given: Given, clock: Clock
    ) -> tuple[tuple[Route, ...], Refusal | None]:
        routes: list[Route] = []
        try:
            for stage in policy.stages:
                asked = Asked(policy, stage.key, given.facts, given.requester, given.organisation)
                routes.append(await plan_for(asked, routes, self.uow, clock))
        except Refusal as refusal:
            return (), refusal
        return tuple(routes), None


def _changes(before: tuple[Route, ...], after: tuple[Route, ...], names: AsOf) -> tuple[Change, ...]:
    old, new = ({route.stage: route for route in routes} for routes in (before, after))
    return tuple(
        change
        for stage in dict.fromkeys((*new, *old))
        for change in changes(old.get(stage), new.get(stage), names)
    )


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
