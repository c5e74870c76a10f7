"""What an administrator changes of a route under way: who is asked, a step more, a step less. Only what lies ahead changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.text import Text
from services.approval.domain.cases.case import Case
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.elsewhere import (
    asked_instead,
    must_be_able,
    put_in,
    taken_out,
)
from services.approval.domain.planning.route import Approver, Route, RouteStep, Why
from services.approval.domain.policies.ballot import Mode
from services.approval.domain.steps.steps import StepState
from services.approval.domain.steps.walked import Walked
from services.approval.use_cases.acts import act_on
from services.approval.use_cases.elsewhere import NothingIsWalked, go_on_at, walked_on
from services.approval.use_cases.events import about
from services.approval.use_cases.naming import Naming, name_deciders, stage_that_waits
from services.approval.use_cases.override_events import RouteEdited, StepReassigned
from services.approval.use_cases.overrides import Override, locked_for, shown, tell_participants
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.separation import must_be_apart_now
from services.approval.use_cases.upcoming import see_edited
from services.approval.use_cases.views import CaseView, RouteView
from workflows import contracts

EDITED: Final = Text("管理员修改了此审批的路线", "An administrator has changed the route of the case")


@dataclass(frozen=True, slots=True)
class Reassign:
    override: Override
    step: str
    people: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class AddStep:
    """`behind` is the step after which it comes. `mode` is SINGLE for a pool of `people`, else how all of them decide."""

    override: Override
    behind: str
    key: str
    title: Text
    mode: Mode
    people: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class RemoveStep:
    override: Override
    step: str


async def reassign_step(cmd: Reassign, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> CaseView:
    """Has others decide a step: one that lies ahead, or one that is open, which is then asked anew.

    Where a stage waits because nobody is found who would decide, it is a step of that.
    Raises NotPermitted, NothingIsWalked, NoSuchStep, CannotDecide, SeparationOfDuties, TooFewToPass.
    """
    async with uow:
        case = (await locked_for(cmd.override, "ReassignStep", uow, actor, clock)).interfered()
        try:
            view, walked = await walked_on(case, uow)
        except NothingIsWalked:
            if not (stage := await stage_that_waits(case, uow)):
                raise
            naming = Naming(stage, cmd.step, cmd.people, cmd.override.reason.strip())
            return await uow.commit(await name_deciders(naming, case, uow, actor, clock))
        today = (await uow.directories.current()).as_of(local_date(clock.now()))
        reason = cmd.override.reason.strip()
        said = Text(f"管理员改派：{reason}", f"given to others by an administrator: {reason}")
        await must_be_apart_now(case, view.route.stage, cmd.step, cmd.people, uow, "people")
        route = asked_instead(view.route, cmd.step, cmd.people, case.requester, today, said)
        reassigned = StepReassigned(
            **about(case, actor, clock.now()),
            reason=reason,
            step=cmd.step,
            title=route.step(cmd.step).title,
            to=cmd.people,
        )
        uow.record(reassigned)
        view = await _edited(case, view, route, walked, reason, uow, actor, clock)
        known = walked.get(cmd.step)
        if known and known.round == view.round and known.is_under_way:
            await go_on_at(cmd.step, (), case, view, uow, actor, clock)
        return await uow.commit(await shown(case, uow, actor, clock))


async def add_step(cmd: AddStep, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> CaseView:
    """Raises NotPermitted, NothingIsWalked, NoSuchStep, StepKeyTaken, StepReached, CannotDecide,
    SeparationOfDuties.
    """
    async with uow:
        case = (await locked_for(cmd.override, "EditRoute", uow, actor, clock)).interfered()
        view, walked = await walked_on(case, uow)
        today = (await uow.directories.current()).as_of(local_date(clock.now()))
        must_be_able(cmd.people, case.requester, today)
        await must_be_apart_now(case, view.route.stage, cmd.key, cmd.people, uow, "people")
        reason = cmd.override.reason.strip()
        route = put_in(
            view.route,
            new_step(cmd.key, cmd.title, cmd.mode, cmd.people, view.route, reason),
            cmd.behind,
            reached(walked, view),
        )
        edited = RouteEdited(
            **about(case, actor, clock.now()), reason=reason, added=cmd.key, removed="", title=cmd.title
        )
        uow.record(edited)
        await _edited(case, view, route, walked, reason, uow, actor, clock)
        return await uow.commit(await shown(case, uow, actor, clock))


async def remove_step(cmd: RemoveStep, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> CaseView:
    """Raises NotPermitted, NothingIsWalked, NoSuchStep, StepReached, LastStep."""
    async with uow:
        case = (await locked_for(cmd.override, "EditRoute", uow, actor, clock)).interfered()
        view, walked = await walked_on(case, uow)
        reason = cmd.override.reason.strip()
        said = Text(f"管理员移除：{reason}", f"taken out by an administrator: {reason}")
        route = taken_out(view.route, cmd.step, reached(walked, view), said)
        edited = RouteEdited(
            **about(case, actor, clock.now()),
            reason=reason,
            added="",
            removed=cmd.step,
            title=view.route.step(cmd.step).title,
        )
        uow.record(edited)
        await _edited(case, view, route, walked, reason, uow, actor, clock)
        return await uow.commit(await shown(case, uow, actor, clock))


def reached(walked: Mapping[str, Walked], view: RouteView) -> frozenset[str]:
    """The steps of this walk that people were asked to decide."""
    return frozenset(
        one.key for one in walked.values() if one.round == view.round and one.state is not StepState.CANCELLED
    )


def new_step(
    key: str, title: Text, mode: Mode, people: tuple[PersonId, ...], route: Route, reason: str
) -> RouteStep:
    """A step that an administrator puts in."""
    said = Text(f"管理员增加：{reason}", f"put in by an administrator: {reason}")
    why = Why(route.policy, "override", route.directory_version, said)
    groups = [people] if mode is Mode.SINGLE else [(person,) for person in people]
    approvers = tuple(Approver(group, why) for group in groups)
    return RouteStep(key, title, mode, (), approvers, said, override=said)


async def _edited(
    case: Case,
    view: RouteView,
    route: Route,
    walked: Mapping[str, Walked],
    reason: str,
    uow: ApprovalUnitOfWork,
    actor: Actor,
    clock: Clock,
) -> RouteView:
    view = replace(view, route=route, revision=view.revision + 1)
    uow.cases.save(case)
    uow.routes.became(case.name, view, clock.now())
    await see_edited(view, reached(walked, view), case, uow, clock.now())
    await tell_participants(case, EDITED, reason, uow, actor, clock)
    steps = [
        {"key": step.key, "after": list(step.after), "skipped": step.skipped is not None}
        for step in route.steps
    ]
    args = {"stage": route.stage, "round": view.round, "revision": view.revision, "steps": steps}
    await act_on(case, contracts.REPLANNED, args, uow, actor, clock)
    return view
