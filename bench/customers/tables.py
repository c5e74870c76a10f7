"""What was measured, as tables."""

from __future__ import annotations

from typing import Final

from bench.customers.measure import Measured
from bench.machine import Machine
from bench.spread import Spread
from bench.tables import Table

MARKS: Final = ("<!-- make bench-customers: begin -->", "<!-- make bench-customers: end -->")
AIM: Final = 50
PARTS: Final = ("customer", "postgres", "approval", "driver")


def tables(measured: Measured, machine: Machine, customers: int) -> list[Table]:
    return [_searches(measured, machine, customers), _imports(measured)]


def _searches(measured: Measured, machine: Machine, customers: int) -> Table:
    rows = [
        (kind, *_cells(measured.everybody[kind]), *_cells(measured.own[kind])) for kind in measured.everybody
    ]
    everything = [one for kind in measured.everybody.values() for one in kind]
    own = [one for kind in measured.own.values() for one in kind]
    rows.append(("**all of these**", *_cells(everything), *_cells(own)))
    cpu = ", ".join(f"{part} {1000 * measured.cpu.get(part, 0.0):.1f}" for part in PARTS)
    note = (
        "Milliseconds, from sending `SearchCustomers` to the decoded answer, ten customers at most; the aim is a p99 of"
        f" {AIM}. Processor milliseconds of a search: {cpu}; {machine.cores} cores ({machine.processor}), load of the machine"
        f" before: {machine.load_before:.2f}."
    )
    columns = (
        "what is typed",
        "sees all, p50",
        "sees all, p99",
        "sees their own, p50",
        "sees their own, p99",
    )
    return Table(f"Searching {customers:,} customers while somebody types", columns, rows, note)


def _imports(measured: Measured) -> Table:
    rows = [
        (
            f"{one.rows:,} rows {one.what} beside {one.others:,} customers",
            f"{one.seconds:.1f}",
            f"{one.rows / one.seconds:.0f}",
            *(f"{1000 * one.cpu.get(part, 0.0) / one.rows:.1f}" for part in ("customer", "postgres")),
            f"{one.created:,}",
        )
        for one in measured.brought
    ]
    columns = ("what", "seconds", "rows/s", "service, CPU ms a row", "PostgreSQL, CPU ms a row", "created")
    note = "Each row is held against all other customers; those that are too much alike are said to be, and not created."
    return Table("Importing a sheet", columns, rows, note)


def _cells(seconds: list[float]) -> tuple[str, str]:
    spread = Spread.of(seconds)
    return f"{spread.p50:.1f}", f"{spread.p99:.1f}"
