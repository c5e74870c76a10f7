"""A command begins at once: it imports what a client needs, and nothing of what a service is made of."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

from chassis.commands import GROUP

OF_SERVICES = (
    "psycopg",
    "sqlalchemy",
    "alembic",
    "structlog",
    "opentelemetry.sdk",
    "opentelemetry.instrumentation",
)
HEAVY = (
    *OF_SERVICES,
    "joserfc",
    "prometheus_client",
    "protovalidate",
    "temporalio",
    "nats",
    "celpy",
    "uvloop",
)
MODULES = sorted({point.module for point in entry_points(group=GROUP) if point.module.startswith("cli.")})


def test_commands_import_nothing_that_only_services_need() -> None:
    program = f"import sys, chassis.cli, {', '.join(MODULES)}; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    heavy = [name for name in said.split() if any(f"{name}.".startswith(f"{one}.") for one in HEAVY)]
    assert not heavy
