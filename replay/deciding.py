"""One decision on one work item, by whoever has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from kernel.errors import Refusal
from replay.desks import Arrival, Desk
from replay.latencies import DECIDE, Latencies
from replay.refusals import DidNotHappen
from replay.story import Verb
from replay.waiting import insist
from zhupi.approval.v1 import work_item_pb2 as pb
from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub

# What is said of a work item of which we have old news: the next news are waited for.
STALE: Final = frozenset({"WORK_ITEM_CLOSED", "ETAG_MISMATCH", "DOCUMENT_CHANGED"})
TIMES: Final = 5
RETURNS: Final = frozenset({Verb.RETURN, Verb.FINANCE_RETURN})
REJECTS: Final = frozenset({Verb.REJECT, Verb.FINANCE_REJECT})


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided; `request_id` stays the same however often it is tried."""

    verb: Verb
    comment: str
    request_id: str


async def decide(
    desk: Desk, document: str, decision: Decision, latencies: Latencies
) -> tuple[Arrival, WorkItem]:
    """The work item as it arrived, and as it was decided. Raises DidNotHappen and what is refused."""
    for _ in range(TIMES):
        arrival = await desk.arrival(document)
        try:
            with latencies.measured(DECIDE):
                decided = await _made(desk.stub, arrival.item, decision)
        except Refusal as refusal:
            if refusal.reason not in STALE:
                raise
        else:
            return arrival, decided
        finally:
            desk.dealt_with(arrival.item)
    raise DidNotHappen(what=f"{decision.verb} {document}", seconds=0)


async def _made(stub: WorkItemServiceStub, item: WorkItem, decision: Decision) -> WorkItem:
    said: dict[str, Any] = {
        "name": item.name,
        "request_id": decision.request_id,
        "etag": item.etag,
        "document_version": item.document_version,
        "comment": decision.comment,
    }
    if decision.verb in RETURNS:
        return await insist(lambda: stub.ReturnWorkItem(pb.ReturnWorkItemRequest(**said)))
    if decision.verb in REJECTS:
        return await insist(lambda: stub.RejectWorkItem(pb.RejectWorkItemRequest(**said)))
    return await insist(lambda: stub.ApproveWorkItem(pb.ApproveWorkItemRequest(**said)))
