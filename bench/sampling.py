"""Where the processor is: every Python process looked at fifty times a second by py-spy.

It needs the right to look into other processes: root has it, others where `kernel.yama.ptrace_scope` is 0.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chassis.project import PROJECT

RATE: Final = 50  # a second
LIBRARIES: Final = ("site-packages/", f"/python{sys.version_info.major}.{sys.version_info.minor}/")


@dataclass(frozen=True, slots=True)
class Stack:
    """Frames from the outermost to the innermost, as `function (file:line)`, and how often they were seen."""

    frames: tuple[str, ...]
    count: int


class Sampler:
    """Samples processes by name from `start` until `stop`, into `folder`: one file of folded stacks each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: dict[str, asyncio.subprocess.Process] = {}

    async def start(self, processes: Mapping[str, int]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        program = Path(sys.executable).with_name("py-spy")
        for name, pid in processes.items():
            words = (
                "record",
                "--gil",
                "--nonblocking",
                "--full-filenames",
                "--pid",
                str(pid),
                "--format",
                "raw",
                "--rate",
                str(RATE),
                "--duration",
                "unlimited",
            )
            self._running[name] = await asyncio.create_subprocess_exec(
                *(str(program), *words, "--output", str(self._file(name))),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )

    async def stop(self) -> tuple[dict[str, list[Stack]], str]:
        """The stacks of each process, and what py-spy complained of where it could not look."""
        found: dict[str, list[Stack]] = {}
        complaint = ""
        for name, process in self._running.items():
            if process.returncode is None:
                process.send_signal(2)
            _, said = await process.communicate()
            if self._file(name).exists():
                found[name] = list(stacks(self._file(name).read_text("utf-8").splitlines()))
            else:
                complaint = said.decode(errors="replace").strip()
        return found, complaint

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.folded"


def stacks(lines: Iterable[str]) -> Iterable[Stack]:
    """Folded stacks: frames with semicolons between, then how often."""
    for line in lines:
        frames, _, count = line.rpartition(" ")
        yield Stack(tuple(frames.split(";")), int(count))


def by_place(found: Iterable[Stack], most: int = 12) -> list[tuple[str, float]]:
    """The share of samples in which a library or a room of ours was innermost, largest first."""
    places: Counter[str] = Counter()
    for stack in found:
        places[place_of(stack.frames[-1])] += stack.count
    total = sum(places.values())
    return [(place, count / total) for place, count in places.most_common(most)]


def within(found: Iterable[Stack], most: int = 25) -> list[tuple[str, float]]:
    """The share of samples in which a function of ours was anywhere on the stack, largest first."""
    functions: Counter[str] = Counter()
    total = 0
    for stack in found:
        total += stack.count
        for name in {name_of(frame) for frame in stack.frames if is_ours(frame)}:
            functions[name] += stack.count
    return [(function, count / total) for function, count in functions.most_common(most)]


def name_of(frame: str) -> str:
    return f"{frame.partition(' (')[0]} ({file_of(frame)})"


def is_ours(frame: str) -> bool:
    return file_of(frame).startswith(("chassis/", "services/", "workflows/", "kernel/"))


def place_of(frame: str) -> str:
    """`sqlalchemy`, `chassis/rpc`, `services/approval/store`: the library, or the folder of ours."""
    file = file_of(frame)
    return "/".join(file.split("/")[: 3 if is_ours(frame) else 1]).removesuffix(".py")


def file_of(frame: str) -> str:
    """The file of `function (file:line)`, from the project, from where libraries lie, or from Python's own."""
    path = frame.rpartition("(")[2].rpartition(":")[0]
    for root in (*LIBRARIES, f"{PROJECT}/"):
        _, found, rest = path.rpartition(root)
        if found:
            return rest
    return path
