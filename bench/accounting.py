"""What every process has used: CPU seconds and memory, by the part it belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress

import psutil

SERVERS = {"postgres": "postgres", "temporal": "temporal", "nats-server": "nats"}
COMPONENT = "zhupi "
LAUNCHER = "launcher"


class Accounts:
    """An installation's processes, and others that take part under names of their own (`driver`, `floor`)."""

    def __init__(self, installation: int, others: Mapping[str, int]) -> None:
        self._installation = psutil.Process(installation)
        self._others = {name: psutil.Process(pid) for name, pid in others.items()}

    def cpu(self) -> dict[str, float]:
        """Seconds so far by part, with those of children that have ended."""
        used: defaultdict[str, float] = defaultdict(float)
        for part, process in self._processes():
            with suppress(psutil.NoSuchProcess):
                used[part] += sum(process.cpu_times()[:4])
        return dict(used)

    def memory(self) -> dict[str, int]:
        """Bytes by part of the installation; a page that several share counts once in all, where the system tells."""
        used: defaultdict[str, int] = defaultdict(int)
        for part, process in self._processes():
            if part not in self._others:
                with suppress(psutil.NoSuchProcess):
                    used[part] += _fair_share(process)
        return dict(used)

    def components(self) -> dict[str, int]:
        """The process ids of our own components and of the others."""
        found = {part: process.pid for part, process in self._processes()}
        return {part: pid for part, pid in found.items() if part not in (LAUNCHER, *SERVERS.values())}

    def of(self, *parts: str) -> list[int]:
        """The process ids of these parts as they are now, the servers' own children among them."""
        return [process.pid for part, process in self._processes() if part in parts]

    def _processes(self) -> Iterator[tuple[str, psutil.Process]]:
        yield LAUNCHER, self._installation
        for process in self._installation.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                yield part_of(process.name()), process
        yield from self._others.items()


def part_of(name: str) -> str:
    """Which part a process of that name is; helpers of the launcher count as the launcher."""
    if name.startswith(COMPONENT):
        return name.removeprefix(COMPONENT)
    return SERVERS.get(name, LAUNCHER)


def used_between(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """Never below zero: a process that has ended takes its seconds along until its parent has heard of it."""
    return {part: max(0.0, seconds - before.get(part, 0.0)) for part, seconds in after.items()}


def summed(accounts: Iterator[Mapping[str, float]]) -> dict[str, float]:
    total: defaultdict[str, float] = defaultdict(float)
    for account in accounts:
        for part, seconds in account.items():
            total[part] += seconds
    return dict(total)


def _fair_share(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
    except psutil.AccessDenied:
        return int(process.memory_info().rss)
    return int(getattr(full, "pss", 0) or full.uss)
