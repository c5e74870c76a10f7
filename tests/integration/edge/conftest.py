"""One installation's keys for the session: making them is slow, nothing changes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.edge import Edge


@pytest.fixture(scope="session")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Edge:
    home: Path = tmp_path_factory.mktemp("home")
    return Edge(home)
