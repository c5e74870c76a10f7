"""Everything running, once a session: `zhupi up --demo` in a home of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.running import Zhupi, approver_of

HERE = Path(__file__).parent
READY_WITHIN = 120.0
STOPPED_WITHIN = 60.0
NewClaim = Callable[..., str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that need the whole installation share one worker, and so one installation."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("e2e"))


@pytest.fixture(scope="session")
def zhupi() -> Iterator[Zhupi]:
    folder = Path(tempfile.mkdtemp(prefix="zhupi-e2e-"))
    folder.chmod(0o711)  # PostgreSQL of a root session runs as somebody else
    home = folder / "home"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ZHUPI_")}
    with (folder / "up.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "chassis", "up", "--home", home, "--port-base", "0", "--json", "--demo"],
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
            start_new_session=True,
        )
    try:
        ready = first_line(process)
        assert ready, (folder / "up.log").read_text("utf-8")
        yield Zhupi(home, json.loads(ready)["addresses"])
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOPPED_WITHIN)
        assert process.stdout is not None
        process.stdout.close()
        shutil.rmtree(folder, ignore_errors=True)


def first_line(process: subprocess.Popen[bytes]) -> bytes:
    """What it writes first; empty if it ends or says nothing for too long."""
    lines: list[bytes] = []
    assert process.stdout is not None
    reader = threading.Thread(target=lambda: lines.append(process.stdout.readline()), daemon=True)  # type: ignore[union-attr]
    reader.start()
    reader.join(READY_WITHIN)
    return lines[0] if lines else b""


@pytest.fixture
def new_claim(zhupi: Zhupi) -> NewClaim:
    """Makes a draft and answers its number; without `lines` one over 100 yuan, which the line manager alone approves."""

    def make(who: str = "lihua", *lines: str, title: str = "办公用品") -> str:
        words = [word for line in lines or ("office today 100 郑州 打印纸",) for word in ("--line", line)]
        name: str = zhupi.ask("claim", "new", "--title", title, *words, who=who)["name"]
        return name.removeprefix("claims/")

    return make


@pytest.fixture
def submitted(zhupi: Zhupi, new_claim: NewClaim) -> NewClaim:
    """Makes a claim, submits it and answers its number once somebody has it to decide."""

    def make(who: str = "lihua", *lines: str) -> str:
        number = new_claim(who, *lines)
        zhupi.ask("claim", "submit", number, who=who)
        approver_of(zhupi, number)
        return number

    return make
