"""What was previewed is what runs: routes planned, kept, and settled step by step, over arbitrary policies and groups."""

from __future__ import annotations

import os
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.approval.domain.people.directory import Capability, Directory
from services.approval.domain.planning.choosing import NobodyToApprove
from services.approval.domain.planning.exclusions import kept_apart, rules_about
from services.approval.domain.planning.known import Decided, Known
from services.approval.domain.planning.planner import UnknownOrganisation, UnknownRequester, plan, request_of
from services.approval.domain.planning.route import Route, RouteStep, Until
from services.approval.domain.planning.settling import settle
from services.approval.domain.policies.authorities import Authority, AuthorityRow
from services.approval.domain.policies.ballot import Mode
from services.approval.domain.policies.policy import Choose, OnRepeat, OnRequester, Policy, PolicyStep
from services.approval.domain.policies.references import place
from services.approval.domain.policies.separation import Separation
from services.approval.domain.policies.sources import (
    AuthoritySource,
    CapabilitySource,
    ChosenSource,
    DecidersSource,
    ManagerSource,
    PersonSource,
    PostSource,
    Source,
    Where,
)
from services.approval.store.rows import ROUTE
from tests.builders.approval import a_policy, a_policy_step, text
from tests.unit.approval.test_planner_properties import (
    directories,
    empties,
    people,
    posts,
    requests,
    shuffled,
)

# A longer look: ZHUPI_PLANS=5000.
MANY = int(os.environ.get("ZHUPI_PLANS", "200"))
KEYS = "uvwxyz"

known_sources: st.SearchStrategy[Source] = st.one_of(
    st.builds(PersonSource, people),
    st.builds(PostSource, posts, st.just(Where.ANYWHERE)),
    st.builds(PostSource, posts, st.just(Where.NEAREST)),
    st.builds(ManagerSource, st.integers(1, 3)),
    st.builds(AuthoritySource, st.just("spending"), st.booleans()),
    st.builds(CapabilitySource, st.just("law"), st.none() | st.integers(1, 3)),
)


@st.composite
def groups(draw: st.DrawFn) -> Directory:
    group = draw(directories())
    able = st.builds(Capability, people, st.sampled_from(["law", "level"]), st.sampled_from("123"))
    return replace(
        group, capabilities=tuple(draw(st.lists(able, max_size=6, unique_by=lambda one: one.person)))
    )


@st.composite
def steps(draw: st.DrawFn, earlier: list[PolicyStep]) -> PolicyStep:
    key = KEYS[len(earlier)]
    mode = draw(st.sampled_from([Mode.SINGLE, Mode.SINGLE, Mode.ALL, Mode.ANY, Mode.SEQUENTIAL]))
    late = [make(one.key) for one in earlier for make in (ChosenSource, DecidersSource)]
    sources: list[Source] = draw(st.lists(known_sources, min_size=1, max_size=3))
    if any(isinstance(source, AuthoritySource) and source.chain for source in sources):
        sources = [source for source in sources if isinstance(source, AuthoritySource)][:1]
    elif late and draw(st.booleans()):
        sources = [*sources[: draw(st.integers(0, 2))], draw(st.sampled_from(late))]
    return a_policy_step(
        key,
        *sources,
        mode=mode,
        after=tuple(one.key for one in earlier),
        on_empty=draw(empties),
        requester_is_approver=draw(st.sampled_from(OnRequester)),
        choose=draw(st.sampled_from(Choose)) if mode is Mode.SINGLE else Choose.POOL,
        excepted=tuple(draw(st.lists(st.builds(PersonSource, people), max_size=1))),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    walked: list[PolicyStep] = []
    for _ in range(draw(st.integers(1, 5))):
        walked.append(draw(steps(walked)))
    apart = draw(st.lists(st.sampled_from([step.key for step in walked]), max_size=3, unique=True))
    spending = Authority(
        "spending", text("spending"), (AuthorityRow(1, up_to=4999), AuthorityRow(2)), "amount"
    )
    return a_policy(
        *walked,
        repeated_approver=draw(st.sampled_from(OnRepeat)),
        one_hand=draw(st.booleans()),
        may_be_empty=True,
        administrators=tuple(draw(st.lists(st.builds(PersonSource, people), min_size=1, max_size=3))),
        authorities=(replace(spending, capability="level"),),
        separation=(Separation("apart", text("apart"), tuple(f"claim/{key}" for key in apart)),),
    )


@st.composite
def snapshots(draw: st.DrawFn) -> Known:
    """What is known of people, whatever the case."""
    numbers = st.dictionaries(people, st.integers(0, 3))
    return Known(
        load=draw(numbers),
        turns={f"claim/{key}": draw(numbers) for key in KEYS},
        experience={f"claim/{key}": draw(numbers) for key in KEYS},
        choices={key: tuple(draw(st.lists(people, max_size=2, unique=True))) for key in KEYS},
    )


def planned(policy: Policy, directory: Directory, request: dict[str, Any]) -> Route | None:
    try:
        return plan(policy, "claim", directory=directory, **request)
    except (NobodyToApprove, UnknownRequester, UnknownOrganisation):
        return None


def decides(step: RouteStep, random: Random) -> tuple[str, ...]:
    """Somebody of every pool, or one of all where one is enough."""
    chosen = [random.choice(approver.candidates) for approver in step.approvers]
    return (random.choice(chosen),) if step.mode is Mode.ANY else tuple(chosen)


@given(policies(), groups(), requests(), snapshots(), st.randoms(use_true_random=False))
@settings(max_examples=MANY, deadline=None)
def test_what_was_previewed_is_what_runs(
    policy: Policy, directory: Directory, request: dict[str, Any], snapshot: Known, random: Random
) -> None:
    request = request | {"known": snapshot}
    preview = planned(policy, directory, request)
    if preview is None:
        return
    kept = ROUTE.validate_python(ROUTE.dump_python(preview, mode="json", exclude_defaults=True))
    assert kept == preview
    known = snapshot
    today = directory.as_of(request["as_of"])
    for step in kept.deciding:
        here = place("claim", step.key)
        known = replace(known, lot=f"case/{here}#1")
        asked = request_of(policy, "claim", directory=directory, **(request | {"known": known}))
        barred = {request["requester"], *_apart(policy, here, known), *_excepted(policy, step)}
        try:
            opened = settle(step, asked)
        except NobodyToApprove:
            everyone = {source.person for source in policy.administrators if isinstance(source, PersonSource)}
            assert step.deferred
            assert not {one for one in everyone if today.person(one)} - barred
            return
        assert opened.people
        assert not opened.deferred
        assert not barred & set(opened.people)
        assert len(set(opened.people)) == len(opened.people)
        assert all(today.person(person) for person in opened.people)
        assert opened == settle(step, asked)
        if not step.deferred:
            assert opened == step
        if (
            [one.until for one in step.deferred] == [Until.PICK]
            and step.deferred[0].expected
            and not known.decided
        ):
            assert opened.people == step.deferred[0].expected
        decided = tuple(Decided(here, 1, person) for person in decides(opened, random))
        if opened.mode is Mode.SINGLE and len(opened.people) > 1 and not known.hand:
            known = replace(known, hand=decided[0].person)
        known = replace(known, decided=(*known.decided, *decided))


def _apart(policy: Policy, here: str, known: Known) -> set[str]:
    return {
        person for rule in rules_about(policy.separation, here) for person in kept_apart(rule, here, known)
    }


def _excepted(policy: Policy, step: RouteStep) -> set[str]:
    rules = policy.stage("claim").step(step.key.partition(".")[0])
    # Whoever is planned without anything being open yet was planned without them.
    return {source.person for source in rules.excepted if isinstance(source, PersonSource)}


@given(policies(), groups(), requests(), snapshots(), st.integers())
@settings(max_examples=MANY, deadline=None)
def test_neither_the_order_of_rows_nor_that_of_what_is_known_changes_a_route(
    policy: Policy, directory: Directory, request: dict[str, Any], snapshot: Known, seed: int
) -> None:
    mixed = shuffled(directory, Random(seed))
    mixed = replace(
        mixed, capabilities=tuple(Random(seed).sample(directory.capabilities, len(directory.capabilities)))
    )
    turned = replace(
        snapshot,
        load=dict(reversed(snapshot.load.items())),
        turns={key: dict(reversed(said.items())) for key, said in reversed(snapshot.turns.items())},
        experience={key: dict(reversed(said.items())) for key, said in reversed(snapshot.experience.items())},
    )
    first = planned(policy, directory, request | {"known": snapshot})
    assert first == planned(policy, mixed, request | {"known": turned})
