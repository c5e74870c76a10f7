"""The approval service as owners of documents ask it: who people are, who would decide, which files belong to a document."""

from __future__ import annotations

import json
from collections import defaultdict

import grpc

from chassis.cases.messages import Submission
from chassis.cases.ports import Employee, Filled, Plan
from chassis.rpc.values import id_in
from zhupi.approval.v1.attachment_pb2 import ListAttachmentsRequest
from zhupi.approval.v1.attachment_pb2_grpc import AttachmentServiceStub
from zhupi.approval.v1.directory_pb2 import GetPersonRequest, ListOrganisationsRequest, Organisation
from zhupi.approval.v1.directory_pb2_grpc import DirectoryServiceStub
from zhupi.approval.v1.document_pb2 import Document, GetDocumentRequest
from zhupi.approval.v1.document_pb2_grpc import DocumentServiceStub
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
        return frozenset(_id(one.name) for one in await self._all())

    async def below(self, organisation: str) -> frozenset[str]:
        """The organisation and all below it; empty where there is none of that id."""
        everything = await self._all()
        children: dict[str, list[str]] = defaultdict(list)
        for one in everything:
            if one.parent:
                children[_id(one.parent)].append(_id(one.name))
        found: set[str] = set()
        waiting = [organisation] if any(_id(one.name) == organisation for one in everything) else []
        while waiting:
            here = waiting.pop()
            waiting += [child for child in children[here] if child not in found]
            found.add(here)
        return frozenset(found)

    async def _all(self) -> list[Organisation]:
        found: list[Organisation] = []
        token = ""
        while True:
            page = await self._stub.ListOrganisations(
                ListOrganisationsRequest(page_size=PAGE, page_token=token)
            )
            found += page.organisations
            token = page.next_page_token
            if not token:
                return found


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


class ApprovalDocuments:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = DocumentServiceStub(channel)

    async def get(self, name: str) -> Filled:
        found = await self._stub.GetDocument(GetDocumentRequest(name=name))
        return Filled(
            name=found.name,
            process=found.process,
            title=found.title,
            requester=id_in(found.requester, "people"),
            version=found.version,
            values=json.loads(found.values),
            is_approved=found.state == Document.STATE_APPROVED,
        )


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


def _id(name: str) -> str:
    return id_in(name, "organisations")
