"""The verbs by which the case of an activity moves its allotment.

The workflow may repeat any of them, also in another life and after years: an allotment remembers by its effect (the
request id) what has been done for it, and answers such a repetition with how it stands now. What an activity holds of
budgets follows from its allotment, so that every verb ends the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import NotFound
from kernel.money import Money, sum_money
from kernel.timeline import Event
from services.expense import allotment_messages as messages
from services.expense.domain import allotment_events as events
from services.expense.domain.allotment import Allotment, Term
from services.expense.domain.allotment_life import AllotmentVerb
from services.expense.domain.shares import totals_of
from services.expense.permissions import require_on_allotment
from services.expense.use_cases.ports import Note, Work

Move = Callable[[Allotment], tuple[Allotment, Event]]


@dataclass(frozen=True, slots=True)
class OfCase:
    """`number` is the activity's."""

    number: str
    effect: str


@dataclass(frozen=True, slots=True)
class Reserve(OfCase):
    version: int
    organisation: str
    title: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Change(OfCase):
    version: int
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Commit(OfCase):
    version: int


@dataclass(frozen=True, slots=True)
class Settle(OfCase):
    version: int
    costs: tuple[tuple[str, Money], ...]


async def reserve_allotment(cmd: Reserve, *, uow: Work, actor: Actor, clock: Clock) -> Allotment:
    """Raises OverBudget, NoBudget, MonthClosed."""

    def reserved(before: Allotment) -> tuple[Allotment, Event]:
        said = (cmd.organisation, cmd.title, cmd.terms, cmd.version)
        after = before.reserve(*said, at=clock.now())
        terms = {"terms": cmd.terms, "terms_version": cmd.version}
        return after, events.AllotmentReserved.of(after, actor, total=_sum(cmd.terms), **terms)

    return await _once(cmd, AllotmentVerb.RESERVE, reserved, uow=uow, actor=actor, clock=clock)


async def change_allotment(cmd: Change, *, uow: Work, actor: Actor, clock: Clock) -> Allotment:
    """Raises OverBudget, NoBudget, MonthClosed."""

    def asked(before: Allotment) -> tuple[Allotment, Event]:
        after = before.change(cmd.terms, cmd.version, at=clock.now())
        said = {"total": _sum(cmd.terms), "more": totals_of(after).reserved}
        terms = {"terms": cmd.terms, "terms_version": cmd.version}
        return after, events.AllotmentChangeReserved.of(after, actor, **said, **terms)

    return await _once(cmd, AllotmentVerb.CHANGE, asked, uow=uow, actor=actor, clock=clock)


async def commit_allotment(cmd: Commit, *, uow: Work, actor: Actor, clock: Clock) -> Allotment:
    def committed(before: Allotment) -> tuple[Allotment, Event]:
        after = before.commit(cmd.version, at=clock.now())
        return after, events.AllotmentCommitted.of(after, actor, total=totals_of(after).committed)

    return await _once(cmd, AllotmentVerb.COMMIT, committed, uow=uow, actor=actor, clock=clock)


async def abandon_change(cmd: OfCase, *, uow: Work, actor: Actor, clock: Clock) -> Allotment:
    def abandoned(before: Allotment) -> tuple[Allotment, Event]:
        after = before.abandon_change(at=clock.now())
        return after, events.AllotmentChangeAbandoned.of(after, actor)

    return await _once(cmd, AllotmentVerb.ABANDON_CHANGE, abandoned, uow=uow, actor=actor, clock=clock)


async def release_allotment(cmd: OfCase, *, uow: Work, actor: Actor, clock: Clock) -> Allotment:
    def released(before: Allotment) -> tuple[Allotment, Event]:
        after = before.release(at=clock.now())
        return after, events.AllotmentReleased.of(after, actor, released=_held(before) - _held(after))

    return await _once(cmd, AllotmentVerb.RELEASE, released, uow=uow, actor=actor, clock=clock)


async def settle_allotment(cmd: Settle, *, uow: Work, actor: Actor, clock: Clock) -> Allotment:
    def settled(before: Allotment) -> tuple[Allotment, Event]:
        after = before.settle(cmd.costs, at=clock.now())
        said = {"costs": cmd.costs, "settled_version": cmd.version}
        return after, events.AllotmentSettled.of(after, actor, claimable=totals_of(after).claimable, **said)

    return await _once(cmd, AllotmentVerb.SETTLE, settled, uow=uow, actor=actor, clock=clock)


async def close_allotment(cmd: OfCase, *, uow: Work, actor: Actor, clock: Clock) -> Allotment:
    def closed(before: Allotment) -> tuple[Allotment, Event]:
        after = before.close(at=clock.now())
        said = {"released": _held(before) - _held(after), "in_flight": totals_of(after).in_flight}
        return after, events.AllotmentClosed.of(after, actor, **said)

    return await _once(cmd, AllotmentVerb.CLOSE, closed, uow=uow, actor=actor, clock=clock)


async def _once(
    cmd: OfCase, verb: AllotmentVerb, move: Move, *, uow: Work, actor: Actor, clock: Clock
) -> Allotment:
    require_on_allotment(actor, ACTIONS[verb], cmd.number)
    async with uow:
        before = await _locked(cmd.number, verb, uow, clock)
        noted = await uow.case_verbs.note(cmd.effect, before.name, verb, clock.now())
        after, event = move(before) if noted else (before, None)
        if event is None or after is before:
            return await uow.commit(before)
        await uow.months.must_be_open({key.month for key in after.on_top})
        await uow.allotments.save(after)
        uow.record(event, messages.changed(after))
        # Last: others who draw on these budgets wait from here to the commit.
        await uow.budgets.set_holdings({after.activity: after.holdings}, Note(after.update_time, actor.id))
        return await uow.commit(after)


async def _locked(number: str, verb: AllotmentVerb, uow: Work, clock: Clock) -> Allotment:
    """What was never reserved may be reserved, and released without any effect. Raises NotFound."""
    if verb is AllotmentVerb.RESERVE:
        return await uow.allotments.get_or_make(number, clock.now())
    found = await uow.allotments.get_for_update(number)
    if found is None and verb is AllotmentVerb.RELEASE:
        now = clock.now()
        return Allotment(number=number, create_time=now, update_time=now)
    if found is None:
        raise NotFound(name=f"allotments/{number}")
    return found


def _sum(terms: tuple[Term, ...]) -> Money:
    return sum_money(term.amount for term in terms)


def _held(allotment: Allotment) -> Money:
    totals = totals_of(allotment)
    return totals.reserved + totals.committed


ACTIONS = {
    AllotmentVerb.RESERVE: "ReserveAllotment",
    AllotmentVerb.COMMIT: "CommitAllotment",
    AllotmentVerb.CHANGE: "ChangeAllotment",
    AllotmentVerb.ABANDON_CHANGE: "AbandonAllotmentChange",
    AllotmentVerb.RELEASE: "ReleaseAllotment",
    AllotmentVerb.SETTLE: "SettleAllotment",
    AllotmentVerb.CLOSE: "CloseAllotment",
}
