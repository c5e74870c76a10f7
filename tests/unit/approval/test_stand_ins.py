"""Stand-ins: who decides for whom, on which days, in which cases, and that it never goes round in a circle."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Refusal
from services.approval.domain.people.periods import Period
from services.approval.domain.people.stand_ins import (
    MOST,
    Scope,
    StandIn,
    Standing,
    StandInState,
    appointed,
    standings,
    stood_in_for,
)
from tests.builders.approval import NOW, TODAY, a_directory

DIRECTORY = a_directory()
TREE = DIRECTORY.as_of(TODAY)
DAY = dt.timedelta(days=1)
WEEK = Period(TODAY, TODAY + 6 * DAY)
CLAIMS = "expense-claim"
PEOPLE = ("wangfang", "lihua", "zhaoqiang", "qianlei", "sunli")


def a_stand_in(person: str, deputy: str, **changes: Any) -> StandIn:
    given: dict[str, Any] = {"id": UUID(int=1), "person": person, "deputy": deputy, "period": WEEK, **changes}
    return StandIn(**given)


def scope(*, processes: tuple[str, ...] = (), organisations: tuple[str, ...] = ()) -> Scope:
    return Scope(frozenset(processes), frozenset(organisations))


def for_whom(deputy: str, *known: StandIn, process: str = CLAIMS, organisation: str = "henan") -> set[str]:
    return set(stood_in_for(deputy, known, process, organisation, TREE, NOW))


def refusal(new: StandIn, *known: StandIn) -> Refusal:
    with pytest.raises(Refusal) as error:
        appointed(new, known, TREE, NOW)
    return error.value


def test_a_stand_in_decides_for_whoever_is_away_and_nobody_else() -> None:
    away = a_stand_in("lihua", "sunli")
    assert for_whom("sunli", away) == {"lihua"}
    assert for_whom("lihua", away) == set()


def test_before_the_first_and_after_the_last_day_there_is_no_authority() -> None:
    tomorrow, yesterday = Period(TODAY + DAY, None), Period(None, TODAY - DAY)
    assert for_whom("sunli", a_stand_in("lihua", "sunli", period=tomorrow)) == set()
    assert for_whom("sunli", a_stand_in("lihua", "sunli", period=yesterday)) == set()


def test_whoever_is_ended_has_no_authority_from_that_moment() -> None:
    ended = a_stand_in("lihua", "sunli").end("lihua", NOW)
    assert for_whom("sunli", ended) == set()
    assert ended.state(NOW - dt.timedelta(seconds=1)) is StandInState.IN_FORCE
    with pytest.raises(Refusal) as error:
        ended.end("lihua", NOW + DAY)
    assert (error.value.reason, error.value.values["person"]) == ("STAND_IN_EXPIRED", "lihua")


def test_a_scope_leaves_out_other_processes_and_organisations_but_includes_those_below() -> None:
    central = a_stand_in("lihua", "sunli", scope=scope(processes=(CLAIMS,), organisations=("central",)))
    assert for_whom("sunli", central) == {"lihua"}
    assert for_whom("sunli", central, organisation="anhui") == set()
    assert for_whom("sunli", central, process="seal-use") == set()


def test_an_organisation_that_is_gone_is_still_covered_by_its_own_name() -> None:
    closed = a_stand_in("lihua", "sunli", scope=scope(organisations=("closed-office",)))
    assert for_whom("sunli", closed, organisation="closed-office") == {"lihua"}


def test_a_stand_in_who_is_away_too_is_stood_in_for_as_far_as_both_scopes_go() -> None:
    first = a_stand_in("lihua", "sunli", scope=scope(organisations=("central",)))
    second = a_stand_in("sunli", "zhoumin", scope=scope(processes=(CLAIMS,)))
    assert for_whom("zhoumin", first, second) == {"sunli", "lihua"}
    assert for_whom("zhoumin", first, second, organisation="anhui") == {"sunli"}
    places = frozenset({"central", "henan", "hubei"})
    expected = {
        Standing("sunli", frozenset({CLAIMS}), None),
        Standing("lihua", frozenset({CLAIMS}), places),
    }
    assert standings("zhoumin", [first, second], TREE, NOW) == expected


def test_nobody_stands_in_for_themselves_or_in_the_past_or_without_being_there() -> None:
    assert refusal(a_stand_in("lihua", "lihua")).reason == "STAND_IN_FOR_ONESELF"
    past = a_stand_in("lihua", "sunli", period=Period(TODAY - 9 * DAY, TODAY - DAY))
    assert (refusal(past).reason, refusal(past).field) == ("STAND_IN_PERIOD_OVER", "last_day")
    backwards = a_stand_in("lihua", "sunli", period=Period(TODAY + 9 * DAY, TODAY + DAY))
    assert refusal(backwards).reason == "STAND_IN_PERIOD_OVER"
    unknown = refusal(a_stand_in("lihua", "nobody"))
    assert (unknown.reason, unknown.field, unknown.values["person"]) == (
        "CANNOT_STAND_IN",
        "deputy",
        "nobody",
    )


def test_nobody_has_more_stand_ins_than_anybody_could_look_through() -> None:
    many = [a_stand_in("lihua", "sunli")] * MOST
    assert refusal(a_stand_in("lihua", "zhoumin"), *many).reason == "TOO_MANY_STAND_INS"
    appointed(a_stand_in("sunli", "zhoumin"), many, TREE, NOW)


def test_a_circle_is_refused_and_named() -> None:
    known = [a_stand_in("lihua", "sunli"), a_stand_in("sunli", "zhoumin")]
    said = refusal(a_stand_in("zhoumin", "lihua"), *known)
    assert said.reason == "STAND_IN_CYCLE"
    assert said.values["chain"] == "zhoumin → lihua → sunli → zhoumin"


@pytest.mark.parametrize(
    "changes",
    [
        {"period": Period(TODAY + 7 * DAY, None)},
        {"scope": scope(processes=("seal-use",))},
        {"scope": scope(organisations=("east",))},
    ],
)
def test_what_never_meets_is_no_circle(changes: dict[str, Any]) -> None:
    known = a_stand_in("lihua", "sunli", scope=scope(processes=(CLAIMS,), organisations=("central",)))
    new = a_stand_in("sunli", "lihua", **changes)
    assert appointed(new, [known], TREE, NOW) == new


# Against a model that knows nothing but single days, single processes and single organisations.

SPAN = 4
PROCESSES = (CLAIMS, "seal-use")
PLACES = ("hq", "central", "henan", "east")
DAYS = st.integers(0, SPAN - 1).map(lambda n: TODAY + n * DAY)
PERIODS = st.builds(lambda a, b: Period(min(a, b), max(a, b)), DAYS, DAYS)
SCOPES = st.builds(Scope, st.frozensets(st.sampled_from(PROCESSES)), st.frozensets(st.sampled_from(PLACES)))
STAND_INS = st.builds(
    a_stand_in, st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), period=PERIODS, scope=SCOPES
).filter(lambda one: one.person != one.deputy)
SITUATIONS = [(n, process, place) for n in range(SPAN) for process in PROCESSES for place in PLACES]


def links(known: list[StandIn], day: int, process: str, place: str) -> set[tuple[str, str]]:
    """Who stands in for whom in one situation, written down without the code under test."""
    above = {"hq": {"hq"}, "central": {"central", "hq"}, "east": {"east", "hq"}}
    above["henan"] = {"henan"} | above["central"]
    return {
        (one.person, one.deputy)
        for one in known
        if one.period.begins <= TODAY + day * DAY <= one.period.ends
        and (not one.scope.processes or process in one.scope.processes)
        and (not one.scope.organisations or one.scope.organisations & above[place])
    }


def reached(start: str, edges: set[tuple[str, str]]) -> set[str]:
    found: set[str] = set()
    while new := {b for a, b in edges if a in found | {start}} - found:
        found |= new
    return found


@given(st.lists(STAND_INS, max_size=12))
def test_a_stand_in_is_refused_exactly_where_somebody_would_stand_in_for_themselves(
    asked: list[StandIn],
) -> None:
    known: list[StandIn] = []
    for new in asked:
        all_links = [links([*known, new], *situation) for situation in SITUATIONS]
        comes_back = any(person in reached(person, edges) for edges in all_links for person in PEOPLE)
        if comes_back:
            assert refusal(new, *known).reason == "STAND_IN_CYCLE"
        else:
            known.append(appointed(new, known, TREE, NOW))


@given(st.lists(STAND_INS, max_size=8), st.sampled_from(PEOPLE), st.integers(0, SPAN - 1))
def test_authority_is_what_the_model_says_in_every_situation(
    known: list[StandIn], deputy: str, day: int
) -> None:
    at = NOW + day * DAY
    whole = standings(deputy, known, TREE, at)
    for process in PROCESSES:
        for place in PLACES:
            edges = {(b, a) for a, b in links(known, day, process, place)}
            expected = reached(deputy, edges) - {deputy}
            assert stood_in_for(deputy, known, process, place, TREE, at) == expected
            listed = {
                one.person
                for one in whole
                if (one.processes is None or process in one.processes)
                and (one.organisations is None or place in one.organisations)
            }
            assert listed == expected
