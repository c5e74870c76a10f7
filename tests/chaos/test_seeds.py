"""Two hundred claims a seed, while everything is killed again and again. Run by `make chaos`."""

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
    claims = int(request.config.getoption("--claims", 200))
    folder = chaos_folder / str(seed)

    done = await walked(Walk(seed, claims, most=claims), folder, lambda line: print(line, flush=True))

    told = summary(seed, done)
    summaries.append(told)
    assert not done.findings, told
    assert len(done.state.expense["claims"]) == claims
