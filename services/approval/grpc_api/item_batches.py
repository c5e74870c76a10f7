"""Many decisions in one call, each a write of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable
from dataclasses import replace
from typing import Any, Final
from uuid import UUID, uuid5

import grpc

from chassis.rpc.errors import status_of
from chassis.rpc.servicer import caller_request
from chassis.transaction.requests import Request, handling
from kernel.errors import Refusal
from services.approval.grpc_api.item_acts import ItemActs
from services.approval.mapping import item_acts as mapping
from services.approval.use_cases.decide import decide
from zhupi.approval.v1 import work_item_pb2 as pb

# Under this name a decision keeps its answer: what is repeated is answered with a work item.
ALONE: Final = f"/{pb.DESCRIPTOR.services_by_name['WorkItemService'].full_name}/ApproveWorkItem"


class ItemBatches(ItemActs):
    async def DecideWorkItems(
        self,
        request: pb.DecideWorkItemsRequest,
        context: grpc.aio.ServicerContext[pb.DecideWorkItemsRequest, Awaitable[pb.DecideWorkItemsResponse]],
    ) -> pb.DecideWorkItemsResponse:
        call = caller_request()
        results = [await self._one(call, n, one, context) for n, one in enumerate(request.decisions)]
        return pb.DecideWorkItemsResponse(results=results)

    async def _one(
        self, call: Request, n: int, one: pb.DecideWorkItemsRequest.One, context: Any
    ) -> pb.DecideWorkItemsResponse.Result:
        """One decision as if it had come alone, under an id that follows from that of the whole."""
        alone = replace(
            call,
            method=ALONE,
            request_id=str(uuid5(UUID(call.request_id), f"{n}/{one.name}")),
            body_hash=hashlib.sha256(one.SerializeToString(deterministic=True)).digest(),
        )
        try:
            with handling(alone):
                item = await self.write(context, decide, mapping.one_of_many(one), self._encode)
        except Refusal as refusal:
            return pb.DecideWorkItemsResponse.Result(name=one.name, refusal=status_of(refusal))
        return pb.DecideWorkItemsResponse.Result(name=one.name, work_item=item)
