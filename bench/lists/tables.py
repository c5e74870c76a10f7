"""The measured pages as tables."""

from __future__ import annotations

from typing import Final

from bench.lists.measure import Measured
from bench.lists.shapes import PAGE, SHAPES
from bench.machine import Machine
from bench.spread import Spread
from bench.tables import Table

MARKS: Final = ("<!-- make bench-inbox: begin -->", "<!-- make bench-inbox: end -->")
AIM: Final = 20


def tables(measured: Measured, machine: Machine, items: int, people: int) -> list[Table]:
    bare = Spread.of(measured.bare)
    rows = [(shape, *_cells(measured, shape)) for shape in SHAPES]
    one, several = measured.spread(measured.one), measured.spread(measured.several)
    rows.append(("**all of these**", _ms(one.p50), _ms(one.p99), _ms(several.p50), _ms(several.p99)))
    rows.append(("the first page, asked of PostgreSQL alone", _ms(bare.p50), _ms(bare.p99), "", ""))
    took, waited = measured.slowest()
    note = (
        f"Milliseconds, from sending `ListWorkItems` to the decoded answer, {PAGE} lines a page, its total counted; the aim is a p99 of"
        f" {AIM}. Half of the pages are asked by those with ten thousand things to do. Several: {measured.rate:.0f} a second, as chance will"
        f" have it, whoever else waits. Processor time of client, service and PostgreSQL is shared by {machine.cores}"
        f" cores ({machine.processor}); load of the machine before: {machine.load_before:.2f}. The slowest hundredth of those asked one by"
        f" one took {1000 * took:.0f} ms on average, {1000 * waited:.0f} of which client, service and PostgreSQL stood in line for a"
        " processor."
    )
    columns = ("what is asked", "one, p50", "one, p99", "several, p50", "several, p99")
    return [Table(f"A page of a list: {items:,} work items, {people:,} people", columns, rows, note)]


def _cells(measured: Measured, shape: str) -> tuple[str, str, str, str]:
    one, several = Spread.of(measured.one[shape]), Spread.of(measured.several[shape])
    return _ms(one.p50), _ms(one.p99), _ms(several.p50), _ms(several.p99)


def _ms(value: float) -> str:
    return f"{value:.1f}"
