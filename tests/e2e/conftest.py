"""Everything running, once a session: `zhupi up --demo` in a home of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.builders.installation import installed
from tests.e2e.running import Zhupi, approver_of

HERE = Path(__file__).parent
NewClaim = Callable[..., str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that need the whole installation share one worker, and so one installation."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("e2e"))


@pytest.fixture(scope="session")
def zhupi() -> Iterator[Zhupi]:
    with installed("--demo") as running:
        yield Zhupi(running.home, running.addresses)


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
