"""Holding what is believed of the money behind activities against what expense says, page by page.

Expense is asked before the transaction; what moves in between looks like a difference for a moment, as does what is told
and not heard yet. So what has changed within a minute is suspected only, until a second look finds it unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from services.marketing.domain import reconciliation as events
from services.marketing.domain.allotment import KnownAllotment
from services.marketing.domain.comparing import Beliefs, Sums, compare_sums
from services.marketing.domain.difference import Difference, DifferenceKind, DifferenceState, Finding, seen
from services.marketing.domain.reconciliation import EVERY, Part, Reconciliation
from services.marketing.permissions import require
from services.marketing.use_cases.allotments import keep_allotment
from services.marketing.use_cases.reconciliation_ports import Books, DifferenceQuery, ReconcilingWork

AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Compared:
    """What a page came to. `last` is its end; empty: that was all. `held` are allotments of expense by their subject."""

    last: str
    findings: tuple[Finding, ...]
    held: dict[str, KnownAllotment]
    allotments: int = 0
    budgets: int = 0


@dataclass(frozen=True, slots=True)
class ListDifferences:
    query: DifferenceQuery
    page: PageRequest


async def start_reconciliation(
    cmd: None, *, uow: ReconcilingWork, actor: Actor, clock: Clock
) -> Reconciliation:
    """One that the worker goes on with at its next turn; the one under way where there is one. Raises NotPermitted."""
    require(actor, "StartReconciliation")
    async with uow:
        return await uow.commit(await uow.reconciliations.open() or await _begin(uow, actor, clock.now()))


async def begin_reconciliation(
    cmd: None, *, uow: ReconcilingWork, actor: Actor, clock: Clock
) -> Reconciliation | None:
    """The one to go on with; None where none is due. Raises NotPermitted."""
    require(actor, "Reconcile")
    now = clock.now()
    async with uow:
        run, last = await uow.reconciliations.open(), await uow.reconciliations.last_began()
        if run is None and (last is None or now - last >= EVERY):
            run = await _begin(uow, actor, now)
        return await uow.commit(run)


async def continue_reconciliation(
    id: UUID, *, uow: ReconcilingWork, actor: Actor, clock: Clock, books: Books
) -> Reconciliation:
    """Looks at the next page, in one transaction. Raises NotPermitted, NotFound, Unavailable."""
    require(actor, "Reconcile")
    async with uow:
        found = await uow.reconciliations.get(id)
    if not found.goes_on_at(clock.now()):
        return found
    of_allotments = found.part is Part.ALLOTMENTS
    told = await (books.allotments if of_allotments else books.budgets)(found.after, AT_ONCE)
    async with uow:
        run = await uow.reconciliations.get_for_update(id)
        if run.version != found.version:
            return await uow.commit(run)  # somebody else has looked at this page
        run = run.looking()
        compared = await (_compare_allotments if of_allotments else _compare_budgets)(run, *told, uow=uow)
        run = run.counting(allotments=compared.allotments, budgets=compared.budgets)
        run = await _take(run, compared, uow=uow, actor=actor, clock=clock)
        run = run.going_on(compared.last, suspected=await uow.differences.any_suspected(), at=clock.now())
        await uow.reconciliations.save(run)
        if run.finish_time is not None:
            counts: dict[str, Any] = {"reported": run.counts.reported, "repaired": run.counts.repaired}
            uow.record(events.ReconciliationFinished(**_of(run, actor, clock.now()), **counts))
        return await uow.commit(run)


async def get_reconciliation(id: UUID, *, uow: ReconcilingWork, actor: Actor, clock: Clock) -> Reconciliation:
    """Raises NotPermitted, NotFound."""
    require(actor, "SeeReconciliations")
    async with uow:
        return await uow.reconciliations.get(id)


async def list_reconciliations(
    page: PageRequest, *, uow: ReconcilingWork, actor: Actor, clock: Clock
) -> Page[Reconciliation]:
    require(actor, "SeeReconciliations")
    async with uow:
        return await uow.reconciliations.page(page)


async def list_differences(
    cmd: ListDifferences, *, uow: ReconcilingWork, actor: Actor, clock: Clock
) -> Page[Difference]:
    require(actor, "SeeReconciliations")
    async with uow:
        return await uow.differences.page(cmd.query, cmd.page)


async def _begin(uow: ReconcilingWork, actor: Actor, at: datetime) -> Reconciliation:
    run = Reconciliation.begun(actor.id, at)
    await uow.reconciliations.add(run)
    uow.record(events.ReconciliationBegun(**_of(run, actor, at)))
    return run


async def _compare_allotments(
    run: Reconciliation, told: Sequence[KnownAllotment], more: bool, *, uow: ReconcilingWork
) -> Compared:
    after = run.after.rpartition("/")[2]
    ours = await uow.beliefs.numbers(after, AT_ONCE + 1)
    held = {one.activity: one for one in told}
    last = _end((ours[:AT_ONCE], len(ours) > AT_ONCE), (tuple(held), more))
    numbers = sorted(number for number in {*ours, *held} if not last or number <= last)
    activities, known = await uow.beliefs.activities(numbers), await uow.beliefs.allotments(numbers)
    beliefs = [Beliefs(one, activities.get(one), known.get(one), held.get(one)) for one in numbers]
    return Compared(
        f"activities/{last}" if last else "",
        tuple(finding for belief in beliefs for finding in belief.findings()),
        {belief.subject: belief.held for belief in beliefs if belief.held is not None},
        allotments=sum(belief.held is not None or belief.known is not None for belief in beliefs),
    )


async def _compare_budgets(
    run: Reconciliation, told: Sequence[Sums], more: bool, *, uow: ReconcilingWork
) -> Compared:
    ours = await uow.beliefs.sums(run.after, AT_ONCE + 1)
    known, held = {one.budget: one for one in ours}, {one.budget: one for one in told}
    last = _end((tuple(known)[:AT_ONCE], len(ours) > AT_ONCE), (tuple(held), more))
    budgets = sorted(name for name in {*known, *held} if not last or name <= last)
    findings = (found for name in budgets for found in compare_sums(known.get(name), held.get(name)))
    return Compared(last, tuple(findings), {}, budgets=len(budgets))


def _end(*sides: tuple[Sequence[str], bool]) -> str:
    """How far both sides are known; empty: to the end."""
    return min((names[-1] for names, more in sides if more), default="")


async def _take(
    run: Reconciliation, compared: Compared, *, uow: ReconcilingWork, actor: Actor, clock: Clock
) -> Reconciliation:
    """Keeps what a page came to: repairs what a lost message explains, reports the rest, and what is gone."""
    now = clock.now()
    before = await uow.differences.open_between(run.part, run.after, compared.last)
    open_ = {(one.kind, one.subject): one for one in before}
    reported = repaired = 0
    for finding in compared.findings:
        former = open_.pop((finding.kind, finding.subject), None)
        difference = seen(finding, former, now)
        if difference.state is DifferenceState.REPORTED:
            if finding.kind is DifferenceKind.LOST_MESSAGE:
                await keep_allotment(compared.held[finding.subject], uow=uow, actor=actor, clock=clock)
                difference = difference.repaired(now)
                uow.record(events.DifferenceRepaired(**_about(run, difference, actor, now)))
                repaired += 1
            elif former is None or former.state is not DifferenceState.REPORTED:
                uow.record(events.DifferenceReported(**_about(run, difference, actor, now)))
                reported += 1
        await uow.differences.put(difference)
    gone = await _close(run, open_.values(), uow=uow, actor=actor, at=now)
    return run.counting(reported=reported, repaired=repaired, gone=gone)


async def _close(
    run: Reconciliation, left: Iterable[Difference], *, uow: ReconcilingWork, actor: Actor, at: datetime
) -> int:
    """What was open and is not there any more. What was only suspected was in flight, and is forgotten."""
    gone = 0
    for one in left:
        if one.state is DifferenceState.SUSPECTED:
            await uow.differences.remove(one)
            continue
        await uow.differences.put(one.gone(at))
        uow.record(events.DifferenceGone(**_about(run, one, actor, at)))
        gone += 1
    return gone


def _of(run: Reconciliation, actor: Actor, at: datetime) -> dict[str, Any]:
    return {"document": run.name, "version": run.version, "by": actor, "at": at}


def _about(run: Reconciliation, one: Difference, actor: Actor, at: datetime) -> dict[str, Any]:
    said = {"difference": one.name, "subject": one.subject, "found": one.kind.value, "what": one.sentence}
    return _of(run, actor, at) | said
