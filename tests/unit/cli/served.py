"""Three services in one process that answer what the command line asks in tests."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import grpc.aio

from chassis.rpc.errors import status_of, trailers_of
from chassis.security.local_issuer import ensure_keys
from cli.session import Options
from kernel.errors import NotFound, Refusal
from zhupi.approval.v1 import directory_pb2, work_item_pb2
from zhupi.approval.v1.directory_pb2_grpc import (
    DirectoryServiceServicer,
    add_DirectoryServiceServicer_to_server,
)
from zhupi.approval.v1.work_item_pb2 import InboxEvent, WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import (
    WorkItemServiceServicer,
    add_WorkItemServiceServicer_to_server,
)
from zhupi.expense.v1.claim_pb2 import Claim
from zhupi.expense.v1.claim_pb2_grpc import ClaimServiceServicer, add_ClaimServiceServicer_to_server

PEOPLE = {
    "lihua": directory_pb2.Person(name="people/lihua", display_name="李华"),
    "sunli": directory_pb2.Person(name="people/sunli", display_name="孙丽", roles=["finance"]),
    "wangfang": directory_pb2.Person(name="people/wangfang", display_name="王芳"),
    "wangfang2": directory_pb2.Person(name="people/wangfang2", display_name="王芳"),
}


async def refuse(context: Any, refusal: Refusal) -> NoReturn:
    code = grpc.StatusCode[refusal.code.value]
    await context.abort(code, refusal.text.en, trailers_of(status_of(refusal)))
    raise AssertionError("abort raises")


class Directory(DirectoryServiceServicer):
    async def GetPerson(self, request: Any, context: Any) -> directory_pb2.Person:
        found = PEOPLE.get(request.name.removeprefix("people/"))
        return found or await refuse(context, NotFound(name=request.name))

    async def ListPeople(self, request: Any, context: Any) -> directory_pb2.ListPeopleResponse:
        found = [person for person in PEOPLE.values() if request.query in person.display_name]
        return directory_pb2.ListPeopleResponse(people=found)


class Claims(ClaimServiceServicer):
    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.refusal: Refusal | None = None

    async def GetClaim(self, request: Any, context: Any) -> Claim:
        return Claim(name=request.name, etag="e7", state=Claim.STATE_DRAFT)

    async def SubmitClaim(self, request: Any, context: Any) -> Claim:
        self.asked.append(request)
        if self.refusal:
            return await refuse(context, self.refusal)
        return Claim(name=request.name, state=Claim.STATE_IN_APPROVAL)


class Items(WorkItemServiceServicer):
    def __init__(self) -> None:
        self.items: list[WorkItem] = []
        self.events: list[InboxEvent] = []

    async def ListWorkItems(self, request: Any, context: Any) -> work_item_pb2.ListWorkItemsResponse:
        found = [item for item in self.items if item.document == request.document]
        return work_item_pb2.ListWorkItemsResponse(work_items=found)

    async def WatchInbox(self, request: Any, context: Any) -> AsyncIterator[InboxEvent]:
        """One event a call, as a server that drains again and again would."""
        if self.events:
            yield self.events.pop(0)


class Zhupi:
    """Three services behind one port, and a home that says so."""

    def __init__(self, home: Path) -> None:
        self.home = home
        # What they do not serve answers UNIMPLEMENTED.
        self.claims, self.items, self.directory = Claims(), Items(), Directory()  # type: ignore[abstract]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Zhupi]:
        server = grpc.aio.server()
        self.add_to(server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        ensure_keys(self.home, [])
        addresses = dict.fromkeys(("approval", "expense"), f"127.0.0.1:{port}")
        (self.home / "addresses.json").write_text(json.dumps(addresses))
        try:
            yield self
        finally:
            await server.stop(0)

    def add_to(self, server: grpc.aio.Server) -> None:
        add_DirectoryServiceServicer_to_server(self.directory, server)
        add_ClaimServiceServicer_to_server(self.claims, server)
        add_WorkItemServiceServicer_to_server(self.items, server)

    def options(self, **changes: Any) -> Options:
        return replace(Options(who="lihua", home=self.home), **changes)
