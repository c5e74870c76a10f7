"""`zhupi up` in a home of its own, in a process of its own, for tests that need everything."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

READY_WITHIN = 120.0
STOPPED_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Installation:
    """What runs. `addresses` is who listens where."""

    home: Path
    addresses: Mapping[str, str]


@contextmanager
def installed(*options: str) -> Iterator[Installation]:
    """Everything running, for as long as the block; `options` are those of `zhupi up`."""
    folder = Path(tempfile.mkdtemp(prefix="zhupi-up-"))
    folder.chmod(0o711)  # PostgreSQL of a root session runs as somebody else
    home = folder / "home"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ZHUPI_")}
    with (folder / "up.log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "chassis", "up"),
                *("--home", home, "--port-base", "0", "--json", *options),
            ],
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
            start_new_session=True,
        )
    try:
        ready = first_line(process)
        assert ready, (folder / "up.log").read_text("utf-8")
        yield Installation(home, json.loads(ready)["addresses"])
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
