"""What came of a replay is told whole: what agrees, what differs, what cannot be walked, and how long it took."""

from __future__ import annotations

import io
import json
from dataclasses import replace

from rich.console import Console

from cli.output import Output
from kernel.text import Text
from replay.latencies import DECIDE, Latencies
from replay.report import Report
from replay.script import Scripted
from replay.seen import Seen
from replay.story import State
from replay.telling import tell
from replay.walker import Walked
from tests.builders.logs import ASKED, PAID, SAVED, SUBMITTED, THROUGH, scripted, walkable


def a_report(*cases: Scripted, walked: tuple[Walked, ...] = (), seconds: float = 2.0) -> Report:
    latencies = Latencies()
    for n in range(100):
        latencies.note(DECIDE, n / 1000)
    return Report("20261122-0a1b2c3d", cases, walked, seconds, latencies.spreads())


def as_logged(case: str = "case 1", **changes: object) -> Walked:
    script = walkable(*THROUGH, case=case)
    return replace(
        Walked(script, "claims/EC-2026-000001", Seen(script.end, script.order)),
        **changes,  # type: ignore[arg-type]  # fields of it
    )


def told(report: Report, language: str = "en") -> str:
    file = io.StringIO()
    tell(Output(language, console=Console(file=file, width=200)), report)
    return file.getvalue()


def test_a_replay_in_which_every_case_ends_as_in_the_log_is_well() -> None:
    one = as_logged()
    report = a_report(one.script, scripted(SAVED, ASKED, PAID, case="case 2"), walked=(one,))

    assert report.all_is_well
    assert report.per_second == 0.5
    said = report.as_json()
    assert (said["cases"], said["walked"], said["agree"], said["variants"]) == (2, 1, 1, 2)
    assert said["ends"] == {"paid": {"logged": 2, "walkable": 1, "seen": 1}}
    assert said["latencies_ms"][DECIDE] == {"count": 100, "p50": 50.0, "p99": 99.0, "longest": 99.0}
    assert json.loads(json.dumps(said)) == said


def test_another_end_and_another_order_are_mismatches() -> None:
    script = walkable(*THROUGH)
    elsewhere = as_logged(seen=Seen(State.RETURNED, script.order))
    otherwise = as_logged(seen=Seen(State.PAID, ("submit", "paid")))
    broken = as_logged(problem=Text("没有等到", "it did not happen"))
    report = a_report(script, script, script, walked=(elsewhere, otherwise, broken))

    assert len(report.mismatches) == 3
    assert not report.all_is_well
    first = report.as_json()["mismatches"][0]
    assert (first["case"], first["claim"]) == ("case 1", "claims/EC-2026-000001")
    assert (first["logged"]["end"], first["seen"]["end"]) == ("paid", "returned")
    assert first["logged"]["order"] == list(script.order)
    text = told(report)
    for word in ("case 1", "EC-2026-000001", "it did not happen", "approve ADMIN", "returned"):
        assert word in text


def test_a_case_that_was_skipped_silently_is_never_well() -> None:
    one = as_logged()
    assert not a_report(one.script, walkable(*THROUGH, case="case 2"), walked=(one,)).all_is_well


def test_what_cannot_be_walked_is_listed_with_its_reason_and_is_well_only_where_the_mapping_gives_one() -> (
    None
):
    known, unknown = scripted(SAVED, ASKED, PAID), scripted(SUBMITTED, PAID)

    assert a_report(known).all_is_well
    assert not a_report(known, unknown).all_is_well
    assert "never submitted" in told(a_report(known))
    assert "从未提交" in told(a_report(known), "zh")
    said = a_report(known, unknown).as_json()["impossible"]
    assert [(one["activity"], one["while"], one["explained"]) for one in said] == [
        (ASKED, "draft", True),
        (PAID, "in_approval", False),
    ]


def test_how_many_amounts_were_lifted_is_said() -> None:
    report = a_report(walkable(*THROUGH, amount="0.0"), walkable(*THROUGH))
    assert report.lifted == 1
    assert "1 cases are over less" in told(report)
