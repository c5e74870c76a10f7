"""Real servers for tests: one of each a session (a session a worker with -n), started when a test first asks.

postgres_server  a cluster; `database_url` a fresh empty database in it, `migrated_database(folder)` one with a schema
nats_server      JetStream; `nats_url` gives it with every stream of earlier tests gone
temporal_server  a development server in memory, with the namespace `zhupi`

group            people of a small group in an installation of their own (`zhupi up`), which all who ask for it share
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import nats
import psycopg
import pytest
import structlog
from hypothesis import HealthCheck, settings

from chassis.embedded.nats import Nats
from chassis.embedded.postgres import NOT_DURABLE, Postgres
from chassis.embedded.temporal import Temporal
from chassis.launcher.part import Part
from chassis.launcher.ports import free_ports
from chassis.launcher.supervisor import running
from chassis.postgres.migrations import migrate
from chassis.project import PROJECT

if TYPE_CHECKING:
    from tests.builders.group.group import Group
    from tests.builders.installation import Installation

# By default structlog draws every frame's locals: seconds for each exception that is logged.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)

# A busy machine is no reason to fail. What Hypothesis itself sets on CI stays.
settings.register_profile(
    "patient",
    settings.get_profile(settings.get_current_profile_name()),
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow,),
)
settings.load_profile("patient")

_numbers = count(1)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their place: what is compressed while collecting carries the time, and workers must agree."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """Where servers live. Not pytest's own folder: PostgreSQL of a root session runs as somebody else."""
    folder = Path(tempfile.mkdtemp(prefix="zhupi-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _served(part: Part, folder: Path) -> Iterator[None]:
    # A loop of its own, that runs only while the server starts and stops.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        context = running([part], folder / "logs")
        runner.run(context.__aenter__())
        try:
            yield
        finally:
            runner.run(context.__aexit__(None, None, None))


@pytest.fixture(scope="session")
def postgres_server(server_folder: Path) -> Iterator[Postgres]:
    server = Postgres(server_folder / "postgres", free_ports(1)[0], "secret", NOT_DURABLE)
    with _served(server, server_folder):
        yield server


@pytest.fixture(scope="session")
def nats_server(server_folder: Path) -> Iterator[Nats]:
    server = Nats(server_folder / "nats", free_ports(1)[0], "secret", durable=False)
    with _served(server, server_folder):
        yield server


@pytest.fixture(scope="session")
def temporal_server(server_folder: Path) -> Iterator[Temporal]:
    port, ui_port = free_ports(2)
    server = Temporal(server_folder / "temporal", port, ui_port, durable=False)
    with _served(server, server_folder):
        yield server


@pytest.fixture
def database_url(postgres_server: Postgres) -> Iterator[str]:
    """`postgresql://…` of an empty database that goes with the test."""
    with _database(postgres_server, "template1") as url:
        yield url


@pytest.fixture(scope="session")
def _templates() -> dict[str, str]:
    return {}


@pytest.fixture
def migrated_database(
    postgres_server: Postgres, _templates: dict[str, str]
) -> Iterator[Callable[[str], str]]:
    """Call it with a component's migrations folder (`services/expense/migrations`) for a database of that schema.

    The migrations run once a session; every call is a quick copy.
    """
    with ExitStack() as databases:

        def make(folder: str) -> str:
            if folder not in _templates:
                _templates[folder] = _template(postgres_server, folder)
            return databases.enter_context(_database(postgres_server, _templates[folder]))

        yield make


@pytest.fixture
async def nats_url(nats_server: Nats) -> str:
    """`nats://…` of a server without streams."""
    async with await nats.connect(nats_server.url) as client:
        jetstream = client.jetstream()
        for stream in await jetstream.streams_info():
            assert stream.config.name
            await jetstream.delete_stream(stream.config.name)
    return nats_server.url


# What only they need is imported by them.
@pytest.fixture(scope="session")
def group_installation() -> Iterator[Installation]:
    from tests.builders.group.group import at_work, move_in
    from tests.builders.installation import installed

    async def begin() -> None:
        async with at_work(installation) as group:
            await move_in(group)

    with installed() as installation:
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            runner.run(begin())
        yield installation


@pytest.fixture
async def group(group_installation: Installation) -> AsyncIterator[Group]:
    from tests.builders.group.group import at_work

    async with at_work(group_installation) as group:
        yield group


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All who share an installation share a worker."""
    for item in items:
        if "group_installation" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("group"))


@contextmanager
def _database(server: Postgres, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield server.url(name)
    finally:
        _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _template(server: Postgres, folder: str) -> str:
    name = f"template_{next(_numbers)}"
    _execute(server, f"CREATE DATABASE {name}")
    migrate(server.url(name), PROJECT / folder)
    return name


def _execute(server: Postgres, statement: str) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(statement.encode())
