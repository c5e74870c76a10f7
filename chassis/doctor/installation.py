"""Whether what `make setup` installs is there and starts."""

from __future__ import annotations

import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chassis.doctor.finding import Finding, well, wrong
from chassis.embedded import nats, postgres, temporal
from chassis.embedded.command import outcome_of
from chassis.embedded.identity import can_run
from chassis.project import PROJECT
from kernel.errors import Refusal
from kernel.text import Text

MAKE_SETUP = Text("请运行 make setup", "run make setup")
# `name==version` without a condition: what is pinned for every machine.
PINNED = re.compile(r"^([\w.-]+)==([^\s;\\]+)\s*\\?$", re.MULTILINE)


async def installation(home: Path) -> AsyncIterator[Finding]:
    yield well("Python {v}", "Python {v}", v=".".join(map(str, sys.version_info[:3])))
    for finding in (*_packages(), *_time_zone()):
        yield finding
    async for finding in _programs():
        yield finding
    if not await can_run(postgres.binary("postgres"), _existing(home)):
        yield wrong(
            Text(
                "没有可运行 PostgreSQL 的身份能进入 {home}",
                "no identity that could run PostgreSQL can enter {home}",
            ),
            Text(
                "请以普通用户运行，或用 --home 指定他人可进入的文件夹",
                "run as an ordinary user, or choose a --home that others may enter",
            ),
            home=home,
        )


def _packages() -> Iterator[Finding]:
    """Whether what is installed is what the lock pins; silent where there is no lock."""
    lock = PROJECT / "requirements.lock"
    if not lock.exists():
        return
    pinned = PINNED.findall(lock.read_text("utf-8"))
    differing = [
        f"{name} {_installed(name)} ≠ {wanted}" for name, wanted in pinned if _installed(name) != wanted
    ]
    if differing:
        seen = Text(
            "与 requirements.lock 不符的包：{shown}", "packages differ from requirements.lock: {shown}"
        )
        yield wrong(seen, MAKE_SETUP, shown="; ".join(differing[:5]))
    else:
        yield well(
            "{n} 个包与 requirements.lock 一致",
            "{n} packages are as requirements.lock pins them",
            n=len(pinned),
        )


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"


def _time_zone() -> Iterator[Finding]:
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        yield wrong(Text("缺少时区数据", "time zone data is missing"), MAKE_SETUP)


async def _programs() -> AsyncIterator[Finding]:
    programs: tuple[Callable[[], Path], ...] = (
        lambda: postgres.binary("postgres"),
        nats.binary,
        temporal.binary,
    )
    for program in programs:
        try:
            said = await outcome_of(str(program()), "--version", folder=Path("/"))
        except Refusal as refusal:
            yield Finding(refusal.text, MAKE_SETUP)
        except OSError as error:
            yield wrong(Text("{error}", "{error}"), MAKE_SETUP, error=error)
        else:
            first = said.output.strip().partition("\n")[0]
            yield Finding(Text(first, first), MAKE_SETUP if said.code else None)


def _existing(home: Path) -> Path:
    """The home, or the nearest folder above it that is there."""
    return next(folder for folder in (home, *home.parents) if folder.is_dir())
