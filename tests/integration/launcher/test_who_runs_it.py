"""`zhupi up` works for root and for ordinary users, wherever they may enter.

User namespaces stand in for users: in one, the test's own user is called root, or is not.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.builders.launcher import Start

UNSHARE = shutil.which("unshare") or ""
ORDINARY = (UNSHARE, "--user", "--map-user=1000")
ROOT = (UNSHARE, "--user", "--map-root-user")


@pytest.mark.parametrize("user", [ORDINARY, ROOT], ids=["ordinary user", "root"])
def test_postgres_runs_for_whoever_starts_it(up: Start, home: Path, user: tuple[str, ...]) -> None:
    up(home, "--only", "postgres", prefix=user).wait_until_ready().stop()


def test_postgres_runs_where_only_the_owner_may_enter(up: Start, home: Path) -> None:
    home.parent.chmod(0o700)

    up(home, "--only", "postgres").wait_until_ready().stop()


def test_a_home_can_be_shut_to_others_later(up: Start, home: Path) -> None:
    it = up(home, "--only", "soloist").wait_until_ready()
    it.stop()
    home.parent.chmod(0o700)

    again = up(home, "--only", "soloist").wait_until_ready()

    assert again.query("SELECT count(*) FROM songs") == (2,)
    again.stop()


def test_a_home_of_somebody_else_is_refused(up: Start, home: Path) -> None:
    up(home, "--only", "nats").wait_until_ready().stop()
    (home / "keys").chmod(0)

    it = up(home, "--only", "nats", prefix=ORDINARY)

    assert "keys/passwords.json cannot be written (Permission denied)" in it.rest()
    assert it.process.wait() == 1


def test_secrets_are_for_the_owner_only(up: Start, home: Path) -> None:
    it = up(home, "--only", "soloist").wait_until_ready()

    for path in [home / "keys/passwords.json", *(home / "keys").rglob("*.jwk"), home / "nats/nats.conf"]:
        assert path.stat().st_mode & 0o077 == 0
    secret = it.query("SELECT current_setting('is_superuser')")
    assert secret == ("off",)
    words = ""
    for process in it.everything():
        with suppress(psutil.NoSuchProcess):  # PostgreSQL's come and go
            words += " ".join(process.cmdline())
    assert (home / "keys/passwords.json").read_text().split('"')[3] not in words
    it.stop()
