"""The approval service as owners of documents ask it: who people are, who would decide, which files belong to a document."""

from __future__ import annotations

import grpc

from chassis.cases.messages import Submission
from chassis.cases.ports import Employee, Plan
from chassis.rpc.values import id_in
from zhupi.approval.v1.attachment_pb2 import ListAttachmentsRequest
from zhupi.approval.v1.attachment_pb2_grpc import AttachmentServiceStub
from zhupi.approval.v1.directory_pb2 import GetPersonRequest, ListOrganisationsRequest
from zhupi.approval.v1.directory_pb2_grpc import DirectoryServiceStub
from zhupi.approval.v1.policy_pb2 import PreviewRouteRequest
from zhupi.approval.v1.policy_pb2_grpc import PolicyServiceStub

PAGE = 200


class ApprovalDirectory:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = DirectoryServiceStub(channel)

    async def employee(self, person: str) -> Employee:
        found = await self._stub.GetPerson(GetPersonRequest(name=f"people/{person}"))
        responsible_for = frozenset(id_in(name, "organisations") for name in found.responsible_for)
        return Employee(id_in(found.organisation, "organisations"), found.grade, responsible_for)

    async def organisations(self) -> frozenset[str]:
        found: set[str] = set()
        token = ""
        while True:
            page = await self._stub.ListOrganisations(
                ListOrganisationsRequest(page_size=PAGE, page_token=token)
            )
            found |= {id_in(organisation.name, "organisations") for organisation in page.organisations}
            token = page.next_page_token
            if not token:
                return frozenset(found)


class ApprovalAttachments:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = AttachmentServiceStub(channel)

    async def of(self, document: str) -> frozenset[str]:
        found: set[str] = set()
        token = ""
        while True:
            page = await self._stub.ListAttachments(
                ListAttachmentsRequest(document=document, page_size=PAGE, page_token=token)
            )
            found |= {attachment.name for attachment in page.attachments}
            token = page.next_page_token
            if not token:
                return frozenset(found)


class ApprovalPlanner:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = PolicyServiceStub(channel)

    async def plan(self, asked: Submission) -> Plan:
        request = PreviewRouteRequest(
            process=asked.process,
            requester=f"people/{asked.requester}",
            organisation=f"organisations/{asked.organisation}",
            facts=asked.facts,
            document=asked.document,
        )
        answer = await self._stub.PreviewRoute(request)
        return Plan(answer.policy, tuple(answer.routes))
