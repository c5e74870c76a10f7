"""Activities over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, Final, Protocol, TypeVar

import grpc

from chassis.cases.ports import Attachments, Plan, Planner
from chassis.files.downloads import pieces
from chassis.files.sheets import SheetFormat as Format
from chassis.postgres.paging import Page, PageRequest
from chassis.rpc.servicer import Servicer, caller_request
from chassis.rpc.values import date_from_message, id_in
from chassis.transaction.requests import Answering
from kernel.clock import Clock
from kernel.fields import within
from services.marketing import mapping
from services.marketing.domain.activity import Activity
from services.marketing.terms_mapping import terms_from_message
from services.marketing.use_cases import activity_queries, closing, exporting, requests, steering
from services.marketing.use_cases.activity_queries import ListActivities
from services.marketing.use_cases.checking import Around
from services.marketing.use_cases.ports import ActivityQuery, Directory, Work, WorkingDays
from zhupi.common.v1.sheet_pb2 import SHEET_FORMAT_CSV, SHEET_FORMAT_UNSPECIFIED, SHEET_FORMAT_XLSX, FileChunk
from zhupi.marketing.v1 import activity_pb2 as pb
from zhupi.marketing.v1 import activity_pb2_grpc

A = TypeVar("A")
Context = grpc.aio.ServicerContext[Any, Awaitable[A]]
Answer = Context[pb.Activity]
FORMATS: Final = {
    SHEET_FORMAT_UNSPECIFIED: Format.XLSX,
    SHEET_FORMAT_XLSX: Format.XLSX,
    SHEET_FORMAT_CSV: Format.CSV,
}


class Unit(Work, Answering, Protocol):
    """A transaction that also keeps what was answered."""


class ActivityServicer(Servicer[Unit], activity_pb2_grpc.ActivityServiceServicer):
    def __init__(
        self,
        units: Callable[[], Unit],
        directory: Directory,
        around: Around,
        working_days: WorkingDays,
        planner: Planner,
        attachments: Attachments,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(units, clock)
        self._directory = directory
        self._create = partial(requests.create_activity, directory=directory, around=around)
        self._update = partial(
            requests.update_activity, directory=directory, around=around, attachments=attachments
        )
        self._copy = partial(requests.copy_activity, directory=directory, around=around)
        self._delete = partial(requests.delete_activity, directory=directory)
        self._submit = partial(requests.submit_activity, directory=directory, around=around, planner=planner)
        self._preview = partial(requests.preview_route, directory=directory, planner=planner)
        self._cancel = partial(steering.cancel_activity, directory=directory)
        self._end_early = partial(steering.end_activity_early, directory=directory, working_days=working_days)
        self._update_closure = partial(closing.update_closure, directory=directory)
        self._submit_closure = partial(closing.submit_closure, directory=directory, planner=planner)
        self._preview_closure = partial(closing.preview_route, directory=directory, planner=planner)
        self._get = partial(activity_queries.get_activity, directory=directory)
        self._list = partial(activity_queries.list_activities, directory=directory)
        self._calendar = partial(activity_queries.list_calendar, directory=directory)

    async def CreateActivity(self, request: pb.CreateActivityRequest, context: Answer) -> pb.Activity:
        organisation = _id_of(request.organisation, "organisations", "organisation")
        command = requests.CreateActivity(terms_from_message(request.terms), organisation)
        return await self.write(context, self._create, command, mapping.whole_to_message)

    async def UpdateActivity(self, request: pb.UpdateActivityRequest, context: Answer) -> pb.Activity:
        number, terms = mapping.number_in(request.name), terms_from_message(request.terms)
        command = requests.UpdateActivity(number, request.etag, terms, tuple(request.attachments))
        return await self.write(context, self._update, command, mapping.whole_to_message)

    async def CopyActivity(self, request: pb.CopyActivityRequest, context: Answer) -> pb.Activity:
        start = None
        if request.HasField("start_date"):
            with within("start_date"):
                start = date_from_message(request.start_date)
        command = requests.CopyActivity(mapping.number_in(request.name), start)
        return await self.write(context, self._copy, command, mapping.whole_to_message)

    async def DeleteActivity(self, request: pb.DeleteActivityRequest, context: Answer) -> pb.Activity:
        command = requests.Named(mapping.number_in(request.name), request.etag)
        return await self.write(context, self._delete, command, mapping.whole_to_message)

    async def SubmitActivity(self, request: pb.SubmitActivityRequest, context: Answer) -> pb.Activity:
        command = requests.Named(mapping.number_in(request.name), request.etag)
        return await self.write(context, self._submit, command, mapping.whole_to_message)

    async def PreviewActivityRoute(
        self, request: pb.PreviewActivityRouteRequest, context: Context[pb.PreviewActivityRouteResponse]
    ) -> pb.PreviewActivityRouteResponse:
        return await self.read(context, self._preview, mapping.number_in(request.name), _previewed)

    async def CancelActivity(self, request: pb.CancelActivityRequest, context: Answer) -> pb.Activity:
        command = steering.Steer(mapping.number_in(request.name), request.etag, request.reason)
        return await self.write(context, self._cancel, command, mapping.whole_to_message)

    async def EndActivityEarly(self, request: pb.EndActivityEarlyRequest, context: Answer) -> pb.Activity:
        command = steering.Steer(mapping.number_in(request.name), request.etag, request.reason)
        return await self.write(context, self._end_early, command, mapping.whole_to_message)

    async def UpdateClosure(self, request: pb.UpdateClosureRequest, context: Answer) -> pb.Activity:
        closure = mapping.closure_from_message(request.closure)
        command = closing.UpdateClosure(mapping.number_in(request.name), request.etag, closure)
        return await self.write(context, self._update_closure, command, mapping.whole_to_message)

    async def SubmitClosure(self, request: pb.SubmitClosureRequest, context: Answer) -> pb.Activity:
        command = requests.Named(mapping.number_in(request.name), request.etag)
        return await self.write(context, self._submit_closure, command, mapping.whole_to_message)

    async def PreviewClosureRoute(
        self, request: pb.PreviewClosureRouteRequest, context: Context[pb.PreviewClosureRouteResponse]
    ) -> pb.PreviewClosureRouteResponse:
        number = mapping.number_in(request.name)
        return await self.read(context, self._preview_closure, number, _closure_previewed)

    async def GetActivity(self, request: pb.GetActivityRequest, context: Answer) -> pb.Activity:
        return await self.read(context, self._get, mapping.number_in(request.name), mapping.whole_to_message)

    async def ListActivities(
        self, request: pb.ListActivitiesRequest, context: Context[pb.ListActivitiesResponse]
    ) -> pb.ListActivitiesResponse:
        command = asked_of(request.filter, PageRequest.of(request))
        return await self.read(context, self._list, command, _listed)

    async def ListCalendar(
        self, request: pb.ListCalendarRequest, context: Context[pb.ListCalendarResponse]
    ) -> pb.ListCalendarResponse:
        command = asked_of(request.filter, PageRequest.of(request))
        with within("first_day"):
            first = date_from_message(request.first_day)
        with within("last_day"):
            last = date_from_message(request.last_day)
        command = activity_queries.in_days(command, first, last)
        return await self.read(context, self._calendar, command, _calendar)

    async def ExportActivities(
        self, request: pb.ExportActivitiesRequest, context: Any
    ) -> AsyncIterator[FileChunk]:
        command = exporting.ExportActivities(asked_of(request.filter, PageRequest()), FORMATS[request.format])
        content = await exporting.export_activities(
            command,
            uow=self.units(),
            actor=caller_request().caller,
            clock=self.clock,
            directory=self._directory,
        )
        for piece in pieces(content):
            yield piece


def asked_of(asked: pb.ActivityFilter, page: PageRequest) -> ListActivities:
    """Which activities a request is about. Raises NameMalformed."""
    with within("filter"):
        query = ActivityQuery(
            state=mapping.STATES_BACK.get(asked.state),
            requester=_id_of(asked.requester, "people", "requester"),
            customer=_id_of(asked.customer, "customers", "customer"),
            product=asked.product,
            words=asked.query,
        )
        organisation = _id_of(asked.organisation, "organisations", "organisation")
    if asked.month:
        query = activity_queries.in_month(query, asked.month)
    return ListActivities(query, page, organisation, asked.activity_class, asked.overdue)


def _id_of(name: str, collection: str, field: str) -> str:
    """The id in a resource name; empty for none."""
    return name and id_in(name, collection, field)


def _listed(page: Page[Activity]) -> pb.ListActivitiesResponse:
    found = map(mapping.activity_to_message, page.items)
    return pb.ListActivitiesResponse(activities=found, next_page_token=page.next_page_token)


def _calendar(page: Page[Activity]) -> pb.ListCalendarResponse:
    found = map(mapping.calendar_entry_to_message, page.items)
    return pb.ListCalendarResponse(entries=found, next_page_token=page.next_page_token)


def _previewed(plan: Plan) -> pb.PreviewActivityRouteResponse:
    return pb.PreviewActivityRouteResponse(policy=plan.policy, routes=plan.routes)


def _closure_previewed(plan: Plan) -> pb.PreviewClosureRouteResponse:
    return pb.PreviewClosureRouteResponse(policy=plan.policy, routes=plan.routes)
