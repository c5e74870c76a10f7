"""Who sees what lies ahead: written when a route comes to be or changes, gone when a step is reached or its stage ends."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import SYSTEM, Actor
from kernel.clock import Clock
from kernel.text import Text
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.notices import NoticeKind
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.ahead import upcoming, walked_again
from services.approval.domain.planning.elsewhere import following
from services.approval.domain.planning.route import Route
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.policies.references import place
from services.approval.domain.policies.settings.returning import Resume
from services.approval.domain.steps.steps import Step
from services.approval.use_cases.ahead_events import AheadDropped
from services.approval.use_cases.events import about
from services.approval.use_cases.items import must_be_person
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.ports.upcoming import Ahead, UpcomingView
from services.approval.use_cases.views import RouteView

UNFIT: Final = Text("路线已改变", "the route has become another")


async def list_upcoming(
    page: PageRequest, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> Page[UpcomingView]:
    """What lies ahead of the caller."""
    person = must_be_person(actor)
    async with uow:
        return await uow.upcoming.page(person, page)


def announces(route: Route) -> bool:
    return any(step.is_announced for step in route.steps)


async def see(
    view: RouteView, keys: Collection[str], case: Case, uow: ApprovalUnitOfWork, at: datetime
) -> None:
    """Exactly these steps of the route lie ahead."""
    coming = upcoming(view.route, keys)
    uow.upcoming.replace(case.name, view.route.stage, coming, at)
    await _drop_unfit({(one.step, one.person) for one in coming if one.may_decide}, view, case, uow, at)


async def see_planned(view: RouteView, case: Case, uow: ApprovalUnitOfWork, at: datetime) -> None:
    """All of a route that nobody has begun to walk."""
    if announces(view.route):
        await see(view, [step.key for step in view.route.deciding], case, uow, at)
    else:
        uow.upcoming.end(case.name)
        if view.round > 1:
            await _drop_unfit(set(), view, case, uow, at)


async def see_edited(
    view: RouteView, reached: Collection[str], case: Case, uow: ApprovalUnitOfWork, at: datetime
) -> None:
    """The route has become another; `reached` are its steps that people were asked to decide.

    What a jump has passed over lies ahead only where the walk has turned back since.
    """
    ahead = await uow.upcoming.keys(case.name)
    if ahead or announces(view.route):
        over = {key for jump in view.jumps for key in jump.over}
        new = {step.key for step in view.route.deciding} - set(reached) - over
        await see(view, ahead | new, case, uow, at)


async def see_elsewhere(
    to: str, over: Collection[str], view: RouteView, case: Case, uow: ApprovalUnitOfWork, at: datetime
) -> None:
    """The walk goes on at a step: it and all that follows lies ahead, what was passed over does not."""
    if announces(view.route):
        ahead = await uow.upcoming.keys(case.name)
        await see(view, (ahead | {to, *following(view.route, to)}) - set(over), case, uow, at)


async def _drop_unfit(
    fitting: Collection[tuple[str, PersonId]],
    view: RouteView,
    case: Case,
    uow: ApprovalUnitOfWork,
    at: datetime,
) -> None:
    """What was decided ahead of time of steps that are no longer asked of those people, or not in this walk."""
    titles = {step.key: step.title for step in view.route.steps}
    for ahead in await uow.upcoming.kept(case.name):
        here = (ahead.stage, ahead.round) == (view.route.stage, view.round)
        if not here or (ahead.step, ahead.person) not in fitting:
            drop(ahead, titles.get(ahead.step, Text(ahead.step, ahead.step)), UNFIT, case, uow, at)


def drop(ahead: Ahead, title: Text, why: Text, case: Case, uow: ApprovalUnitOfWork, at: datetime) -> None:
    """It does not take effect: whose it is, and who has said it for them, read so."""
    uow.upcoming.forget(case.name, ahead)
    dropped = AheadDropped(
        **about(case, SYSTEM, at),
        step=place(ahead.stage, ahead.step),
        title=title,
        person=ahead.person,
        why=why,
    )
    uow.record(dropped)
    said = Text(
        f"您对“{title.zh}”的预先决定未生效：{why.zh}", f"Your decision on {title.en} ahead of time: {why.en}"
    )
    uow.notices.tell({ahead.person, ahead.by}, NoticeKind.AHEAD_DROPPED, case, said, at=at)


async def see_ended(step: Step, case: Case, uow: ApprovalUnitOfWork, at: datetime) -> None:
    """A step has come to its outcome for good: what was returned to others is walked again, or the stage is over."""
    said = step.completion
    if said is None or said.outcome in (Outcome.APPROVED, Outcome.SKIPPED):
        return
    if not said.targets:
        uow.upcoming.end(case.name)
        return
    view = await uow.routes.latest(case.name, step.name.stage)
    if view is not None and announces(view.route):
        back = said.resume is Resume.COME_BACK
        again = walked_again(view.route, step.name.key, said.targets, comes_back=back)
        await see(view, (await uow.upcoming.keys(case.name)) | again, case, uow, at)
