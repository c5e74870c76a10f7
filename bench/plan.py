"""How much of what is run."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

# Cases of one round, by how many are in flight: few enough to end soon, enough for a p99 over all rounds.
CASES: Final = {1: 15, 10: 80, 50: 200}
# Seconds. Spans leave one late, and settled rows are written later than sent: a load pays for what it caused.
SETTLED_AFTER: Final = 2.5


@dataclass(frozen=True, slots=True)
class Plan:
    """`cases` of one round by the number in flight. `starts`: 2 for a second start, in the home of the first.

    `home` None: a folder that goes with the run.
    """

    cases: dict[int, int] = field(default_factory=lambda: dict(CASES))
    rounds: int = 2
    half_load_seconds: float = 20.0
    inbox_items: int = 100_000
    inbox_pages: int = 16
    idle_seconds: float = 10.0
    settle_seconds: float = SETTLED_AFTER
    starts: int = 2
    home: Path | None = None
    json: Path | None = None
    markdown: Path | None = None


def parsed(words: Sequence[str]) -> Plan:
    """The plan that the command line asks for."""
    plan = Plan()
    parser = argparse.ArgumentParser(prog="make bench", description="Zhupi beside its engine's floor")
    parser.add_argument(
        "--in-flight",
        type=lambda text: [int(number) for number in text.split(",")],
        default=list(CASES),
        help="how many cases at once, with commas (1,10,50)",
    )
    parser.add_argument("--scale", type=float, default=1.0, help="times as many cases a round")
    parser.add_argument("--rounds", type=int, default=plan.rounds)
    parser.add_argument("--half-load-seconds", type=float, default=plan.half_load_seconds)
    parser.add_argument("--inbox-items", type=int, default=plan.inbox_items, help="work items in all inboxes")
    parser.add_argument(
        "--inbox-pages", type=int, default=plan.inbox_pages, help="pages of each kind asked for"
    )
    parser.add_argument("--idle-seconds", type=float, default=plan.idle_seconds)
    parser.add_argument("--settle-seconds", type=float, default=plan.settle_seconds, help="after each load")
    parser.add_argument("--starts", type=int, choices=(1, 2), default=plan.starts, help="1: no warm start")
    parser.add_argument("--home", type=Path, help="a new folder to run in and to keep")
    parser.add_argument("--json", type=Path, help="write all figures here too; - for the standard output")
    parser.add_argument(
        "--markdown",
        type=Path,
        help="write the tables here too; between its marks, where it has them: docs/performance.md",
    )
    asked = parser.parse_args(words)
    return Plan(
        cases={n: max(1, round(cases_at(n) * asked.scale)) for n in asked.in_flight},
        rounds=asked.rounds,
        half_load_seconds=asked.half_load_seconds,
        inbox_items=asked.inbox_items,
        inbox_pages=asked.inbox_pages,
        idle_seconds=asked.idle_seconds,
        settle_seconds=asked.settle_seconds,
        starts=asked.starts,
        home=asked.home,
        json=asked.json,
        markdown=asked.markdown,
    )


def cases_at(in_flight: int) -> int:
    return CASES.get(in_flight, max(15, 4 * in_flight))
