"""What people do the same way to every request about a customer: delete a draft, list, look who would decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from chassis.cases.messages import Submission
from chassis.cases.ports import Plan, Planner
from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.decided import Decidable
from kernel.decided_events import DecidableEvent
from services.customer.permissions import require_own_request
from services.customer.use_cases.ports import Directory
from services.customer.use_cases.request_ports import RequestQuery, Requests, RequestWork
from services.customer.use_cases.sight import sight_of

W = TypeVar("W", bound=RequestWork)
D = TypeVar("D", bound=Decidable)


@dataclass(frozen=True, slots=True)
class Seen:
    """A request, as its requester has seen it."""

    number: str
    etag: str


@dataclass(frozen=True, slots=True)
class ListRequests:
    query: RequestQuery
    page: PageRequest


@dataclass(frozen=True, slots=True)
class Asking(Generic[W, D]):
    """For requests of one kind. `deleting` is what deleting one is called in the policies."""

    among: Callable[[W], Requests[D]]
    submission: Callable[[D], Submission]
    deleting: str
    deleted: type[DecidableEvent]

    async def delete(self, cmd: Seen, *, uow: W, actor: Actor, clock: Clock, directory: Directory) -> D:
        sight = await sight_of(actor, directory)
        async with uow:
            request = await self.among(uow).get_for_update(cmd.number, sight)
            require_own_request(actor, self.deleting, request)
            request = request.expecting(cmd.etag).delete(at=clock.now())
            await self.among(uow).save(request)
            uow.record(self.deleted.of(request, actor))
            return await uow.commit(request)

    async def page(
        self, cmd: ListRequests, *, uow: W, actor: Actor, clock: Clock, directory: Directory
    ) -> Page[D]:
        sight = await sight_of(actor, directory)
        async with uow:
            return await self.among(uow).page(cmd.query, sight, cmd.page)

    async def preview(
        self, number: str, *, uow: W, actor: Actor, clock: Clock, directory: Directory, planner: Planner
    ) -> Plan:
        """Who would decide it as it stands. Raises what PreviewRoute raises."""
        sight = await sight_of(actor, directory)
        async with uow:
            request = await self.among(uow).get(number, sight)
        return await planner.plan(self.submission(request))
