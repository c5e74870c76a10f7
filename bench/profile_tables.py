"""A profile as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.sampling import Stack, by_place, within
from bench.statements import Statement
from bench.tables import Table
from bench.waits import Span, by_title, waits_of

MOST_STATEMENTS = 25


@dataclass(frozen=True, slots=True)
class Profile:
    """What was seen of `cases` cases in `seconds`; `cpu` in seconds by part."""

    cases: int
    seconds: float
    cpu: dict[str, float]
    spans: list[Span]
    statements: list[Statement]
    stacks: dict[str, list[Stack]]
    complaint: str


def tables(profile: Profile) -> list[Table]:
    return [_cpu(profile), _waits(profile), _spans(profile), _statements(profile), *_stacks(profile)]


def _cpu(profile: Profile) -> Table:
    rows = [(part, f"{1000 * used / profile.cases:.1f}") for part, used in sorted(profile.cpu.items())]
    total = ("all", f"{1000 * sum(profile.cpu.values()) / profile.cases:.0f}")
    note = f"{profile.cases / profile.seconds:.1f} cases/s while they were looked at."
    return Table("CPU", ("process", "ms a case"), [*rows, total], note)


def _waits(profile: Profile) -> Table:
    rows = [(title, f"{s.p50:.1f}", f"{s.p99:.1f}") for title, s in waits_of(profile.spans).rows()]
    return Table("From a decision to the next step", ("stretch", "p50 ms", "p99 ms"), rows)


def _spans(profile: Profile) -> Table:
    rows = [
        (title, f"{often:.1f}", f"{spread.p50:.1f}", f"{spread.p99:.1f}", f"{in_all:.0f}")
        for title, often, spread, in_all in by_title(profile.spans, profile.cases)
    ]
    note = f"{len(profile.spans) / profile.cases:.0f} spans a case. A span contains those below it: the sums are not to be added up."
    return Table("Spans", ("span", "a case", "p50 ms", "p99 ms", "ms a case"), rows, note)


def _statements(profile: Profile) -> Table:
    rows = [
        (
            f"{s.database}: {s.short()}",
            f"{s.calls / profile.cases:.1f}",
            f"{s.milliseconds / s.calls:.2f}",
            f"{s.milliseconds / profile.cases:.2f}",
        )
        for s in profile.statements[:MOST_STATEMENTS]
    ]
    calls = sum(statement.calls for statement in profile.statements) / profile.cases
    note = f"{calls:.0f} statements a case in all. Time includes waiting for locks."
    return Table("Statements", ("statement", "a case", "mean ms", "ms a case"), rows, note)


def _stacks(profile: Profile) -> Iterator[Table]:
    for name, stacks in sorted(profile.stacks.items()):
        if stacks:
            note = "Share of the samples in which the process ran Python."
            yield Table(f"{name}: innermost", ("library or room", "%"), _shares(by_place(stacks)))
            yield Table(f"{name}: within", ("function of ours", "%"), _shares(within(stacks)), note)


def _shares(found: Sequence[tuple[str, float]]) -> list[tuple[str, str]]:
    return [(what, f"{100 * share:.1f}") for what, share in found]
