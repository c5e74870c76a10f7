"""The same seed, the same torment: what is walked again is what was walked."""

from __future__ import annotations

from itertools import islice

from tests.chaos.plan import MENU, acts


def test_a_seed_always_plans_the_same_acts_and_another_seed_others() -> None:
    plans = [list(islice(acts(seed), 50)) for seed in (7, 7, 8)]

    assert plans[0] == plans[1] != plans[2]


def test_in_the_long_run_everything_is_done() -> None:
    planned = {(act.kind, act.target) for act in islice(acts(1), 1000)}

    assert planned == {(kind, target) for kind, target, _ in MENU}
