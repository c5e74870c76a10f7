"""`zhupi up` as a person runs it: a process of its own, in a home of its own, on free ports."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.builders.launcher import Start, Up

HERE = Path(__file__).parent
ENTRY_POINTS = """[zhupi.components]
soloist = rehearsal:SOLOIST
chorus = rehearsal:CHORUS
stubborn = rehearsal:STUBBORN
mute = rehearsal:MUTE
fragile = rehearsal:FRAGILE
"""


@pytest.fixture(scope="session")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which the components of rehearsal.py are installed."""
    place = tmp_path_factory.mktemp("installed")
    installed = place / "rehearsal-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: rehearsal\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text(ENTRY_POINTS)
    path = os.pathsep.join((str(place), str(HERE)))
    return {
        **os.environ,
        "PYTHONPATH": path,
        "LANG": "en_US.UTF-8",
        "LC_ALL": "en",
    }


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="zhupi-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder, "a home").resolve()


@pytest.fixture
def up(rehearsal: dict[str, str]) -> Iterator[Start]:
    """Call it with a home and options; what still runs after the test is ended."""
    with ExitStack() as stack:

        def start(home: Path, *options: str, prefix: tuple[str, ...] = (), base: int = 0) -> Up:
            words = (*prefix, sys.executable, "-m", "chassis", "up", "--json", "--home", str(home))
            process = stack.enter_context(
                subprocess.Popen(
                    (*words, "--port-base", str(base), *options),
                    env=rehearsal,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(process.kill)
            return Up(home, process)

        yield start
