"""Two hundred claims and forty onboardings a seed, while everything is killed again and again. Run by `make chaos`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.summary import summary
from tests.chaos.walk import Walk, walked


@pytest.mark.chaos
@pytest.mark.timeout(3600)
async def test_whatever_is_killed_nothing_acknowledged_is_lost_and_nothing_happens_twice(
    seed: int, chaos_folder: Path, summaries: list[str], request: pytest.FixtureRequest
) -> None:
    claims, onboardings = (int(request.config.getoption(f"--{name}")) for name in ("claims", "onboardings"))
    walk = Walk(seed, claims, onboardings, most=claims + onboardings)

    done = await walked(walk, chaos_folder / str(seed), lambda line: print(line, flush=True))

    told = summary(seed, done)
    summaries.append(told)
    assert not done.findings, told
    assert len(done.state.expense["claims"]) == claims
    assert len(done.state.customer["onboardings"]) >= onboardings
