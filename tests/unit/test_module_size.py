from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from chassis.project import PROJECT

GATE = PROJECT / "tests" / "gates" / "module_size.py"


def gate(project: Path) -> tuple[int, str]:
    run = subprocess.run(
        [sys.executable, str(GATE), str(project)], capture_output=True, text=True, check=False
    )
    return run.returncode, run.stdout


def write(path: Path, lines: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x = 1\n" * lines)


def test_a_module_above_the_limit_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "services" / "all.py", 401)
    assert gate(tmp_path) == (1, "services/all.py: 401 lines, above 400, refused\n")


def test_a_large_module_is_named_and_passes(tmp_path: Path) -> None:
    write(tmp_path / "services" / "much.py", 250)
    write(tmp_path / "services" / "little.py", 249)
    assert gate(tmp_path) == (0, "services/much.py: 250 lines, look again: does it still have one subject?\n")


def test_generated_code_and_migrations_may_be_as_long_as_they_are(tmp_path: Path) -> None:
    for name in ("protos/gen/zhupi/x_pb2.py", "services/x/migrations/versions/0001.py", ".venv/lib/x.py"):
        write(tmp_path / name, 900)
    assert gate(tmp_path) == (0, "")
