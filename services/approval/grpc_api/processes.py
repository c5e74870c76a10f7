"""ProcessService."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import TypeAlias, TypeVar

import grpc

from chassis.postgres.paging import Page, PageRequest
from chassis.rpc.servicer import Servicer
from services.approval.known_names import KnownNames
from services.approval.mapping import documents as mapping
from services.approval.use_cases import processes
from services.approval.use_cases.ports.forms import ProcessView
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from zhupi.approval.v1 import process_pb2 as pb
from zhupi.approval.v1 import process_pb2_grpc

A = TypeVar("A")
Q = TypeVar("Q")
Context: TypeAlias = grpc.aio.ServicerContext[Q, Awaitable[A]]


class ProcessServicer(Servicer[ApprovalUnitOfWork], process_pb2_grpc.ProcessServiceServicer):
    def __init__(
        self,
        units: Callable[[], ApprovalUnitOfWork],
        names: KnownNames,
        taken_prefixes: Collection[str],
        collections: Collection[str],
    ) -> None:
        super().__init__(units)
        self._names = names
        self._publish = partial(
            processes.publish_process, taken_prefixes=taken_prefixes, collections=collections
        )
        self._validate = partial(processes.validate_process, collections=collections)

    async def ValidateProcess(
        self,
        request: pb.ValidateProcessRequest,
        context: Context[pb.ValidateProcessRequest, pb.ValidateProcessResponse],
    ) -> pb.ValidateProcessResponse:
        files = processes.ProcessFiles(request.form, request.policy)
        return await self.read(context, self._validate, files, mapping.problems_to_message)

    async def PublishProcess(
        self, request: pb.PublishProcessRequest, context: Context[pb.PublishProcessRequest, pb.Process]
    ) -> pb.Process:
        files = processes.ProcessFiles(request.form, request.policy)
        published = await self.write(context, self._publish, files, mapping.process_to_message)
        await self._names.refresh(self.units)
        return published

    async def GetProcess(
        self, request: pb.GetProcessRequest, context: Context[pb.GetProcessRequest, pb.Process]
    ) -> pb.Process:
        named = mapping.process_in(request.name)
        return await self.read(context, processes.get_process, named, mapping.process_to_message)

    async def ListProcesses(
        self,
        request: pb.ListProcessesRequest,
        context: Context[pb.ListProcessesRequest, pb.ListProcessesResponse],
    ) -> pb.ListProcessesResponse:
        query = (request.process, PageRequest.of(request))
        return await self.read(context, processes.list_processes, query, _listed)


def _listed(page: Page[ProcessView]) -> pb.ListProcessesResponse:
    found = (mapping.process_to_message(view, whole=False) for view in page.items)
    return pb.ListProcessesResponse(processes=found, next_page_token=page.next_page_token)
