"""`zhupi run` starts one component against given addresses, as containers do."""

from __future__ import annotations

import asyncio
import signal
import sys

import psycopg
import pytest

from chassis.launcher.health import serves
from chassis.launcher.ports import free_ports


@pytest.fixture
def environment(rehearsal: dict[str, str], database_url: str) -> dict[str, str]:
    listen = f"127.0.0.1:{free_ports(1)[0]}"
    return {**rehearsal, "ZHUPI_LISTEN": listen, "ZHUPI_DATABASE_URL": database_url}


async def run(*options: str, environment: dict[str, str]) -> asyncio.subprocess.Process:
    words = (sys.executable, "-m", "chassis", "run", *options)
    return await asyncio.create_subprocess_exec(*words, env=environment, stderr=asyncio.subprocess.PIPE)


async def test_it_migrates_serves_and_drains(environment: dict[str, str]) -> None:
    process = await run("soloist", "--migrate", environment=environment)
    while not await serves(environment["ZHUPI_LISTEN"]):
        assert process.returncode is None
    with psycopg.connect(environment["ZHUPI_DATABASE_URL"]) as connection:
        assert connection.execute("SELECT count(*) FROM songs").fetchone() == (1,)

    process.send_signal(signal.SIGTERM)

    assert await process.wait() == 0


async def test_a_database_of_a_newer_version_is_refused_in_a_sentence(environment: dict[str, str]) -> None:
    with psycopg.connect(environment["ZHUPI_DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE alembic_version AS SELECT '0002' AS version_num")

    process = await run("soloist", "--migrate", environment=environment)
    _, said = await process.communicate()

    assert process.returncode == 78
    assert "was made by a newer version" in said.decode()
    assert "Traceback" not in said.decode()


async def test_a_component_that_has_drained_ends_well_whatever_libraries_leave_behind(
    environment: dict[str, str],
) -> None:
    process = await run("fragile", environment=environment)
    while not await serves(environment["ZHUPI_LISTEN"]):
        assert process.returncode is None

    process.send_signal(signal.SIGTERM)

    assert await process.wait() == 0
