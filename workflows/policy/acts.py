"""What people do to a case while it is walked, as events of the walk: read from the acts that the approval service tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.policy.walk import Jump, PlannedStep, Replanned


def jump_of(args: Mapping[str, Any]) -> Jump:
    over = tuple(map(str, args["over"]))
    return Jump(str(args["stage"]), int(args["round"]), int(args["n"]), str(args["to"]), over)


def replanned_of(args: Mapping[str, Any]) -> Replanned:
    plan = (PlannedStep(str(s["key"]), tuple(s["after"]), bool(s["skipped"])) for s in args["steps"])
    return Replanned(str(args["stage"]), int(args["round"]), int(args["revision"]), tuple(plan))
