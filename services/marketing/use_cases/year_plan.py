"""Yearly plans: a row of a sheet becomes a draft, once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from chassis.cases.ports import Employee
from chassis.files.plain_tables import must_be_plain, read_plain
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import Refusal
from services.marketing.domain.activity import Activity
from services.marketing.domain.configuration import Configuration
from services.marketing.domain.overlap import UnknownOrganisation
from services.marketing.domain.terms import Terms
from services.marketing.domain.year_plan import Planned, PlannedOutcome, PlanOutcome
from services.marketing.domain.year_plan_sheet import read_plan
from services.marketing.permissions import require
from services.marketing.use_cases.checking import Around, check_terms
from services.marketing.use_cases.ports import Directory, KnownCustomer, PlanRow, Work
from services.marketing.use_cases.requests import NotYourOrganisation, add_draft


@dataclass(frozen=True, slots=True)
class ImportYearPlan:
    """`dry_run`: say what would become of each row, and change nothing."""

    file_name: str
    content: bytes
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class YearPlanReport:
    sheet: str
    dry_run: bool
    rows: tuple[PlannedOutcome, ...]


@dataclass(frozen=True, slots=True)
class AskedOnce:
    """What the rows name, as others know it: they are asked for all of them at once."""

    known: Mapping[str, KnownCustomer]
    types: frozenset[str]

    async def of(self, numbers: Collection[str]) -> dict[str, KnownCustomer]:
        return {number: self.known[number] for number in numbers if number in self.known}

    async def codes(self) -> frozenset[str]:
        return self.types


async def import_year_plan(
    cmd: ImportYearPlan,
    *,
    uow: Work,
    actor: Actor,
    clock: Clock,
    directory: Directory,
    around: Around,
    check: Callable[[Terms], None],
) -> YearPlanReport:
    """All that is right in one transaction. `check` refuses terms that the contract would not let in.

    Raises what `read_plain`, `must_be_plain` and `read_plan` raise.
    """
    require(actor, "CreateActivity")
    workbook = await read_plain(cmd.content, cmd.file_name.rpartition(".")[0][:100] or "plan")
    sheet, rows = await asyncio.to_thread(read_plan, workbook.sheets)
    must_be_plain(workbook, sheet)
    employee, organisations = await directory.employee(actor.person), await directory.organisations()
    async with uow:
        configuration = await uow.configurations.current()
    asked = await _asked_once(rows, around)
    checked = [
        await _checked(_placed(row, employee, organisations), configuration, asked, check) for row in rows
    ]
    async with uow:
        await uow.year_plans.lock()
        before = await uow.year_plans.known((row.organisation, row.key) for row in checked)
        done = [
            await _taken(row, before.get((row.organisation, row.key)), cmd.dry_run, uow, actor, clock)
            for row in checked
        ]
        report = YearPlanReport(sheet.name, cmd.dry_run, tuple(done))
        return report if cmd.dry_run else await uow.commit(report)


async def _asked_once(rows: list[Planned], around: Around) -> AskedOnce:
    numbers = sorted({number for row in rows for number in row.terms.customers})
    known = await around.customers.of(numbers) if numbers else {}
    return AskedOnce(known, await around.expense_types.codes())


def _placed(row: Planned, employee: Employee, organisations: frozenset[str]) -> Planned:
    """In the organisation that it names, or the caller's own."""
    own = row.organisation or employee.organisation
    name = f"organisations/{own}"
    placed = Planned(row.line, row.key, own, row.terms, row.faults)
    if own == employee.organisation:
        return placed
    if own not in organisations:
        return placed.refused(UnknownOrganisation(field="organisation", organisation=name))
    if own not in employee.responsible_for:
        return placed.refused(NotYourOrganisation(field="organisation", organisation=name))
    return placed


async def _checked(
    row: Planned, configuration: Configuration, asked: AskedOnce, check: Callable[[Terms], None]
) -> Planned:
    if row.faults:
        return row
    try:
        check(row.terms)
        await check_terms(row.terms, configuration, Around(asked, asked))
    except Refusal as refusal:
        return row.refused(refusal)
    return row


async def _taken(
    row: Planned, before: PlanRow | None, dry_run: bool, uow: Work, actor: Actor, clock: Clock
) -> PlannedOutcome:
    if row.faults:
        return PlannedOutcome(row, PlanOutcome.REFUSED)
    if before is not None and not before.deleted:
        same = before.digest == row.digest
        return PlannedOutcome(row, PlanOutcome.UNCHANGED if same else PlanOutcome.DIFFERENT, before.activity)
    if dry_run:
        return PlannedOutcome(row, PlanOutcome.CREATED)
    draft = Activity.draft("", actor.person, row.organisation, row.terms, at=clock.now())
    activity = await add_draft(draft, uow=uow, actor=actor, plan_key=row.key)
    uow.year_plans.put(PlanRow(row.organisation, row.key, activity.number, row.digest))
    return PlannedOutcome(row, PlanOutcome.CREATED, activity.number)
