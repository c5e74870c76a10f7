"""Where it was measured, and how busy it was already."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

from chassis.embedded import nats, postgres, temporal
from chassis.embedded.command import outcome_of


@dataclass(frozen=True, slots=True)
class Machine:
    """`load_before` is the mean number of runnable processes in the minute before; `memory` in bytes."""

    processor: str
    cores: int
    memory: int
    system: str
    python: str
    servers: dict[str, str]
    zhupi: str
    load_before: float

    def rows(self) -> list[tuple[str, str]]:
        said = asdict(self) | {
            "memory": f"{self.memory / 2**30:.1f} GiB",
            "load_before": f"{self.load_before:.2f}",
        }
        said["servers"] = ", ".join(f"{name} {found}" for name, found in self.servers.items())
        return [(name.replace("_", " "), str(value)) for name, value in said.items()]


async def this_machine() -> Machine:
    return Machine(
        processor=_processor(),
        cores=psutil.cpu_count() or 0,
        memory=psutil.virtual_memory().total,
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        servers={
            "PostgreSQL": await _said_by(postgres.binary("postgres")),
            "Temporal": await _said_by(temporal.binary()),
            "NATS": await _said_by(nats.binary()),
        },
        zhupi=version("zhupi"),
        load_before=os.getloadavg()[0],
    )


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    if known.exists():
        for line in known.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


async def _said_by(program: Path) -> str:
    """The first number with a point in what it says about itself."""
    words = (await outcome_of(str(program), "--version", folder=Path("/"))).output.split()
    return next(
        (word.strip("v,():") for word in words if "." in word and word.strip("v,()")[0].isdigit()), "?"
    )
