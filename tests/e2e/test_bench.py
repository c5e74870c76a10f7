"""The bench works: everything it tells of has been measured. Nothing here says how quick anything is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.lists.shapes import SHAPES
from chassis.project import PROJECT

LITTLE = (
    *("--in-flight", "2", "--scale", "0.2", "--rounds", "1", "--starts", "1"),
    *("--idle-seconds", "0.2", "--settle-seconds", "0.1", "--half-load-seconds", "1"),
    *("--inbox-items", "300", "--inbox-pages", "1"),
)
PATIENCE = 500  # seconds: a busy machine is no reason to fail
pytestmark = pytest.mark.timeout(PATIENCE + 60)
OURS = {
    "approval",
    "customer",
    "expense",
    "marketing",
    "erp",
    "traces",
    "portal",
    "worker",
    "postgres",
    "temporal",
    "nats",
    "launcher",
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of tables that a small run wrote, with its figures beside it."""
    file = tmp_path_factory.mktemp("bench") / "tables.md"
    ran = subprocess.run(
        [sys.executable, "-m", "bench", *LITTLE, "--json", file.with_suffix(".json"), "--markdown", file],
        cwd=PROJECT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert ran.returncode == 0, ran.stderr
    return file


@pytest.fixture
def figures(kept: Path) -> Any:
    return json.loads(kept.with_suffix(".json").read_text("utf-8"))


def test_both_loads_are_driven_to_their_end(figures: Any) -> None:
    (level,) = figures["levels"]

    for load in (level["floor"], level["zhupi"]):
        cases = load["cases"]
        assert cases == 3
        assert [load[name]["count"] for name in ("submitted", "ended", "whole")] == [cases] * 3
        assert load["acknowledged"]["count"] == 3 * cases
        assert load["visible"]["count"] == 2 * cases
        assert load["rate"] > 0
    assert level["ratio"] > 0


def test_every_process_is_asked_what_it_has_used(figures: Any) -> None:
    (level,) = figures["levels"]

    assert figures["memory"].keys() == OURS
    assert level["zhupi"]["cpu_per_case"].keys() == OURS | {"driver", "floor worker"}
    assert all(used > 0 for used in figures["memory"].values())


def test_pages_of_long_inboxes_are_asked_for(figures: Any) -> None:
    assert figures["inbox"]["count"] == len(SHAPES)
    assert figures["half_load"]["acknowledged"]["count"] >= 3


def test_the_tables_can_be_kept(kept: Path) -> None:
    assert "| share of the floor at 2 in flight |" in kept.read_text("utf-8")
