"""Where workflow code runs: in the engine's sandbox, which refuses what a replay could not repeat (clocks, chance, files)."""

from __future__ import annotations

from typing import Final

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

# Pure or never run inside a workflow: loaded once a process instead of once a case.
PASSED_THROUGH: Final = (
    "buf",
    "google",
    "kernel",
    "opentelemetry",
    "workflows.activities",
    "workflows.contracts",
    "workflows.policy",
    "zhupi",
)


def runner() -> SandboxedWorkflowRunner:
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )
