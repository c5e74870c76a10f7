"""Everything that was measured, as tables and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bench.load import Seen
from bench.machine import Machine
from bench.rounds import Level, Measured
from bench.spread import Spread
from bench.tables import Table

AIM_RATIO, AIM_MEMORY = 0.8, 1 << 30


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds and bytes, but for what is a Spread. `idle_cpu`: cores by part while nobody does anything."""

    machine: Machine
    cold_start: float
    warm_start: float | None
    memory: dict[str, int]
    idle_cpu: dict[str, float]
    levels: list[Level]
    half_load_rate: float
    half_load: Seen
    inbox_items: int
    inbox: Spread


def tables(figures: Figures) -> list[Table]:
    return [
        _rates(figures),
        _latencies(figures),
        _cpu(figures),
        _resting(figures),
        _budgets(figures),
        _machine(figures),
    ]


def _rates(figures: Figures) -> Table:
    rows = [
        (
            str(level.in_flight),
            f"{level.floor.rate:.1f}",
            f"{level.claims.rate:.1f}",
            f"{level.ratio:.2f}",
            f"{1000 * sum(level.floor.cpu_per_case.values()):.0f}",
            f"{1000 * sum(level.claims.cpu_per_case.values()):.0f}",
            f"{max(level.floor.others + level.claims.others):.2f}",
        )
        for level in figures.levels
    ]
    columns = (
        "cases in flight",
        "floor cases/s",
        "Zhupi cases/s",
        "ratio",
        "floor CPU ms/case",
        "Zhupi CPU ms/case",
    )
    note = "Cases per second: the median round; the ratio is that of each round. The last column: cores that something else on the machine took meanwhile."
    return Table("Whole cases, three steps and a payment", (*columns, "others' cores"), rows, note)


def _latencies(figures: Figures) -> Table:
    rows = []
    for level in figures.levels:
        for name, load in (("floor", level.floor), ("Zhupi", level.claims)):
            rows.append((f"{level.in_flight}, {name}", *_cells(load.seen)))
    half = (f"{figures.half_load_rate:.1f} cases/s, Zhupi", *_cells(figures.half_load))
    columns = (
        "in flight",
        "submitted",
        "decision acknowledged",
        "next step visible",
        "last decision → paid",
        "whole case",
    )
    note = "Milliseconds, p50 / p99. The last row: new cases at an even pace, half as many as were possible at the highest number in flight."
    return Table("What people wait for", columns, [*rows, half], note)


def _cells(seen: Seen) -> list[str]:
    found = (seen.submitted, seen.acknowledged, seen.visible, seen.ended, seen.whole)
    return [_cell(Spread.of(seconds)) for seconds in found]


def _cell(spread: Spread) -> str:
    digits = 1 if spread.p50 < 10 else 0
    return f"{spread.p50:.{digits}f} / {spread.p99:.{digits}f}"


def _cpu(figures: Figures) -> Table:
    parts = sorted({part for level in figures.levels for part in (*level.floor.cpu, *level.claims.cpu)})
    loads = [(f"{level.in_flight} {name}", load) for level in figures.levels for name, load in _pair(level)]
    rows = [
        (part, *(f"{1000 * load.cpu_per_case.get(part, 0.0):.1f}" for _, load in loads)) for part in parts
    ]
    totals = (f"{1000 * sum(load.cpu_per_case.values()):.0f}" for _, load in loads)
    return Table(
        "CPU milliseconds a case, by process",
        ("process", *(name for name, _ in loads)),
        [*rows, ("all", *totals)],
    )


def _pair(level: Level) -> tuple[tuple[str, Measured], ...]:
    return (("floor", level.floor), ("Zhupi", level.claims))


def _resting(figures: Figures) -> Table:
    rows = [
        (part, f"{figures.memory[part] / 2**20:.0f}", f"{100 * figures.idle_cpu.get(part, 0.0):.1f}")
        for part in sorted(figures.memory)
    ]
    total = (
        "all",
        f"{sum(figures.memory.values()) / 2**20:.0f}",
        f"{100 * sum(figures.idle_cpu.get(part, 0.0) for part in figures.memory):.1f}",
    )
    note = "Proportional set size: what several processes share is divided among them."
    return Table("At rest, the demo group loaded", ("process", "MiB", "% of a core"), [*rows, total], note)


def _budgets(figures: Figures) -> Table:
    half, busiest = figures.half_load, figures.levels[-1]
    decision, visible = Spread.of(half.acknowledged), Spread.of(half.visible)
    rows = [
        (f"share of the floor at {busiest.in_flight} in flight", f"≥ {AIM_RATIO}", f"{busiest.ratio:.2f}"),
        ("decision acknowledged at half load, p50 ms", "10", f"{decision.p50:.1f}"),
        ("decision acknowledged at half load, p99 ms", "50", f"{decision.p99:.1f}"),
        ("next step visible at half load, p50 ms", "100", f"{visible.p50:.0f}"),
        (f"inbox page of {figures.inbox_items:,} work items, p50 ms", "", f"{figures.inbox.p50:.1f}"),
        (
            f"inbox page of {figures.inbox_items:,} work items (the budget: a million), p99 ms",
            "20",
            f"{figures.inbox.p99:.1f}",
        ),
        ("memory at rest, MiB", f"{AIM_MEMORY >> 20}", f"{sum(figures.memory.values()) / 2**20:.0f}"),
        ("start in a new home, s", "", f"{figures.cold_start:.1f}"),
    ]
    if figures.warm_start is not None:
        rows.append(("start in a home that was used, s", "", f"{figures.warm_start:.1f}"))
    return Table("Budgets", ("what", "budget", "measured"), rows)


def _machine(figures: Figures) -> Table:
    return Table("The machine", ("what", ""), figures.machine.rows())


def as_json(figures: Figures) -> dict[str, Any]:
    """All figures; latencies as p50 and p99 in milliseconds."""
    return {
        **{
            name: getattr(figures, name)
            for name in ("cold_start", "warm_start", "memory", "idle_cpu", "inbox_items")
        },
        "machine": asdict(figures.machine),
        "inbox": asdict(figures.inbox),
        "half_load": {"rate": figures.half_load_rate, **_spreads(figures.half_load)},
        "levels": [
            {
                "in_flight": level.in_flight,
                "ratio": level.ratio,
                **{name.lower(): _measured(load) for name, load in _pair(level)},
            }
            for level in figures.levels
        ],
    }


def _measured(load: Measured) -> dict[str, Any]:
    return {
        "cases": load.cases,
        "rate": load.rate,
        "rates": load.rates,
        "cpu_per_case": load.cpu_per_case,
        "others_cores": load.others,
        **_spreads(load.seen),
    }


def _spreads(seen: Seen) -> dict[str, Any]:
    names = ("submitted", "acknowledged", "visible", "ended", "whole")
    return {name: asdict(Spread.of(getattr(seen, name))) for name in names}
