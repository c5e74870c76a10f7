"""What the worker reads from its environment, beside what every component reads."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from chassis.config import Settings


class WorkerSettings(Settings):
    worker_versioning: Literal["off", "pinned"] = Field(
        "off",
        description="pinned: a case stays with the build that started it, and workers of that build run until it has ended",
    )
    worker_build: str = Field(
        "", description="what this build is called; empty: the version and a hash of the workflows' code"
    )
    worker_sandbox: bool = Field(
        False,
        description="watch that workflow code does nothing that a replay could not repeat; halves the throughput",
    )
