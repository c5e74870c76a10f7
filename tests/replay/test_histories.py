"""Cases that have begun go on under later code: every history that was ever recorded replays.

`ZHUPI_RECORD_HISTORIES=1 pytest tests/workflow` writes the histories anew, one for each path. Do so for a new path, or when
open cases may be broken on purpose; otherwise a history that does not replay any more is a mistake (docs/adding-a-process.md).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from tests.replay.altered import CarelessCase
from tests.workflow.booking import BookingCase
from workflows.sandbox import runner
from workflows.schedules import WATCHES
from workflows.worker import PROCESSES

HISTORIES = sorted(Path(__file__).with_name("histories").glob("*.json"))
STORIES = Path(__file__).parents[1] / "workflow"
NOT_RECORDED = {
    # Two thousand events that tell nothing that a dozen do not.
    "an_erp_that_is_down_for_days_is_tried_for_days",
    # The test itself says when a run is long: the histories do not.
    "nobody_closes_for_a_year_and_each_month_it_is_said",
}


def read(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json("replayed", path.read_text())


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_it_replays(path: Path) -> None:
    replayer = Replayer(workflows=[*PROCESSES, *WATCHES, BookingCase], workflow_runner=runner(sandboxed=True))
    await replayer.replay_workflow(read(path))


async def test_a_careless_change_is_noticed() -> None:
    path = next(path for path in HISTORIES if "reviewed_and_paid_once" in path.stem)
    replayer = Replayer(workflows=[CarelessCase], workflow_runner=runner(sandboxed=True))
    # Results of local activities may land in the wrong hands before the order of the commands is compared.
    with pytest.raises((NondeterminismError, RuntimeError)):
        await replayer.replay_workflow(read(path))


def stories() -> Iterator[str]:
    """The tests that tell of a case, by what they are called."""
    for path in STORIES.glob("test_*.py"):
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.AsyncFunctionDef) or not node.name.startswith("test_"):
                continue
            if any(argument.arg in ("town", "idle_town") for argument in node.args.args):
                yield node.name.removeprefix("test_")


def test_every_path_is_recorded() -> None:
    recorded = [path.stem for path in HISTORIES]
    missing = [story for story in stories() if not any(name.startswith(story) for name in recorded)]
    assert set(missing) == NOT_RECORDED
