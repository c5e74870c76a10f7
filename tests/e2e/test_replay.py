"""Real declarations of a real organisation, where the log is there: sixty of them, of sixty variants, end as they did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chassis.project import PROJECT
from tests.builders.logs import (
    ADMIN_RETURNS,
    BACK,
    SAVED,
    SUBMITTED,
    THROUGH,
    a_trace,
    write_log,
    write_mapping,
)
from tests.e2e.running import Zhupi

LOG = PROJECT.parent / "shared/data/bpi2020/DomesticDeclarations.xes.gz"
MAPPING = PROJECT / "replay/mappings/bpi2020-domestic-declarations.yaml"
CASES = 60


def replayed(zhupi: Zhupi, *words: object) -> dict[str, Any]:
    """The report of a replay in which everything is well."""
    report: dict[str, Any] = zhupi.ask("replay", *map(str, words))
    return report


def claims_of(zhupi: Zhupi, who: str) -> int:
    return len(zhupi.ask("claim", "list", "--limit", "0", who=who))


@pytest.mark.timeout(900)
@pytest.mark.skipif(not LOG.exists(), reason="the log lies beside the project, not in it")
def test_real_cases_end_as_in_the_log_but_for_those_that_no_sound_process_allows(zhupi: Zhupi) -> None:
    report = replayed(zhupi, LOG, "--mapping", MAPPING, "--cases", CASES, "--spread", "--concurrency", 20)

    assert report["all_is_well"]
    assert report["mismatches"] == []
    assert (report["cases"], report["variants"]) == (CASES, CASES)
    assert report["agree"] == report["walked"] == CASES - len(report["impossible"])
    assert all(one["explained"] for one in report["impossible"])
    assert {"paid", "draft", "returned"} == set(report["ends"])


@pytest.fixture
def log(tmp_path: Path) -> list[str]:
    """The words that name a small log of another organisation, and its mapping."""
    traces = [
        a_trace(*THROUGH, case="through"),
        a_trace(SAVED, case="saved", amount="0.0", number=2),
        a_trace(SUBMITTED, BACK, case="taken back", number=3),
        a_trace(SUBMITTED, ADMIN_RETURNS, BACK, *THROUGH, case="again", number=4),
    ]
    return [str(write_log(tmp_path / "log.xes", traces)), "--mapping", str(write_mapping(tmp_path))]


def test_any_log_with_a_mapping_is_replayed_and_a_run_that_is_taken_up_again_does_nothing_twice(
    zhupi: Zhupi, log: list[str]
) -> None:
    route = zhupi.ask("claim", "new", "--title", "办公用品", "--line", "office today 100", who="lihua")[
        "name"
    ]

    begun = replayed(zhupi, *log, "--cases", 2)
    whole = replayed(zhupi, *log, "--resume", begun["run"])
    made = claims_of(zhupi, "school-staff")
    again = replayed(zhupi, *log, "--resume", begun["run"])

    assert (whole["agree"], whole["amounts_lifted"]) == (4, 1)
    assert whole["ends"] == {
        "draft": {"logged": 2, "walkable": 2, "seen": 2},
        "paid": {"logged": 2, "walkable": 2, "seen": 2},
    }
    assert (made, claims_of(zhupi, "school-staff")) == (4, 4)
    assert (again["run"], again["agree"]) == (begun["run"], 4)
    # For everybody else it is decided as before.
    asked = [
        step["approvers"][0]["candidates"]
        for stage in zhupi.ask("claim", "route", route.removeprefix("claims/"), who="lihua")["routes"]
        for step in stage["steps"]
        if not step["skipped"]
    ]
    assert asked[0] == ["people/zhangwei"]
    assert len(asked) == 2


def test_what_differs_from_the_log_is_told_and_is_no_success(zhupi: Zhupi, tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.xes", [a_trace(SUBMITTED, BACK, case="taken back")])
    mapping = write_mapping(tmp_path, ends={BACK: "returned"})

    result = zhupi.run("replay", str(log), "--mapping", str(mapping), "--lang", "en")

    assert result.exit_code == 1
    assert "taken back" in result.stdout
    assert "0 as in the log, 1 differ" in result.stdout


def test_a_log_that_the_mapping_does_not_know_is_refused_before_anything_is_done(
    zhupi: Zhupi, tmp_path: Path
) -> None:
    log = write_log(tmp_path / "log.xes", [a_trace("invented", case="1")])

    refused = zhupi.refused("replay", str(log), "--mapping", str(write_mapping(tmp_path)), code=3)

    assert refused["reason"] == "UNKNOWN_ACTIVITY"
    assert "invented" in refused["message"]["zh"]
