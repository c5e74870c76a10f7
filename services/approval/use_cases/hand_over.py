"""Somebody leaves: everything open of theirs goes to another, a number of cases at a time, each told on its timeline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.errors import FailedPrecondition, InvalidArgument, NotFound, Refusal
from kernel.ids import uuid7
from kernel.text import Text
from services.approval import permissions
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import CaseName
from services.approval.domain.people.directory import AsOf, PersonId
from services.approval.domain.people.periods import Period
from services.approval.domain.people.stand_ins import StandIn, appointed
from services.approval.domain.planning.handing_over import asked_in_place
from services.approval.domain.steps.handing_over import hand_over
from services.approval.domain.steps.work_items import WorkItem
from services.approval.use_cases.absence_events import StandInAppointed, StandInEnded
from services.approval.use_cases.editing import reached
from services.approval.use_cases.events import about
from services.approval.use_cases.items import must_be_person
from services.approval.use_cases.messages import inbox_changes
from services.approval.use_cases.override_events import WorkHandedOver
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.separation import apart_from
from services.approval.use_cases.upcoming import see_edited


class HandOverToOneself(InvalidArgument):
    zh = "移交人与接手人不能是同一人"
    en = "Nobody takes over from themselves"


class CannotTakeOver(FailedPrecondition):
    zh = "{person} 不在职，不能接手"
    en = "{person} is not active and cannot take over"


@dataclass(frozen=True, slots=True)
class HandOver:
    """`behind` is how far earlier calls have come: the place of the last case that they looked at."""

    person: PersonId
    to: PersonId
    reason: str
    most: int
    behind: int = 0


@dataclass(frozen=True, slots=True)
class CaseHandedOver:
    """What became of one case. `left_pool` is with others who had a part in it; `kept` nobody could take."""

    name: CaseName
    document: str
    title: str
    moved: tuple[WorkItem, ...]
    left_pool: tuple[WorkItem, ...]
    kept: tuple[WorkItem, ...]
    planned: tuple[str, ...] = ()

    @property
    def is_about_anything(self) -> bool:
        return bool(self.moved or self.left_pool or self.kept or self.planned)


@dataclass(frozen=True, slots=True)
class HandOverReport:
    """`behind` for the next call, None where there is nothing left. `dropped` are stand-ins that could not be moved."""

    cases: tuple[CaseHandedOver, ...]
    behind: int | None
    stand_ins: tuple[StandIn, ...] = ()
    dropped: tuple[StandIn, ...] = ()


async def hand_over_work(
    cmd: HandOver, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> HandOverReport:
    """One batch, as one transaction. Raises NotPermitted, HandOverToOneself, CannotTakeOver, NotFound."""
    must_be_person(actor)
    permissions.require(actor, "HandOver")
    if cmd.person == cmd.to:
        raise HandOverToOneself(field="to")
    async with uow:
        now = clock.now()
        today = (await uow.directories.current()).as_of(local_date(now))
        if cmd.person not in today.directory.index.people:
            raise NotFound(field="person", name=f"people/{cmd.person}")
        if today.person(cmd.to) is None:
            raise CannotTakeOver(field="to", person=cmd.to)
        report = HandOverReport((), None)
        if not cmd.behind:
            report = await _stand_ins(cmd, today, uow, actor, now)
        places = await uow.cases.with_work_of(cmd.person, cmd.behind, cmd.most)
        # In the order of their places, so that two who hand over at once do not wait for each other.
        found = [await _case(name, cmd, uow, actor, now) for _, name in places]
        behind = places[-1][0] if len(places) == cmd.most else None
        cases = tuple(one for one in found if one.is_about_anything)
        return await uow.commit(replace(report, cases=cases, behind=behind))


async def _case(
    name: CaseName, cmd: HandOver, uow: ApprovalUnitOfWork, actor: Actor, now: datetime
) -> CaseHandedOver:
    case = await uow.cases.lock(name)
    told = CaseHandedOver(name, case.document, case.title, (), (), ())
    if not case.is_open:
        return told  # ended while this one waited for it
    for step in await uow.steps.open_steps(name):
        apart = await apart_from(case, step.name.stage, step.name.key, uow)
        done = hand_over(step, cmd.person, cmd.to, may_decide=cmd.to not in apart)
        told = replace(
            told,
            moved=(*told.moved, *done.moved),
            left_pool=(*told.left_pool, *done.left_pool),
            kept=(*told.kept, *done.kept),
        )
        if done.step != step:
            uow.steps.save(step, done.step, now)
            uow.tell(*inbox_changes(step.items, done.step.items))
    told = replace(told, planned=await _planned(case, cmd, uow, now))
    if told.moved:
        uow.cases.join(name, [cmd.to])
    if told.is_about_anything:
        uow.record(_row(case, told, cmd, actor, now))
    return told


async def _planned(case: Case, cmd: HandOver, uow: ApprovalUnitOfWork, now: datetime) -> tuple[str, ...]:
    """Who is asked by the route under way; the keys of those steps that lie ahead. The workflow knows of no people."""
    view = await uow.routes.running(case.name)
    if view is None:
        return ()
    planned = view.route
    walked = {one.key: one for one in await uow.steps.walked(case.name, planned.stage)}
    if any(one.ends_its_stage and not one.is_held for one in walked.values() if one.round == view.round):
        return ()  # nobody is asked by it any more; the next round is planned anew, and compared with what this one was
    said = Text(f"由 {cmd.person} 移交给 {cmd.to}", f"handed over by {cmd.person} to {cmd.to}")
    theirs = [step.key for step in planned.deciding if cmd.person in step.people]
    apart = [key for key in theirs if cmd.to in await apart_from(case, planned.stage, key, uow)]
    route = asked_in_place(planned, cmd.person, cmd.to, case.requester, said, apart)
    if route == planned:
        return ()
    behind = reached(walked, view)
    view = replace(view, route=route)
    uow.routes.became(case.name, view, now)
    await see_edited(view, behind, case, uow, now)
    changed = (after.key for before, after in zip(planned.steps, route.steps, strict=True) if before != after)
    return tuple(key for key in changed if key not in behind)


def _row(case: Case, told: CaseHandedOver, cmd: HandOver, actor: Actor, now: datetime) -> WorkHandedOver:
    return WorkHandedOver(
        **about(case, actor, now),
        reason=cmd.reason,
        person=cmd.person,
        to=cmd.to,
        moved=tuple(item.name for item in told.moved),
        left_pool=tuple(item.name for item in told.left_pool),
        kept=tuple(item.name for item in told.kept),
        planned=told.planned,
    )


async def _stand_ins(
    cmd: HandOver, today: AsOf, uow: ApprovalUnitOfWork, actor: Actor, now: datetime
) -> HandOverReport:
    """Whoever leaves stands in for nobody and needs nobody: those for whom they did get the successor, if that may be."""
    await uow.absences.lock()
    present = await uow.absences.all_present(now)
    ended = {one.id: one.end(actor.person, now) for one in present if cmd.person in one.people}
    for one in ended.values():
        uow.absences.save(one)
        uow.record(StandInEnded.of(one, actor, now))
    moved: list[StandIn] = []
    dropped: list[StandIn] = []
    rest = [one for one in present if one.id not in ended]
    for one in present:
        if one.deputy != cmd.person:
            continue
        new = replace(
            one,
            id=uuid7(now),
            deputy=cmd.to,
            period=Period(max(one.period.begins, today.day), one.period.last),
            created_by=actor.person,
            created_at=now,
            version=1,
        )
        try:
            moved.append(appointed(new, [*rest, *moved], today, now))
        except Refusal:
            dropped.append(one)
            continue
        uow.absences.add(new)
        uow.record(StandInAppointed.of(new, actor, now))
    return HandOverReport((), None, tuple(moved), tuple(dropped))
