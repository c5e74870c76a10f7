"""Drives whole claims through public gRPC: submitted, approved by two, reviewed by finance, paid by the ERP.

Every call is made by the person whose it is, with their own token; the next decision is sent once the work item is in the
watched inbox of somebody who may take it. Drafts are there before: a case counts from submission to PAID.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from bench.inboxes import Arrival, Inboxes, watched
from bench.load import Seen, timed
from bench.people import DECIDERS, REVIEWERS, People
from cli.session import Options
from demo.acting import Actors
from demo.group import build
from zhupi.approval.v1.work_item_pb2 import ApproveWorkItemRequest, WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub
from zhupi.expense.v1.claim_pb2 import Claim, GetClaimRequest, SubmitClaimRequest
from zhupi.expense.v1.claim_pb2_grpc import ClaimServiceStub

STEPS: Final = 3
# The payment has no inbox to watch: its claimant looks, less and less often, and the claim says when it was.
FIRST_LOOK: Final = 0.05  # seconds
LATER_LOOKS: Final = 0.3  # of the time waited so far


class ClaimsLoad:
    def __init__(self, people: People, inboxes: Inboxes) -> None:
        self.people = people
        self._inboxes = inboxes
        self._drafts: deque[tuple[str, Claim]] = deque()

    async def prepare(self, cases: int) -> None:
        self._drafts.extend(await self.people.drafts(cases - len(self._drafts)))

    async def one(self, seen: Seen) -> None:
        login, draft = self._drafts.popleft()
        stub = (await self.people.actors.session(login)).stub(ClaimServiceStub)
        begun = time.perf_counter()
        submission = SubmitClaimRequest(name=draft.name, request_id=str(uuid4()), etag=draft.etag)
        await timed(stub.SubmitClaim(submission), seen.submitted)
        sent = 0.0
        for step in range(STEPS):
            arrival = await self._inboxes.next(draft.name)
            if step:
                seen.visible.append(arrival.at - sent)
            sent = time.perf_counter()
            await timed(_approve(arrival), seen.acknowledged)
        acknowledged = time.perf_counter()
        waited = acknowledged - sent + await _paid(stub, draft.name)
        seen.ended.append(waited)
        seen.whole.append(sent - begun + waited)
        self._inboxes.forget(draft.name)


async def _approve(arrival: Arrival) -> WorkItem:
    item = arrival.item
    request = ApproveWorkItemRequest(
        name=item.name, request_id=str(uuid4()), etag=item.etag, document_version=item.document_version
    )
    return await arrival.whose.stub(WorkItemServiceStub).ApproveWorkItem(request)


async def _paid(stub: ClaimServiceStub, name: str) -> float:
    """The seconds from now until it was paid."""
    begun = time.time()
    while True:
        await asyncio.sleep(max(FIRST_LOOK, LATER_LOOKS * (time.time() - begun)))
        claim = await stub.GetClaim(GetClaimRequest(name=name))
        if claim.state == Claim.STATE_PAID:
            return claim.update_time.ToNanoseconds() / 1e9 - begun


@asynccontextmanager
async def claims_load(home: Path) -> AsyncIterator[ClaimsLoad]:
    """The demo group of the installation in `home`, its deciders watching their inboxes until the context ends."""
    group = build()
    async with Actors(Options(home=home), group) as actors:
        people = People(actors, group)
        await people.endow()
        # What is offered to all reviewers, the first of them takes.
        deciders = [*people.with_post(*DECIDERS), people.with_post(REVIEWERS)[0]]
        sessions = [await actors.session(login) for login in deciders]
        async with watched(sessions) as inboxes:
            yield ClaimsLoad(people, inboxes)
