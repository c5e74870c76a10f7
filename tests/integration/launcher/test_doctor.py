"""`zhupi doctor` says what is wrong and how to mend it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chassis.launcher.ports import free_ports
from tests.builders.launcher import Start

Rehearsal = dict[str, str]


def doctor(home: Path, environment: Rehearsal, *options: str, base: int = 0) -> tuple[int, str]:
    words = (
        sys.executable,
        "-m",
        "chassis",
        "doctor",
        "--home",
        str(home),
        "--port-base",
        str(base),
        *options,
    )
    said = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert said.stderr == ""
    return said.returncode, said.stdout


def test_a_fresh_installation_is_well(home: Path, rehearsal: Rehearsal) -> None:
    code, said = doctor(home, rehearsal)

    assert code == 0, said
    for fragment in ("as requirements.lock pins them", "PostgreSQL", "nats-server", "temporal version"):
        assert fragment in said
    assert "the first zhupi up makes it" in said
    assert not home.exists()


def test_it_speaks_chinese(home: Path, rehearsal: Rehearsal) -> None:
    assert "没有发现问题" in doctor(home, rehearsal, "--lang", "zh")[1]


def test_every_part_that_runs_is_asked(up: Start, home: Path, rehearsal: Rehearsal) -> None:
    it = up(home, "--only", "chorus").wait_until_ready()
    code, said = doctor(home, rehearsal)
    assert (code, said.count(" answers: ")) == (0, 4), said

    it.part("chorus").suspend()
    code, said = doctor(home, rehearsal)
    it.part("chorus").resume()

    assert code == 1
    assert f"chorus does not answer: {it.addresses()['chorus']}\n    → see {home / 'logs/chorus.log'}" in said
    it.stop()


def test_a_taken_port_is_named(up: Start, home: Path, tmp_path: Path, rehearsal: Rehearsal) -> None:
    base = free_ports(1)[0]
    up(home, "--only", "postgres", base=base).wait_until_ready()

    code, said = doctor(tmp_path / "another", rehearsal, base=base)

    assert code == 1
    assert f"port {base} of postgres is in use" in said


@pytest.fixture
def used(up: Start, home: Path) -> Path:
    """A home that has been up."""
    up(home, "--only", "nats").wait_until_ready().stop()
    return home


def test_readable_keys_are_named(used: Path, rehearsal: Rehearsal) -> None:
    (used / "keys/issuer.jwk").chmod(0o644)

    code, said = doctor(used, rehearsal)

    assert code == 1
    assert f"{used}/keys/issuer.jwk can be read by others\n    → chmod 600" in said


def test_a_home_of_a_newer_version_is_named(used: Path, rehearsal: Rehearsal) -> None:
    (used / "home.json").write_text(json.dumps({"layout": 99, "zhupi": "9.0"}))

    code, said = doctor(used, rehearsal)

    assert code == 1
    assert "was used by a newer version" in said


def test_a_clock_that_was_set_back_is_named(used: Path, rehearsal: Rehearsal) -> None:
    tomorrow = time.time() + 86_400
    os.utime(used / "home.json", (tomorrow, tomorrow))

    code, said = doctor(used, rehearsal)

    assert code == 1
    assert "behind the home\n    → set the clock" in said
