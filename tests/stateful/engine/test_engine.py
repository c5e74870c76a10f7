"""The engine against the model: a sample in every run, `ZHUPI_ENGINE_STEPS=200000` for a long look.

`ZHUPI_ENGINE_SEED` is the seed of its first slice.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import uvloop
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from chassis.postgres.database import Database
from tests.builders.approval_house import a_house
from tests.builders.edge import Edge
from tests.stateful.engine.machine import Engine
from tests.stateful.engine.office import Office

STEPS = int(os.environ.get("ZHUPI_ENGINE_STEPS", "600"))
WALK = 100
# A long look is many short ones, each with a seed of its own: they can be told apart, and shared among processes.
SLICE = 5000
SEED = int(os.environ.get("ZHUPI_ENGINE_SEED", "0"))
# Explaining traces every line: the machine would be twenty times as slow.
PHASES = [phase for phase in Phase if phase is not Phase.explain]


@pytest.mark.parametrize("n", range(SEED, SEED + max(1, STEPS // SLICE)))
def test_the_engine_agrees_with_the_model(
    migrated_database: Callable[[str], str], tmp_path: Path, n: int
) -> None:
    class Slice(Engine):
        acts = 0

    machine = seed(n)(Slice)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        database = Database(migrated_database("services/approval/migrations"), name="approval")
        context = a_house(Edge(tmp_path), database, tmp_path / "files")
        house = runner.run(context.__aenter__())
        machine.office = Office(runner, house)
        begun = time.process_time()
        try:
            runner.run(machine.office.move_in())
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=max(1, min(STEPS, SLICE) // WALK),
                    stateful_step_count=WALK,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                    phases=PHASES,
                    # What fails in one slice is told by its seed, and is nothing to the others.
                    database=None,
                ),
            )
        finally:
            spent = time.process_time() - begun
            machine.office.close()
            runner.run(context.__aexit__(None, None, None))
            runner.run(database.close())
    print(f"{machine.acts} acts, {1000 * spent / machine.acts:.1f} ms of processor time each")
