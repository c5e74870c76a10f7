"""Builds of the worker: what they are called, and which one new cases go to."""

from __future__ import annotations

import ast
import asyncio
import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import structlog
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import WorkerDeploymentConfig

DEPLOYMENT: Final = "zhupi"
PAUSE: Final = 0.2  # seconds
# The deployment or our version of it is not known yet, or has just been changed.
PASSING: Final = (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.ABORTED)
FOLLOWED: Final = ("workflows", "kernel", "zhupi")

log = structlog.get_logger(__name__)


def build_id() -> str:
    """The version of the package and a hash of all code that a case runs: `0.1.0-3f9a2c71d0be`.

    That is the workflows and what they import of the kernel and of the generated protos, near or far. The chassis only
    carries them.
    """
    digest = hashlib.sha256()
    for name, file in sorted(_code(Path(__file__).parent).items()):
        digest.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    return f"{version('zhupi')}-{digest.hexdigest()[:12]}"


def _code(folder: Path) -> dict[str, Path]:
    """Modules by name: all of this folder, and all that they import of FOLLOWED."""
    top = folder.parent
    found = {".".join(file.relative_to(top).with_suffix("").parts): file for file in folder.rglob("*.py")}
    unread = list(found.values())
    while unread:
        for name in _imported(unread.pop()):
            if name.split(".")[0] in FOLLOWED and name not in found and (file := _file_of(name)):
                found[name] = file
                unread.append(file)
    return found


def _file_of(name: str) -> Path | None:
    try:
        spec = find_spec(name)
    except ModuleNotFoundError:  # what a module has in it is no module
        return None
    return Path(spec.origin) if spec and spec.origin else None


def _imported(file: Path) -> Iterator[str]:
    """Every name that may be a module: `from a import b` imports `a`, and `a.b` if that is one."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def deployment(build: str) -> WorkerDeploymentConfig:
    """Cases stay with the build that they were started on."""
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(DEPLOYMENT, build),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )


async def make_current(client: Client, build: str) -> None:
    """Send new cases to this build, unless they go to a younger one. Waits until the engine has seen our worker.

    A worker of an older build that is started once more finishes its own cases; it takes no new ones. Who wants to go back to
    it says so: `temporal worker deployment set-current-version`.
    """
    while True:
        try:
            seen = await client.workflow_service.describe_worker_deployment(
                DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=DEPLOYMENT)
            )
            made = {
                known.deployment_version.build_id: known.create_time.ToDatetime()
                for known in seen.worker_deployment_info.version_summaries
            }
            current = seen.worker_deployment_info.routing_config.current_deployment_version.build_id
            if build in made and current in made and made[current] >= made[build]:
                if current != build:
                    log.warning("new cases go to a younger build", build=build, younger=current)
                return
            await _set_current(client, build, seen.conflict_token)
        except RPCError as error:
            if error.status not in PASSING:
                raise
            await asyncio.sleep(PAUSE)
        else:
            log.info("new cases go to this build", build=build)
            return


async def _set_current(client: Client, build: str, as_seen: bytes) -> None:
    """Raises RPCError, FAILED_PRECONDITION where the engine has not seen all our queues or somebody else was faster."""
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace,
        deployment_name=DEPLOYMENT,
        build_id=build,
        conflict_token=as_seen,
        identity=client.identity,
    )
    await client.workflow_service.set_worker_deployment_current_version(request)
