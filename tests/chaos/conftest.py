"""Chaos in tests: options of `make chaos`, and one small walked seed for those that run in `make test`."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.walk import Walk, Walked, walked

# Of this seed's first acts, each part of the path of a claim and of a customer is killed once, the launcher among them.
SAMPLE = Walk(seed=4478, claims=24, onboardings=10, most=12)
HERE = Path(__file__).parent
SUMMARIES = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seeds", default="1 2 3", help="which seeds `make chaos` walks")
    parser.addoption("--claims", type=int, default=200, help="how many claims each of them has")
    parser.addoption(
        "--onboardings", type=int, default=40, help="how many customers each of them makes formal"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On the worker of the end-to-end tests: two whole installations at once are one too many for a small machine."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("e2e"))
            if "sample" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.timeout(600))  # whoever asks first waits for the walk


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        seeds = metafunc.config.getoption("--seeds", "1 2 3")
        metafunc.parametrize("seed", [int(seed) for seed in str(seeds).split()])


@pytest.fixture(scope="session")
def summaries(pytestconfig: pytest.Config) -> list[str]:
    """What is told once more when all is over."""
    return pytestconfig.stash.setdefault(SUMMARIES, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for told in config.stash.get(SUMMARIES, []):
        terminalreporter.write_line(told)


@pytest.fixture(scope="session")
def chaos_folder(request: pytest.FixtureRequest, summaries: list[str]) -> Iterator[Path]:
    """Where homes and logs lie; they stay there when anything has failed."""
    folder = Path(tempfile.mkdtemp(prefix="zhupi-chaos-"))
    folder.chmod(0o711)  # PostgreSQL of a root session runs as somebody else
    yield folder
    if request.session.testsfailed:
        summaries.append(f"homes, logs and what the clients wrote down: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sample(chaos_folder: Path) -> Walked:
    """A small walk, once a session."""
    return asyncio.run(walked(SAMPLE, chaos_folder / "sample", print))
