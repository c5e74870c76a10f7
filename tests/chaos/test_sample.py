"""A fixed small walk of `make chaos`, in every `make test`."""

from __future__ import annotations

from tests.chaos import claim_scripts
from tests.chaos.summary import summary
from tests.chaos.walk import Walked


def test_whatever_is_killed_nothing_acknowledged_is_lost_and_nothing_happens_twice(sample: Walked) -> None:
    told = summary(0, sample)

    assert not sample.findings, told
    assert len(sample.state.expense["claims"]) >= len(claim_scripts.SHAPES), told
    assert any(one["state"] == "formal" for one in sample.state.customer["onboardings"]), told


def test_the_sample_has_seen_everything_killed_that_claims_and_customers_need(sample: Walked) -> None:
    killed = {name for name, times in sample.acts.items() if times and name.startswith("kill ")}

    assert {"kill worker", "kill customer", "kill postgres", "kill temporal", "kill launcher"} <= killed
