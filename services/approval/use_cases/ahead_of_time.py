"""Deciding ahead of time: what somebody will surely be asked is decided before it is reached, or taken back again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import FailedPrecondition, NotFound, PermissionDenied
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import CaseName
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.ahead import surely_asked
from services.approval.domain.planning.elsewhere import StepReached, deciding_step
from services.approval.domain.planning.route import RouteStep
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.policies.references import place
from services.approval.domain.steps.refusals import AlreadySigns, RequesterMayNotDecide
from services.approval.use_cases.acts import expect_case
from services.approval.use_cases.ahead_events import AheadTakenBack, StepDecidedAhead
from services.approval.use_cases.choosing import lets_choose
from services.approval.use_cases.elsewhere import NothingIsWalked
from services.approval.use_cases.events import about
from services.approval.use_cases.items import must_be_active, must_be_person
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.ports.upcoming import Ahead, UpcomingView
from services.approval.use_cases.separation import must_be_apart_now
from services.approval.use_cases.sight import sight_of
from services.approval.use_cases.views import RouteView, Sight


class NotSurelyAsked(PermissionDenied):
    zh = "步骤 {step} 不一定由您审批，轮到时再处理"
    en = "It is not certain that {step} will be asked of you; decide it when its turn has come"


class AheadNotAllowed(FailedPrecondition):
    zh = "按策略，步骤 {step} 不能预先办理"
    en = "By its policy the step {step} is not decided ahead of time"


class NoLongerAhead(StepReached):
    reason = StepReached.reason
    zh = "步骤 {step} 已经开始，或目前不会到达"
    en = "The step {step} has begun, or is not to be reached as things stand"


class DecidedAheadAlready(FailedPrecondition):
    zh = "步骤 {step} 已经预先决定，如需更改请先收回"
    en = "{step} has been decided ahead of time; take that back to say something else"


class NothingDecidedAhead(FailedPrecondition):
    zh = "步骤 {step} 没有可收回的预先决定"
    en = "Nothing that was decided of {step} ahead of time is there to be taken back"


@dataclass(frozen=True, slots=True)
class DecideAhead:
    """`step` is its key in the stage under way; `document_version` the one that was shown."""

    name: CaseName
    step: str
    document_version: int
    outcome: Outcome
    comment: str = ""
    etag: str = ""


@dataclass(frozen=True, slots=True)
class TakeBackAhead:
    name: CaseName
    step: str
    etag: str = ""


async def decide_ahead(
    cmd: DecideAhead, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> UpcomingView:
    """Kept until the step opens, where it becomes an ordinary decision if all is as it was seen.

    Raises NotFound, NothingIsWalked, NoSuchStep, AheadNotAllowed, NotSurelyAsked, NotActive, AlreadySigns, RequesterMayNotDecide,
    StandInExpired, StepReached, what says that nobody decides now, DocumentChanged, EtagMismatch, DecidedAheadAlready,
    SeparationOfDuties.
    """
    caller, now = must_be_person(actor), clock.now()
    async with uow:
        case, stood = await _locked(cmd.name, uow, actor, clock)
        view, planned = await _planned(case, cmd.step, uow)
        coming = await decidable(cmd, planned, view, case, stood, caller, uow, now)
        whose = coming.upcoming.person
        ahead = Ahead(
            stage=view.route.stage,
            round=view.round,
            step=cmd.step,
            person=whose,
            by=caller,
            outcome=cmd.outcome,
            comment=cmd.comment.strip(),
            document_version=cmd.document_version,
            at=now,
            service=actor.service,
            device=actor.device,
        )
        uow.upcoming.keep(case.name, ahead)
        decided = StepDecidedAhead(
            **about(case, actor, now),
            step=place(ahead.stage, ahead.step),
            title=planned.title,
            person=whose,
            on_behalf_of=ahead.on_behalf_of,
            outcome=ahead.outcome,
            document_version=ahead.document_version,
            comment=ahead.comment,
        )
        uow.record(decided)
        return await uow.commit(replace(coming, decided=ahead))


async def decidable(
    cmd: DecideAhead,
    planned: RouteStep,
    view: RouteView,
    case: Case,
    stood: frozenset[PersonId],
    caller: PersonId,
    uow: ApprovalUnitOfWork,
    now: datetime,
) -> UpcomingView:
    """The step as it lies ahead of whose it is. Raises what `decide_ahead` raises of the step."""
    await _must_be_allowed(cmd, planned, view, case, uow)
    whose = await _whose(caller, stood, planned, case, uow, now)
    await must_be_active(caller, uow, now)
    case.must_allow_decision(cmd.document_version)
    coming = await _coming(cmd.step, view.route.stage, whose, case, uow)
    expect_case(case, cmd.etag)
    if coming.decided is not None:
        raise DecidedAheadAlready(field="step", step=cmd.step)
    people = tuple(dict.fromkeys((whose, caller)))
    await must_be_apart_now(case, view.route.stage, cmd.step, people, uow, "step")
    return coming


async def take_back_ahead(
    cmd: TakeBackAhead, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> UpcomingView:
    """By whose it is, who said it in their place, or who stands in for them now.

    Raises NotFound, NothingIsWalked, NoSuchStep, StepReached, EtagMismatch, NothingDecidedAhead.
    """
    caller, now = must_be_person(actor), clock.now()
    async with uow:
        case, stood = await _locked(cmd.name, uow, actor, clock)
        view, planned = await _planned(case, cmd.step, uow)
        kept = await uow.upcoming.kept(case.name)
        ours, coming = await to_take_back(cmd.step, kept, view.route.stage, case, stood, caller, uow)
        expect_case(case, cmd.etag)
        uow.upcoming.forget(case.name, ours)
        taken = AheadTakenBack(
            **about(case, actor, now),
            step=place(view.route.stage, cmd.step),
            title=planned.title,
            person=ours.person,
            on_behalf_of=ours.person if ours.person != caller else "",
        )
        uow.record(taken)
        return await uow.commit(replace(coming, decided=None))


async def to_take_back(
    step: str,
    kept: Sequence[Ahead],
    stage: str,
    case: Case,
    stood: frozenset[PersonId],
    caller: PersonId,
    uow: ApprovalUnitOfWork,
) -> tuple[Ahead, UpcomingView]:
    """Of what was decided ahead of the step, what is the caller's to take back. Raises NothingDecidedAhead, StepReached."""
    here = [one for one in kept if one.step == step]
    ours = [one for one in here if caller in (one.person, one.by)] or [
        one for one in here if one.person in stood
    ]
    if not ours:
        raise NothingDecidedAhead(field="step", step=step)
    return ours[0], await _coming(step, stage, ours[0].person, case, uow)


async def _locked(
    name: CaseName, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> tuple[Case, frozenset[PersonId]]:
    """The case, and for whom the caller may act in it. Who stands in for somebody who sees it may know of it."""
    case = await uow.cases.lock(name)
    stood = await uow.absences.stood_in_for(actor.person, case.name.process, case.organisation, clock.now())
    for person in sorted(stood):
        with suppress(NotFound):
            await uow.cases.must_be_seen(name, Sight(person))
            return case, stood
    await uow.cases.must_be_seen(name, await sight_of(actor, uow, clock))
    return case, stood


async def _planned(case: Case, step: str, uow: ApprovalUnitOfWork) -> tuple[RouteView, RouteStep]:
    case.must_be_open()
    view = await uow.routes.running(case.name)
    if view is None:
        raise NothingIsWalked(case=case.name)
    return view, deciding_step(view.route, step)


async def _must_be_allowed(
    cmd: DecideAhead, planned: RouteStep, view: RouteView, case: Case, uow: ApprovalUnitOfWork
) -> None:
    """Whoever names those who decide later has to name them when it is their turn. Raises AheadNotAllowed."""
    allowed = planned.rules.acting.ahead and planned.has_people
    if allowed and cmd.outcome is Outcome.APPROVED:
        policy = await uow.policies.version(case.name.process, case.policy)
        stage = view.route.stage
        allowed = not lets_choose(policy, stage, place(stage, cmd.step))
    if not allowed:
        raise AheadNotAllowed(field="step", step=cmd.step)


async def _whose(
    caller: PersonId,
    stood: frozenset[PersonId],
    planned: RouteStep,
    case: Case,
    uow: ApprovalUnitOfWork,
    at: datetime,
) -> PersonId:
    """In whose name the caller decides: their own, or that of somebody for whom they stand in."""
    sure = surely_asked(planned)
    if caller in sure:
        return caller
    if caller == case.requester:
        raise RequesterMayNotDecide
    if found := stood & sure:
        if caller in planned.people:
            raise AlreadySigns(person=caller)
        return min(found)
    await uow.absences.refuse_expired(caller, sure, at)
    raise NotSurelyAsked(step=planned.key)


async def _coming(
    step: str, stage: str, person: PersonId, case: Case, uow: ApprovalUnitOfWork
) -> UpcomingView:
    """Raises StepReached."""
    coming = await uow.upcoming.find(case.name, step, person)
    if coming is None or coming.stage != stage:
        raise NoLongerAhead(field="step", step=step)
    return coming
