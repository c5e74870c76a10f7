"""Stand-ins: who decides for whom while somebody is away, in which processes and organisations.

A stand-in who is away themselves is stood in for as well: authority goes along the chain, as far as every link of it
covers the case. The chain never comes back to where it began: whoever would close the circle is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from kernel.clock import local_date
from kernel.errors import FailedPrecondition, InvalidArgument
from services.approval.domain.people.directory import AsOf, OrganisationId, PersonId, grouped
from services.approval.domain.people.periods import Period


class StandInForOneself(InvalidArgument):
    zh = "不能由本人代理本人"
    en = "Nobody stands in for themselves"


class StandInPeriodOver(InvalidArgument):
    zh = "代理期间 {first} 至 {last} 已经过去，或结束早于开始"
    en = "From {first} to {last}: such a time is over, or ends before it begins"


class CannotStandIn(FailedPrecondition):
    zh = "{person} 不在职，不能代理或被代理"
    en = "{person} is not active and can neither stand in nor be stood in for"


class TooManyStandIns(FailedPrecondition):
    zh = "{person} 的代理安排已达上限（{most}）"
    en = "{person} has {most} stand-ins already; end one of them first"


class StandInCycle(FailedPrecondition):
    """`chain` names the people along which it would come back."""

    zh = "代理关系成环：{chain}"
    en = "Stand-ins would go round in a circle: {chain}"


class StandInExpired(FailedPrecondition):
    """`until` is the moment or the day with which it ended."""

    zh = "{deputy} 对 {person} 的代理已于 {until} 结束"
    en = "{deputy} stood in for {person} until {until}, and no longer does"


class StandInState(StrEnum):
    PLANNED = "planned"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    """Its days are over."""
    ENDED = "ended"
    """Somebody has put an end to it before."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cases it is about; an organisation stands for itself and all below it. Empty: every process, everywhere."""

    processes: frozenset[str] = frozenset()
    organisations: frozenset[OrganisationId] = frozenset()

    def covers(self, process: str, organisation: OrganisationId, tree: AsOf) -> bool:
        if self.processes and process not in self.processes:
            return False
        if not self.organisations or organisation in self.organisations:
            return True
        return any(above.id in self.organisations for above in tree.upwards(organisation))


EVERYTHING: Final = Scope()
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class StandIn:
    """`deputy` decides for `person` on the days of `period`, until somebody ends it."""

    id: UUID
    person: PersonId
    deputy: PersonId
    period: Period
    scope: Scope = EVERYTHING
    reason: str = ""
    created_by: PersonId = ""
    created_at: datetime | None = None
    ended_by: PersonId = ""
    ended_at: datetime | None = None
    version: int = 1

    @property
    def name(self) -> str:
        return f"standIns/{self.id}"

    @property
    def people(self) -> frozenset[PersonId]:
        """Whom it is about."""
        return frozenset({self.person, self.deputy})

    def state(self, at: datetime) -> StandInState:
        if self.ended_at is not None and self.ended_at <= at:
            return StandInState.ENDED
        day = local_date(at)
        if day > self.period.ends:
            return StandInState.EXPIRED
        return StandInState.IN_FORCE if self.period.covers(day) else StandInState.PLANNED

    def is_in_force(self, at: datetime) -> bool:
        return self.state(at) is StandInState.IN_FORCE

    def must_not_be_over(self, at: datetime) -> None:
        """Raises StandInExpired."""
        if self.state(at) in (StandInState.EXPIRED, StandInState.ENDED):
            raise self.expired

    @property
    def expired(self) -> StandInExpired:
        """Why it gives no authority any more."""
        until = self.ended_at or self.period.ends
        return StandInExpired(deputy=self.deputy, person=self.person, until=until.isoformat())

    def end(self, by: PersonId, at: datetime) -> StandIn:
        """From now on it gives no authority. Raises StandInExpired where it has come to its end before."""
        self.must_not_be_over(at)
        return replace(self, ended_by=by, ended_at=at, version=self.version + 1)


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody may do for `person`: in these processes and, each one named, organisations. None: in all."""

    person: PersonId
    processes: frozenset[str] | None = None
    organisations: frozenset[OrganisationId] | None = None

    @property
    def is_empty(self) -> bool:
        return self.processes == frozenset() or self.organisations == frozenset()

    def covers(self, process: str, organisation: OrganisationId) -> bool:
        return (self.processes is None or process in self.processes) and (
            self.organisations is None or organisation in self.organisations
        )

    def within(self, scope: Scope, tree: AsOf) -> Standing:
        """What is left of it under one more scope."""
        processes = _both(self.processes, scope.processes or None)
        return replace(
            self, processes=processes, organisations=_both(self.organisations, everything_below(scope, tree))
        )


def appointed(new: StandIn, known: Iterable[StandIn], directory: AsOf, at: datetime) -> StandIn:
    """`new`, if it may be. `directory` is that of the day; `known` are all that there are.

    Raises StandInForOneself, StandInPeriodOver, CannotStandIn, TooManyStandIns, StandInCycle.
    """
    if new.person == new.deputy:
        raise StandInForOneself(field="deputy")
    if new.period.ends < max(directory.day, new.period.begins):
        first, last = new.period.first or "", new.period.last or ""
        raise StandInPeriodOver(field="last_day", first=first, last=last)
    for field, person in (("person", new.person), ("deputy", new.deputy)):
        if directory.person(person) is None:
            raise CannotStandIn(field=field, person=person)
    present = [one for one in known if one.ended_at is None and one.period.ends >= directory.day]
    if sum(one.person == new.person for one in present) >= MOST:
        raise TooManyStandIns(person=new.person, most=MOST)
    chain = circle(new, present, directory)
    if chain:
        raise StandInCycle(field="deputy", chain=" → ".join(chain))
    return new


def circle(new: StandIn, known: Iterable[StandIn], tree: AsOf) -> tuple[PersonId, ...]:
    """The people through whom `new` would come back to whom it is for, on some day for some case; empty if it never does."""
    by_person = grouped(known, lambda one: one.person)
    start = Standing(new.deputy).within(new.scope, tree)
    paths: list[tuple[tuple[PersonId, ...], Standing, Period]] = [((new.person,), start, new.period)]
    seen: set[tuple[Standing, Period]] = set()
    while paths:
        people, standing, period = paths.pop()
        if standing.is_empty or (standing, period) in seen:
            continue
        seen.add((standing, period))
        people = (*people, standing.person)
        if standing.person == new.person:
            return people
        paths += [
            (people, replace(standing.within(link.scope, tree), person=link.deputy), days)
            for link in by_person.get(standing.person, ())
            if (days := _both_days(period, link.period))
        ]
    return ()


def present(known: Iterable[StandIn], tree: AsOf, at: datetime) -> Iterator[StandIn]:
    """Those that give authority at this moment. Whoever has left gives none on, either."""
    return (one for one in known if one.is_in_force(at) and tree.person(one.deputy) is not None)


def stood_in_for(
    deputy: PersonId,
    known: Iterable[StandIn],
    process: str,
    organisation: OrganisationId,
    tree: AsOf,
    at: datetime,
) -> frozenset[PersonId]:
    """Everybody for whom `deputy` may act on a case of this process and organisation at this moment."""
    covering = [one for one in present(known, tree, at) if one.scope.covers(process, organisation, tree)]
    found, new = {deputy}, {deputy}
    while new:
        new = {one.person for one in covering if one.deputy in new} - found
        found |= new
    return frozenset(found - {deputy})


def stand_ins_of(
    people: Iterable[PersonId],
    known: Iterable[StandIn],
    process: str,
    organisation: OrganisationId,
    tree: AsOf,
    at: datetime,
) -> frozenset[PersonId]:
    """Everybody who may act for any of these people on such a case at this moment; they themselves are not among them."""
    covering = [one for one in present(known, tree, at) if one.scope.covers(process, organisation, tree)]
    found = new = frozenset(people)
    while new:
        new = frozenset(one.deputy for one in covering if one.person in new) - found
        found |= new
    return found.difference(people)


def standings(deputy: PersonId, known: Iterable[StandIn], tree: AsOf, at: datetime) -> frozenset[Standing]:
    """For whom `deputy` may act at this moment, and how far; somebody may be there more than once."""
    by_deputy = grouped(present(known, tree, at), lambda one: one.deputy)
    found: set[Standing] = set()
    new = [Standing(deputy)]
    while new:
        so_far = new.pop()
        for one in by_deputy.get(so_far.person, ()):
            left = replace(so_far.within(one.scope, tree), person=one.person)
            if one.person != deputy and not left.is_empty and left not in found:
                found.add(left)
                new.append(left)
    return frozenset(found)


def everything_below(scope: Scope, tree: AsOf) -> frozenset[OrganisationId] | None:
    """Its organisations with all that are below them; None where it is not about some only."""
    if not scope.organisations:
        return None
    below = (
        id
        for id in tree.directory.index.organisations
        if any(above.id in scope.organisations for above in tree.upwards(id))
    )
    return scope.organisations.union(below)


def _both(some: frozenset[str] | None, others: frozenset[str] | None) -> frozenset[str] | None:
    if some is None or others is None:
        return others if some is None else some
    return some & others


def _both_days(some: Period, others: Period) -> Period | None:
    both = Period(max(some.begins, others.begins), min(some.ends, others.ends))
    return both if both.begins <= both.ends else None
