"""Where `zhupi up` cannot start it says why in a sentence, exits with an error, and damages nothing."""

from __future__ import annotations

import json
import os
import shutil
import socket
from pathlib import Path

import pytest

from chassis.launcher.ports import free_ports
from tests.builders.launcher import Start, Up


def refusal(it: Up) -> str:
    said = it.rest()
    assert it.process.wait() == 1, said
    assert "Traceback" not in said
    return next(line for line in said.splitlines() if line.startswith("✗"))


def test_a_port_in_use(up: Start, home: Path) -> None:
    with socket.create_server(("127.0.0.1", free_ports(1)[0])) as taken:
        port = taken.getsockname()[1]

        said = refusal(up(home, "--only", "postgres", base=port))

    assert f"port {port} of postgres is in use ({os.getpid()}, " in said
    up(home, "--only", "postgres").wait_until_ready().stop()


def test_a_home_in_use(up: Start, home: Path) -> None:
    first = up(home, "--only", "nats").wait_until_ready()

    said = refusal(up(home, "--only", "nats"))

    assert said == f"✗ {home} is in use by another zhupi up (process {first.process.pid})"
    first.stop()


@pytest.mark.parametrize("newer", [{"zhupi": "99.0"}, {"layout": 2}])
def test_a_home_of_a_newer_version(up: Start, home: Path, newer: dict[str, object]) -> None:
    up(home, "--only", "nats").wait_until_ready().stop()
    signed = json.loads((home / "home.json").read_text()) | newer
    (home / "home.json").write_text(json.dumps(signed))

    assert "was used by a newer version" in refusal(up(home, "--only", "nats"))
    assert json.loads((home / "home.json").read_text()) == signed


def test_a_database_of_a_newer_version(up: Start, home: Path) -> None:
    it = up(home, "--only", "soloist").wait_until_ready()
    it.query("UPDATE alembic_version SET version_num = '0002' RETURNING 1")
    it.stop()

    it = up(home, "--only", "soloist")

    assert "soloist does not start (exit code 78)" in refusal(it)
    assert "Database soloist was made by a newer version" in it.said[-1]


def test_a_cluster_of_another_postgres(up: Start, home: Path) -> None:
    up(home, "--only", "postgres").wait_until_ready().stop()
    (home / "postgres/cluster/PG_VERSION").write_text("17\n")

    assert "belongs to PostgreSQL 17" in refusal(up(home, "--only", "postgres"))


def test_a_folder_with_other_things_in_it(up: Start, home: Path) -> None:
    home.mkdir()
    (home / "thesis.tex").touch()

    assert "neither empty nor a home" in refusal(up(home, "--only", "nats"))
    assert [path.name for path in home.iterdir() if path.name != "lock"] == ["thesis.tex"]


def test_a_home_that_is_a_file(up: Start, home: Path) -> None:
    home.write_text("not a folder")

    assert "cannot be written" in refusal(up(home, "--only", "nats"))


def test_a_part_that_never_answers(up: Start, home: Path) -> None:
    it = up(home, "--only", "mute")

    assert "mute does not start (exit code 1)" in refusal(it)
    assert "has lost its voice" in it.said[-1]
    assert it.everything() == []


def test_a_part_that_is_not_there(up: Start, home: Path) -> None:
    assert "there is no part approvel; there are: postgres, nats, temporal" in refusal(
        up(home, "--only", "approvel")
    )


def test_a_base_out_of_range(up: Start, home: Path) -> None:
    assert "--port-base 70000 is not between" in refusal(up(home, base=70000))


def test_a_full_disk(up: Start, home: Path) -> None:
    home.mkdir()
    mount = 'mount -t tmpfs -o size=16m tmpfs "$0" && exec "$@"'
    inside = (
        shutil.which("unshare") or "",
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        mount,
        str(home),
    )

    assert "MB left and 256 MB are needed" in refusal(up(home, "--only", "nats", prefix=inside))
