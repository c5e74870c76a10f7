"""The directory as this service asks it: who people are, and what lies below an organisation."""

from __future__ import annotations

from collections import defaultdict

import grpc

from chassis.rpc.values import id_in
from services.customer.use_cases.ports import Employee
from zhupi.approval.v1.directory_pb2 import GetPersonRequest, ListOrganisationsRequest
from zhupi.approval.v1.directory_pb2_grpc import DirectoryServiceStub

PAGE = 200


class ApprovalDirectory:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = DirectoryServiceStub(channel)

    async def employee(self, person: str) -> Employee:
        found = await self._stub.GetPerson(GetPersonRequest(name=f"people/{person}"))
        responsible_for = frozenset(id_in(name, "organisations") for name in found.responsible_for)
        return Employee(id_in(found.organisation, "organisations"), responsible_for)

    async def below(self, organisation: str) -> frozenset[str]:
        children: dict[str, list[str]] = defaultdict(list)
        token = ""
        while True:
            asked = ListOrganisationsRequest(page_size=PAGE, page_token=token)
            page = await self._stub.ListOrganisations(asked)
            for one in page.organisations:
                children[one.parent].append(one.name)
            token = page.next_page_token
            if not token:
                break
        known = {name for names in children.values() for name in names}
        found = {f"organisations/{organisation}"} & known
        waiting = list(found)
        while waiting:
            below = [name for name in children[waiting.pop()] if name not in found]
            found.update(below)
            waiting += below
        return frozenset(id_in(name, "organisations") for name in found)
