"""Builds of the worker: what they are called, and which one new cases go to."""

from __future__ import annotations

import asyncio
import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Final

import structlog
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import WorkerDeploymentConfig

DEPLOYMENT: Final = "zhupi"
PAUSE: Final = 0.2  # seconds

log = structlog.get_logger(__name__)


def build_id() -> str:
    """The version of the package and a hash of all workflow code: `0.1.0-3f9a2c71d0be`."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for file in sorted(folder.rglob("*.py")):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return f"{version('zhupi')}-{digest.hexdigest()[:12]}"


def deployment(build: str) -> WorkerDeploymentConfig:
    """Cases stay with the build that they were started on."""
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(DEPLOYMENT, build),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )


async def make_current(client: Client, build: str) -> None:
    """Send new cases to this build. Waits until the engine has seen its worker."""
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace, deployment_name=DEPLOYMENT, build_id=build, identity=client.identity
    )
    while True:
        try:
            await client.workflow_service.set_worker_deployment_current_version(request)
        except RPCError as error:
            if error.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION):
                raise
            await asyncio.sleep(PAUSE)
        else:
            log.info("new cases go to this build", build=build)
            return
