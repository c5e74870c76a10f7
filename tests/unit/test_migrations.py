from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from chassis.project import PROJECT

FOLDERS = sorted(PROJECT.glob("services/*/migrations/versions"))
REVISION = re.compile(r'^revision = "(\d{4})"$', re.M)
BEFORE = re.compile(r'^down_revision = (?:"(\d{4})"|None)$', re.M)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parents[1].name)
def test_the_migrations_of_a_service_stand_in_one_line(folder: Path) -> None:
    """Two of one number would not be seen as two heads by who looks at the numbers alone."""
    line = []
    for path in sorted(folder.glob("*.py")):
        text = path.read_text("utf-8")
        revision, before = REVISION.search(text), BEFORE.search(text)
        assert revision, path.name
        assert before, path.name
        line.append((path.name[:4], revision[1], before[1] or "0000"))
    numbers = [f"{n:04}" for n in range(len(line) + 1)]
    assert line == [(number, number, before) for before, number in pairwise(numbers)]
