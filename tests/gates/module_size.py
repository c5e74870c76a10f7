"""The size gate: no module above 400 lines; those from 250 on are named, to be looked at again.

Generated code and migrations are what they are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

LOOK_AGAIN, REFUSED = 250, 400
PROJECT = Path(__file__).resolve().parents[2]
ASIDE = ("protos/gen/", "/migrations/", "node_modules/")


def modules(project: Path) -> Iterator[tuple[int, str]]:
    for path in project.rglob("*.py"):
        name = path.relative_to(project).as_posix()
        if not name.startswith(".venv") and not any(part in name for part in ASIDE):
            yield len(path.read_text("utf-8").splitlines()), name


def main(project: Path) -> int:
    large = sorted((entry for entry in modules(project) if entry[0] >= LOOK_AGAIN), reverse=True)
    for lines, name in large:
        verdict = (
            f"above {REFUSED}, refused" if lines > REFUSED else "look again: does it still have one subject?"
        )
        print(f"{name}: {lines} lines, {verdict}")
    return 1 if any(lines > REFUSED for lines, _ in large) else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT))
