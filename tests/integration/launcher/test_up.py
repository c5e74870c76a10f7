"""`zhupi up` from its start to its end, and what happens when something is killed on the way."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.builders.launcher import Start, free_base

ALL = "soloist,chorus,temporal"


def test_it_says_when_each_part_is_ready_and_where_everything_is(up: Start, home: Path) -> None:
    it = up(home, "--only", ALL).wait_until_ready()

    assert set(it.addresses()) == {"postgres", "nats", "temporal", "temporal-ui", "soloist", "chorus"}
    assert json.loads((home / "addresses.json").read_text()) == it.addresses()
    said = it.stop()
    for part in it.addresses().keys() - {"temporal-ui"}:
        assert f"{part} is ready" in said
    assert not (home / "addresses.json").exists()
    assert it.everything() == []


def test_parts_start_after_what_they_need_and_drain_before_it(up: Start, home: Path) -> None:
    said = up(home, "--only", ALL).wait_until_ready().stop(signal.SIGTERM).splitlines()

    def line(words: str) -> int:
        return next(number for number, text in enumerate(said) if words in text)

    assert line("postgres is ready") < line("soloist is starting")
    assert line("soloist is ready") < line("chorus is starting")
    assert line("chorus has stopped") < line("soloist is draining")
    assert line("soloist has stopped") < line("postgres is draining")


def test_a_second_up_goes_on_with_what_the_first_left(up: Start, home: Path) -> None:
    up(home, "--only", "soloist").wait_until_ready().stop()

    it = up(home, "--only", "soloist").wait_until_ready()

    assert it.query("SELECT count(*) FROM songs") == (2,)


def test_a_part_that_is_killed_is_started_again_and_that_is_said(up: Start, home: Path) -> None:
    it = up(home, "--only", ALL).wait_until_ready()
    it.hear("chorus is ready")

    for part in ("postgres", "nats", "temporal", "soloist"):
        it.part(part).kill()
        assert "signal SIGKILL" in it.hear(f"{part} died")
        it.hear(f"{part} is ready")

    assert it.query("SELECT count(*) FROM songs") == (2,)
    it.stop()


def test_components_come_back_when_the_process_they_were_forked_from_is_killed(up: Start, home: Path) -> None:
    it = up(home, "--only", "soloist").wait_until_ready()
    it.hear("soloist is ready")

    it.nursery().kill()

    it.hear("soloist died")
    it.hear("soloist is ready")
    it.stop()


def test_components_end_with_the_launcher_even_where_nobody_could_tell_the_warden_of_them(
    up: Start, home: Path
) -> None:
    # As one that was being forked when the launcher was killed.
    it = up(home, "--only", ALL).wait_until_ready()
    running = [it.nursery(), it.part("soloist"), it.part("chorus")]
    sleeping = it.part("soloist").children()

    it.warden().kill()
    it.process.kill()

    assert psutil.wait_procs(running, timeout=20)[1] == []
    for process in sleeping:
        process.kill()


def test_nothing_outlives_a_launcher_that_is_killed(up: Start, home: Path) -> None:
    base = free_base()
    it = up(home, "--only", ALL, base=base).wait_until_ready()
    running = it.everything()
    assert {"sleep", "postgres"} <= {process.name() for process in running}

    it.process.kill()
    _, alive = psutil.wait_procs(running, timeout=20)

    assert alive == []
    again = up(home, "--only", ALL, base=base).wait_until_ready()
    assert again.query("SELECT count(*) FROM songs") == (2,)


def test_a_launcher_killed_while_it_starts_leaves_nothing_half(up: Start, home: Path) -> None:
    it = up(home, "--only", ALL)
    it.hear("nats is ready")
    running = it.everything()
    it.process.kill()
    psutil.wait_procs(running, timeout=20)

    up(home, "--only", ALL).wait_until_ready().stop()


def test_an_interrupt_that_comes_twice_at_once_still_drains(up: Start, home: Path) -> None:
    it = up(home, "--only", "postgres").wait_until_ready()
    it.process.send_signal(signal.SIGINT)
    it.stop()

    assert "database system is shut down" in (home / "logs/postgres.log").read_text()


def test_it_drains_when_its_terminal_is_gone(up: Start, home: Path) -> None:
    it = up(home, "--only", "postgres").wait_until_ready()
    assert it.process.stderr
    it.process.stderr.close()
    it.process.send_signal(signal.SIGHUP)

    assert it.process.wait() == 0
    assert "database system is shut down" in (home / "logs/postgres.log").read_text()


def test_another_interrupt_ends_what_does_not_drain(up: Start, home: Path) -> None:
    it = up(home, "--only", "stubborn").wait_until_ready()
    it.process.send_signal(signal.SIGINT)
    it.hear("stubborn is draining")
    with pytest.raises(subprocess.TimeoutExpired):
        it.process.wait(timeout=2)

    assert "stubborn has stopped" in it.stop()


def test_an_interrupt_while_it_starts_ends_it_in_order(up: Start, home: Path) -> None:
    it = up(home, "--only", ALL)
    it.hear("is starting")
    it.process.send_signal(signal.SIGINT)

    it.rest()
    assert it.process.wait() == 130
    assert it.everything() == []


@pytest.mark.parametrize("left_out", ["chorus", "soloist"])
def test_what_is_left_out_does_not_start_and_is_not_waited_for(up: Start, home: Path, left_out: str) -> None:
    it = up(home, "--only", "soloist,chorus", "--without", left_out).wait_until_ready()

    assert {"soloist", "chorus"} - set(it.addresses()) == {left_out}
    it.stop()
