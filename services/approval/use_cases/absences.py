"""Stand-ins are appointed, shown and ended: by whoever is away for themselves, by administrators for anybody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.errors import EtagMismatch, NotFound
from kernel.ids import uuid7
from services.approval import permissions
from services.approval.domain.people.directory import AsOf, PersonId
from services.approval.domain.people.periods import Period
from services.approval.domain.people.stand_ins import Scope, StandIn, StandInState, appointed
from services.approval.domain.planning.planner import UnknownOrganisation
from services.approval.use_cases.absence_events import StandInAppointed, StandInEnded
from services.approval.use_cases.items import must_be_person
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.queries import AskStandIns
from services.approval.use_cases.refusals import UnknownProcess


@dataclass(frozen=True, slots=True)
class Appoint:
    """`person` empty: the caller; a period without a first day begins today."""

    person: PersonId
    deputy: PersonId
    period: Period
    scope: Scope
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EndStandIn:
    id: UUID
    etag: str = ""


@dataclass(frozen=True, slots=True)
class StandInAt:
    """A stand-in with how it stands at the moment of the answer."""

    stand_in: StandIn
    state: StandInState


async def appoint(cmd: Appoint, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> StandInAt:
    """Raises what AbsenceService says."""
    caller = must_be_person(actor)
    person = cmd.person or caller
    _must_look_after(actor, person)
    async with uow:
        await uow.absences.lock()
        now = clock.now()
        today = (await uow.directories.current()).as_of(local_date(now))
        await _must_know(cmd.scope, today, uow)
        period = replace(cmd.period, first=cmd.period.first or today.day)
        new = StandIn(uuid7(now), person, cmd.deputy, period, cmd.scope, cmd.reason, caller, now)
        appointed(new, await uow.absences.all_present(now), today, now)
        uow.absences.add(new)
        uow.record(StandInAppointed.of(new, actor, now))
        return await uow.commit(_at(new, now))


async def get_stand_in(id: UUID, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> StandInAt:
    async with uow:
        return _at(await _seen(id, uow, actor), clock.now())


async def list_stand_ins(
    query: tuple[AskStandIns, PageRequest], *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> Page[StandInAt]:
    """Those in which the caller has a part; all for who looks after them."""
    asked, page = query
    if not permissions.may(actor, "LookAfterAbsences"):
        asked = replace(asked, seen_by=must_be_person(actor))
    async with uow:
        now = clock.now()
        return (await uow.absences.page(asked, page, now)).map(lambda one: _at(one, now))


async def end_stand_in(cmd: EndStandIn, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> StandInAt:
    """Raises StandInExpired, NotPermitted, EtagMismatch."""
    async with uow:
        await uow.absences.lock()
        stand_in = await _seen(cmd.id, uow, actor)
        _must_look_after(actor, stand_in.person)
        now = clock.now()
        ended = stand_in.end(actor.person, now)
        if cmd.etag and cmd.etag != str(stand_in.version):
            raise EtagMismatch(field="etag", name=stand_in.name, current=stand_in.version)
        uow.absences.save(ended)
        uow.record(StandInEnded.of(ended, actor, now))
        return await uow.commit(_at(ended, now))


def _must_look_after(actor: Actor, person: PersonId) -> None:
    if actor.person != person:
        permissions.require(actor, "LookAfterAbsences")


async def _seen(id: UUID, uow: ApprovalUnitOfWork, actor: Actor) -> StandIn:
    """Raises NotFound, also where the caller has no part in it."""
    found = await uow.absences.find(id)
    if actor.person not in found.people and not permissions.may(actor, "LookAfterAbsences"):
        raise NotFound(name=found.name)
    return found


async def _must_know(scope: Scope, today: AsOf, uow: ApprovalUnitOfWork) -> None:
    """Raises UnknownProcess, UnknownOrganisation."""
    if unknown := scope.processes - (await uow.policies.titles()).keys():
        raise UnknownProcess(field="processes", process=min(unknown))
    for organisation in sorted(scope.organisations):
        if today.organisation(organisation) is None:
            raise UnknownOrganisation(field="organisations", organisation=organisation)


def _at(stand_in: StandIn, now: datetime) -> StandInAt:
    return StandInAt(stand_in, stand_in.state(now))
