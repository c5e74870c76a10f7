"""What a preview says is what then happens, under one snapshot; only what people decide meanwhile may add to it.

Directories and policies are generated; under each, sixteen cases are previewed and then walked: stage after stage planned, every
step opened in its turn and decided by somebody who was asked. Some two thousand cases; `ZHUPI_PREVIEWS=2000` looks longer.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kernel.clock import FixedClock
from services.approval.domain.cases.names import StepName
from services.approval.domain.people.directory import Assignment, Directory, Person, ReportingLine
from services.approval.domain.planning.choosing import NobodyToApprove
from services.approval.domain.planning.known import Decided
from services.approval.domain.planning.route import Route, RouteStep
from services.approval.domain.policies.ballot import Mode
from services.approval.domain.policies.facts import Fact
from services.approval.domain.policies.lint.policy import find_problems
from services.approval.domain.policies.policy import (
    Choose,
    Empty,
    OnEmpty,
    OnRepeat,
    OnRequester,
    Policy,
    PolicyStep,
    Stage,
)
from services.approval.domain.policies.references import place
from services.approval.domain.policies.separation import Separation
from services.approval.domain.policies.sources import (
    DecidersSource,
    ManagerChain,
    ManagerSource,
    PersonSource,
    PostSource,
    Source,
    Where,
)
from services.approval.use_cases.planning import Asked, plan_case, plan_for, settled
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from tests.builders.approval import NOW, TODAY, a_case, a_directory, a_policy, text, yuan
from tests.builders.snapshot import Snapshot

EXAMPLES: Final = int(os.environ.get("ZHUPI_PREVIEWS", "130"))
GROUP = a_directory()
PEOPLE = tuple(person.id for person in GROUP.people)
PLACES = tuple(place.id for place in GROUP.organisations)
POSTS = tuple(post.key for post in GROUP.posts)


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    """Other people on the same posts, reporting to others above them in the list."""
    held = draw(
        st.lists(
            st.tuples(st.sampled_from(PEOPLE), st.sampled_from(POSTS), st.sampled_from(PLACES)), max_size=12
        )
    )
    lines = {
        person: draw(st.sampled_from(PEOPLE[n + 1 :]))
        for n, person in enumerate(PEOPLE[:-1])
        if draw(st.booleans())
    }
    return a_directory(
        people=tuple(Person(id, id, draw(st.sampled_from(PLACES))) for id in PEOPLE),
        assignments=(
            *{Assignment(*one) for one in held},
            Assignment("zhengnan", "process-administrator", "hq"),
        ),
        reporting_lines=tuple(ReportingLine(*line) for line in lines.items()),
    )


SOURCES: st.SearchStrategy[Source] = st.one_of(
    st.builds(PersonSource, st.sampled_from(PEOPLE)),
    st.builds(PostSource, st.sampled_from(POSTS), st.sampled_from([Where.ANYWHERE, Where.NEAREST])),
    st.builds(ManagerSource, st.integers(1, 2)),
    st.builds(ManagerChain, st.integers(1, 3)),
)


@st.composite
def stages(draw: st.DrawFn, key: str, earlier: tuple[str, ...]) -> Stage:
    steps: list[PolicyStep] = []
    for n in range(draw(st.integers(1, 4))):
        before = [*earlier, *(f"{key}/{step.key}" for step in steps)]
        late = st.builds(DecidersSource, st.sampled_from(before)) if before else st.nothing()
        sources = draw(st.lists(st.one_of(SOURCES, SOURCES, SOURCES, late), min_size=1, max_size=2))
        mode = draw(st.sampled_from([Mode.SINGLE, Mode.SINGLE, Mode.ALL, Mode.ANY, Mode.SEQUENTIAL]))
        choose = draw(st.sampled_from([Choose.POOL, Choose.POOL, Choose.LEAST_LOADED, Choose.ROUND_ROBIN]))
        in_turn = bool(steps) and draw(st.integers(0, 3)) > 0
        steps.append(
            PolicyStep(
                f"step{n}",
                text(f"step{n}"),
                tuple(sources),
                mode,
                when=draw(st.sampled_from(["", "", "amount >= yuan(500)"])),
                after=(steps[-1].key,) if in_turn else (),
                on_empty=Empty(draw(st.sampled_from([OnEmpty.SKIP, OnEmpty.ADMINISTRATOR]))),
                requester_is_approver=draw(st.sampled_from(list(OnRequester))),
                choose=choose if mode is Mode.SINGLE else Choose.POOL,
            )
        )
    repeats = draw(st.sampled_from(list(OnRepeat)))
    return Stage(key, text(key), tuple(steps), repeats, may_be_empty=True, one_hand=draw(st.booleans()))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    first = draw(stages("claim", ()))
    second = draw(stages("finance", tuple(f"claim/{step.key}" for step in first.steps)))
    rules = [Separation("apart", text("apart"), ("claim/*", "finance/*"))] if draw(st.booleans()) else []
    return replace(
        a_policy(),
        stages=(first, second),
        administrators=(PersonSource("zhengnan"),),
        separation=tuple(rules),
    )


@dataclass(frozen=True, slots=True)
class Request:
    requester: str
    organisation: str
    amount: int
    luck: int
    """Who of those who are asked decides."""


async def previewed(snapshot: Snapshot, request: Request) -> tuple[Route, ...]:
    """As `preview_route` does it."""
    routes: list[Route] = []
    for stage in snapshot.policy.stages:
        asked = Asked(snapshot.policy, stage.key, facts(request), request.requester, request.organisation)
        routes.append(await plan_for(asked, routes, cast(ApprovalUnitOfWork, snapshot), FixedClock(NOW)))
    return tuple(routes)


async def walked(snapshot: Snapshot, request: Request, stage: str) -> tuple[Route, dict[str, RouteStep]]:
    """As a case does it: the route of a stage, and every step as it was opened, by key."""
    uow, clock = cast(ApprovalUnitOfWork, snapshot), FixedClock(NOW)
    case = a_case(
        requester=request.requester,
        organisation=request.organisation,
        facts=facts(request),
        policy=snapshot.policy.version,
    )
    route = await plan_case(case, stage, uow, clock)
    opened = {}
    for planned in route.deciding:
        name = StepName(case.name, stage, planned.key, 1)
        opened[planned.key] = step = await settled(planned, name, case, uow, clock)
        decide(snapshot, stage, step, request.luck)
    return route, opened


def decide(snapshot: Snapshot, stage: str, step: RouteStep, luck: int) -> None:
    """Everyone in a step for all; else the first to come."""
    everyone = step.mode in (Mode.ALL, Mode.SEQUENTIAL)
    for approver in step.approvers if everyone else [step.approvers[luck % len(step.approvers)]]:
        person = approver.candidates[luck % len(approver.candidates)]
        snapshot.done.append(Decided(place(stage, step.key), 1, person))
        if approver.is_pool:
            snapshot.took_first.setdefault(stage, person)


def facts(request: Request) -> dict[str, Fact]:
    return {"amount": yuan(request.amount)}


def requests(organisation: str, luck: int) -> list[Request]:
    """Everybody's, for little and for much."""
    return [Request(person, organisation, amount, luck) for person in PEOPLE for amount in (100, 900)]


LOADS = st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 5), max_size=5)


@settings(max_examples=EXAMPLES)
@given(directories(), policies(), LOADS, LOADS, st.sampled_from(PLACES), st.integers(0, 999))
def test_a_preview_is_what_then_runs_but_for_what_people_decide_meanwhile(
    directory: Directory,
    policy: Policy,
    load: dict[str, int],
    turns: dict[str, int],
    organisation: str,
    luck: int,
) -> None:
    assume(not find_problems(policy, directory.as_of(TODAY)))
    for request in requests(organisation, luck):
        asyncio.run(compare(Snapshot(directory, policy, load, turns), request))


async def compare(snapshot: Snapshot, request: Request) -> None:
    try:
        preview = await previewed(snapshot, request)
    except NobodyToApprove:
        return
    for before in preview:
        try:
            after, opened = await walked(snapshot, request, before.stage)
        except NobodyToApprove:
            # Whoever is left was barred by what others decided meanwhile, which the preview has said may be.
            assert any(step.deferred for step in before.steps)
            return
        assert (before.stage, before.policy) == (after.stage, after.policy)
        planned = by_step(after.steps)
        assert list(by_step(before.steps)) == list(planned)
        for key, said in by_step(before.steps).items():
            # One after the other, of whom some are barred by then, are fewer: that was left open.
            if any(one.deferred for one in (*said, *planned[key])):
                continue
            assert said == planned[key]
            for one in said:
                assert one.skipped or opened[one.key] == one


def by_step(steps: Sequence[RouteStep]) -> dict[str, list[RouteStep]]:
    """What the policy's step has become, `step1` or `step1.1` and `step1.2`, by the step."""
    found: dict[str, list[RouteStep]] = {}
    for one in steps:
        found.setdefault(one.key.partition(".")[0], []).append(one)
    return found
