"""The TimelineService, as every service with a database offers it for its own documents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import grpc
from google.protobuf.struct_pb2 import Struct

from chassis.postgres.database import Database
from chassis.postgres.paging import PageRequest
from chassis.rpc.delivery_events import DELIVERIES
from chassis.rpc.servicer import caller_request
from chassis.rpc.values import text_to_message, time_to_message
from chassis.timeline.ledger import Break, Problem, Row
from chassis.timeline.store import read_timeline, verify
from kernel.actor import Actor
from zhupi.common.v1 import timeline_pb2 as pb
from zhupi.common.v1 import timeline_pb2_grpc

PROBLEMS: Final = {
    Problem.CHANGED: pb.TimelineBreak.PROBLEM_CHANGED,
    Problem.REMOVED: pb.TimelineBreak.PROBLEM_REMOVED,
    Problem.INSERTED: pb.TimelineBreak.PROBLEM_INSERTED,
    Problem.REORDERED: pb.TimelineBreak.PROBLEM_REORDERED,
}


class TimelineServicer(timeline_pb2_grpc.TimelineServiceServicer):
    """`document_for` answers the document whose timeline is meant, or raises NotFound where the caller may not see it.

    `may_verify` raises PermissionDenied unless the caller may look at every chain, that of the service's deliveries included.
    `shown`, where there is one, answers the rows of a document as its caller may see them.
    """

    def __init__(
        self,
        database: Database,
        document_for: Callable[[str, Actor], Awaitable[str]],
        may_verify: Callable[[Actor], None],
        shown: Callable[[str, Actor, Sequence[Row]], Awaitable[Sequence[Row]]] | None = None,
    ) -> None:
        self._database = database
        self._document_for = document_for
        self._may_verify = may_verify
        self._shown = shown

    async def ListTimeline(  # noqa: N802 - the proto's name
        self,
        request: pb.ListTimelineRequest,
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> pb.ListTimelineResponse:
        page = PageRequest.of(request)
        caller = caller_request().caller
        document = await self._readable(request.document, caller)
        async with self._database.sessions() as session:
            found = await read_timeline(session, document, page)
        rows = await self._shown(document, caller, found.items) if self._shown else found.items
        return pb.ListTimelineResponse(
            entries=map(entry_to_message, rows), next_page_token=found.next_page_token
        )

    async def _readable(self, name: str, caller: Actor) -> str:
        if name == DELIVERIES:
            self._may_verify(caller)
            return name
        return await self._document_for(name, caller)

    async def VerifyTimelines(  # noqa: N802 - the proto's name
        self,
        request: pb.VerifyTimelinesRequest,
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> pb.VerifyTimelinesResponse:
        self._may_verify(caller_request().caller)
        result = await verify(self._database, request.document)
        return pb.VerifyTimelinesResponse(
            documents=result.documents, rows=result.rows, breaks=map(break_to_message, result.breaks)
        )


def entry_to_message(row: Row) -> pb.TimelineEntry:
    details = Struct()
    details.update(row.details)
    return pb.TimelineEntry(
        document=row.document,
        sequence=row.sequence,
        time=time_to_message(row.at),
        kind=row.kind,
        sentence=text_to_message(row.sentence),
        actor=row.actor,
        on_behalf_of=row.on_behalf_of,
        device=row.device,
        document_version=row.version,
        details=details,
        trace_id=row.trace_id,
        hash=row.hash.hex(),
        override=row.details.get("override") is True,
    )


def break_to_message(found: Break) -> pb.TimelineBreak:
    return pb.TimelineBreak(
        document=found.document,
        sequence=found.sequence,
        problem=PROBLEMS[found.problem],
        sentence=text_to_message(found.sentence),
    )
