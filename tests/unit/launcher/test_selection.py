from __future__ import annotations

import pytest

from chassis.launcher.refusals import NeedsGoInACircle, UnknownPart
from chassis.launcher.selection import dependants, refuse_unknown, selected

NEEDS = {
    "postgres": (),
    "nats": (),
    "temporal": (),
    "expense": ("postgres", "nats"),
    "worker": ("expense", "temporal"),
}


def test_everything_is_started_by_default() -> None:
    assert selected(NEEDS) == set(NEEDS)


def test_what_is_asked_for_brings_what_it_needs() -> None:
    assert selected(NEEDS, only=["worker"]) == set(NEEDS)
    assert selected(NEEDS, only=["expense"]) == {"expense", "postgres", "nats"}


def test_what_is_left_out_is_left_out_even_where_it_is_needed() -> None:
    assert selected(NEEDS, only=["expense"], without=["postgres"]) == {"expense", "nats"}


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        UnknownPart, match="no part expanse; there are: postgres, nats, temporal, expense, worker"
    ):
        refuse_unknown(["nats", "expanse"], NEEDS)


def test_dependants_are_needs_turned_round() -> None:
    assert dependants(NEEDS)["postgres"] == {"expense"}
    assert dependants(NEEDS)["worker"] == set()


@pytest.mark.parametrize("circle", [{"a": ("a",)}, {"a": ("b",), "b": ("c",), "c": ("a",)}])
def test_needs_that_go_in_a_circle_are_refused(circle: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(NeedsGoInACircle):
        dependants(circle)
