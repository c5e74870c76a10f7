"""Who sees what lies ahead: written when a route comes to be or changes, gone when a step is reached or its stage ends."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from services.approval.domain.cases.case import Case
from services.approval.domain.planning.ahead import is_announced, upcoming, walked_again
from services.approval.domain.planning.elsewhere import following
from services.approval.domain.planning.route import Route
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.policies.settings.returning import Resume
from services.approval.domain.steps.steps import Step
from services.approval.use_cases.items import must_be_person
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.ports.upcoming import UpcomingView
from services.approval.use_cases.views import RouteView


async def list_upcoming(
    page: PageRequest, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> Page[UpcomingView]:
    """What lies ahead of the caller."""
    person = must_be_person(actor)
    async with uow:
        return await uow.upcoming.page(person, page)


def announces(route: Route) -> bool:
    return any(map(is_announced, route.steps))


async def see(
    view: RouteView, keys: Collection[str], case: Case, uow: ApprovalUnitOfWork, at: datetime
) -> None:
    """Exactly these steps of the route lie ahead."""
    uow.upcoming.replace(case.name, view.route.stage, upcoming(view.route, keys), at)


async def see_planned(view: RouteView, case: Case, uow: ApprovalUnitOfWork, at: datetime) -> None:
    """All of a route that nobody has begun to walk."""
    if announces(view.route):
        await see(view, [step.key for step in view.route.deciding], case, uow, at)
    else:
        uow.upcoming.end(case.name)


async def see_edited(
    view: RouteView, reached: Collection[str], case: Case, uow: ApprovalUnitOfWork, at: datetime
) -> None:
    """The route has become another; `reached` are its steps that people were asked to decide."""
    ahead = await uow.upcoming.keys(case.name)
    if ahead or announces(view.route):
        new = {step.key for step in view.route.deciding} - set(reached)
        await see(view, ahead | new, case, uow, at)


async def see_elsewhere(
    to: str, over: Collection[str], view: RouteView, case: Case, uow: ApprovalUnitOfWork, at: datetime
) -> None:
    """The walk goes on at a step: it and all that follows lies ahead, what was passed over does not."""
    if announces(view.route):
        ahead = await uow.upcoming.keys(case.name)
        await see(view, (ahead | {to, *following(view.route, to)}) - set(over), case, uow, at)


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
