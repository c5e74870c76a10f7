"""What holds of every route, whatever the policy, the directory, the day and the request."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.approval.domain.people.directory import (
    Assignment,
    Directory,
    Organisation,
    Person,
    Post,
    ReportingLine,
)
from services.approval.domain.people.periods import ALWAYS, Period
from services.approval.domain.planning.choosing import NobodyToApprove
from services.approval.domain.planning.known import Known
from services.approval.domain.planning.planner import UnknownOrganisation, UnknownRequester, plan
from services.approval.domain.planning.route import Route
from services.approval.domain.policies.ballot import Mode
from services.approval.domain.policies.policy import (
    Choose,
    Empty,
    Fallback,
    OnEmpty,
    OnRepeat,
    OnRequester,
    Policy,
    PolicyStep,
)
from services.approval.domain.policies.sources import (
    ManagerChain,
    ManagerSource,
    PersonSource,
    PostSource,
    Source,
    Where,
)
from tests.builders.approval import a_policy, a_policy_step, text, yuan

PEOPLE, PLACES, POSTS = list("abcdef"), ["hq", "north", "south"], ["director", "reviewer"]
people, places, posts = st.sampled_from(PEOPLE), st.sampled_from(PLACES), st.sampled_from(POSTS)

days = st.dates(date(2026, 1, 1), date(2026, 1, 6))
periods = st.just(ALWAYS) | st.builds(Period, st.none() | days, st.none() | days)
# One row for each day at most, as the rules of a directory want it: before and from some day on.
split = st.one_of(
    st.just((ALWAYS,)), days.map(lambda day: (Period(None, day), Period(day.replace(day=day.day + 1))))
)


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    def dated(make: Any, ids: list[str]) -> tuple[Any, ...]:
        return tuple(make(id, period) for id in ids for period in draw(split) if draw(st.integers(0, 9)))

    return Directory(
        draw(st.integers(1, 9)),
        dated(lambda id, period: Organisation(id, text(id), draw(places | st.just("")), period), PLACES),
        dated(lambda id, period: Person(id, id, draw(places), period=period), PEOPLE),
        tuple(Post(key, text(key)) for key in POSTS),
        tuple(draw(st.lists(st.builds(Assignment, people, posts, places, periods), max_size=8))),
        dated(lambda id, period: ReportingLine(id, draw(people), period), PEOPLE),
    )


sources: st.SearchStrategy[Source] = st.one_of(
    st.builds(PersonSource, people),
    st.builds(PostSource, posts, st.just(Where.ANYWHERE)),
    st.builds(PostSource, posts, st.just(Where.NEAREST)),
    st.builds(PostSource, posts, st.just(Where.NAMED), places),
    st.builds(PostSource, posts, st.just(Where.REQUESTERS), levels_up=st.integers(0, 2)),
    st.builds(ManagerSource, st.integers(1, 3)),
)
several = st.lists(sources, min_size=1, max_size=3).map(tuple)
empties = st.one_of(
    st.sampled_from([OnEmpty.REFUSE, OnEmpty.SKIP, OnEmpty.ADMINISTRATOR]).map(Empty),
    st.sampled_from(["one", "two"]).map(lambda name: Empty(OnEmpty.FALLBACK, name)),
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    steps: list[PolicyStep] = []
    for key in "uvwxyz"[: draw(st.integers(1, 5))]:
        chained = draw(st.integers(0, 5)) == 0
        mode = draw(st.sampled_from(Mode))
        step = a_policy_step(
            key,
            *((ManagerChain(draw(st.integers(1, 3))),) if chained else draw(several)),
            mode=mode,
            when=draw(st.sampled_from(["", "", "amount >= yuan(50)"])),
            after=tuple(earlier.key for earlier in steps if draw(st.booleans())),
            on_empty=draw(empties),
            requester_is_approver=draw(st.sampled_from(OnRequester)),
            choose=draw(st.sampled_from(Choose)) if mode is Mode.SINGLE else Choose.POOL,
        )
        steps.append(step)
    return a_policy(
        *draw(st.permutations(steps)),
        repeated_approver=draw(st.sampled_from(OnRepeat)),
        may_be_empty=draw(st.booleans()),
        fallbacks=tuple(Fallback(name, draw(several), draw(empties)) for name in ("one", "two")),
        administrators=draw(several),
    )


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "facts": {"amount": yuan(draw(st.sampled_from([49, 50]))), "other": yuan(1)},
        "requester": draw(people),
        "organisation": draw(places | st.just("")),
        "as_of": draw(days),
        "known": Known(load=draw(st.dictionaries(people, st.integers(0, 3)))),
    }


Answer = Route | str


def answer(policy: Policy, directory: Directory, request: dict[str, Any]) -> Answer:
    """The route, or why there is none."""
    try:
        return plan(policy, "claim", directory=directory, **request)
    except (NobodyToApprove, UnknownRequester, UnknownOrganisation) as refusal:
        return f"{refusal.reason}: {refusal.text.zh}"


def shuffled(directory: Directory, random: Random) -> Directory:
    def mixed(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(rows, len(rows)))

    return Directory(
        directory.version,
        mixed(directory.organisations),
        mixed(directory.people),
        mixed(directory.posts),
        mixed(directory.assignments),
        mixed(directory.reporting_lines),
    )


def only(directory: Directory, day: date) -> Directory:
    """What holds on that day, for ever."""

    def holding(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(row, period=ALWAYS) for row in rows if row.period.covers(day))

    return Directory(
        directory.version,
        holding(directory.organisations),
        holding(directory.people),
        directory.posts,
        holding(directory.assignments),
        holding(directory.reporting_lines),
    )


@given(policies(), directories(), requests())
@settings(max_examples=100, deadline=None)
def test_a_route_asks_people_who_may_decide_and_always_somebody(
    policy: Policy, directory: Directory, request: dict[str, Any]
) -> None:
    route = answer(policy, directory, request)
    if isinstance(route, str):
        return
    today = directory.as_of(request["as_of"])
    for step in route.steps:
        assert request["requester"] not in step.people
        assert len(step.people) == len(set(step.people))
        assert all(today.person(person) for person in step.people)
        assert bool(step.approvers) == (step.skipped is None)
        assert all(approver.candidates for approver in step.approvers)
        assert step.mode is not Mode.SINGLE or len(step.approvers) <= 1
        assert step.mode is Mode.SINGLE or not any(approver.is_pool for approver in step.approvers)
    assert route.deciding or policy.stages[0].may_be_empty


@given(policies(), directories(), requests())
@settings(max_examples=100, deadline=None)
def test_every_step_of_the_policy_is_in_the_route_behind_those_it_waits_for(
    policy: Policy, directory: Directory, request: dict[str, Any]
) -> None:
    route = answer(policy, directory, request)
    if isinstance(route, str):
        return
    keys = [step.key for step in route.steps]
    assert {key.partition(".")[0] for key in keys} == {step.key for step in policy.stages[0].steps}
    assert len(keys) == len(set(keys))
    for place, step in enumerate(route.steps):
        assert set(step.after) <= set(keys[:place])
        assert set(route.earlier(step.key)) <= {one.key for one in route.deciding}
    for rule in policy.stages[0].steps:
        first = next(step for step in route.steps if step.key.partition(".")[0] == rule.key)
        assert {key.partition(".")[0] for key in first.after} == set(rule.after)


@given(policies(), directories(), requests(), st.integers())
@settings(max_examples=120, deadline=None)
def test_the_same_question_has_the_same_answer_in_whatever_order_it_is_put(
    policy: Policy, directory: Directory, request: dict[str, Any], seed: int
) -> None:
    turned = request | {
        "facts": dict(reversed(request["facts"].items())),
        "known": Known(load=dict(reversed(request["known"].load.items()))),
    }
    mixed = shuffled(directory, Random(seed))
    assert answer(policy, directory, request) == answer(policy, mixed, turned)


@given(policies(), directories(), requests())
@settings(max_examples=120, deadline=None)
def test_only_what_holds_on_the_day_counts(
    policy: Policy, directory: Directory, request: dict[str, Any]
) -> None:
    assert answer(policy, directory, request) == answer(policy, only(directory, request["as_of"]), request)


@given(policies(), directories(), requests())
@settings(max_examples=100, deadline=None)
def test_a_policy_that_keeps_the_first_asks_nobody_whom_the_other_would_not(
    policy: Policy, directory: Directory, request: dict[str, Any]
) -> None:
    [stage] = policy.stages
    keep_all, keep_first = (
        answer(
            replace(policy, stages=(replace(stage, repeated_approver=rule, may_be_empty=True),)),
            directory,
            request,
        )
        for rule in (OnRepeat.KEEP_ALL, OnRepeat.KEEP_FIRST)
    )
    if isinstance(keep_all, str) or isinstance(keep_first, str):
        assert keep_all == keep_first
        return
    for all_of, first in zip(keep_all.steps, keep_first.steps, strict=True):
        assert set(first.people) <= set(all_of.people)
    assert {p for step in keep_all.steps for p in step.people} == {
        p for s in keep_first.steps for p in s.people
    }
