"""Where workflow code runs: tests and replays in the engine's sandbox, which refuses what a replay could not repeat.

The sandbox guards every payload and every module, which takes as much time as all that a case does. So the worker runs
the same code without it, once it has passed the tests; ZHUPI_WORKER_SANDBOX brings the guard back.
"""

from __future__ import annotations

from typing import Final

from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

# Loaded once a process instead of once a case. The processes themselves are not: what they import or do is watched.
PASSED_THROUGH: Final = (
    "buf",
    "chassis",
    "google",
    "kernel",
    "opentelemetry",
    "structlog",
    "workflows.activities",
    "workflows.calls",
    "workflows.case",
    "workflows.case_workflow",
    "workflows.contracts",
    "workflows.memory",
    "workflows.patience",
    "workflows.policy",
    "workflows.verbs",
    "workflows.walking",
    "zhupi",
)


def runner(*, sandboxed: bool) -> WorkflowRunner:
    if not sandboxed:
        return UnsandboxedWorkflowRunner()
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )
